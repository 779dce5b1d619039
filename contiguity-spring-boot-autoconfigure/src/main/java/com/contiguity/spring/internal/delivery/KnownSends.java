/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.util.List;

import com.contiguity.spring.imessage.ConversationMessage;

/**
 * Sends that are recorded elsewhere and explain rows of a history.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface KnownSends {

	/**
	 * Remove the rows that are explained by other sends, one row for each send.
	 * @param rows the sent messages, in the order of the history
	 * @param line the line of the history
	 * @param ahead how far the clock of the history is ahead of the clock of this machine
	 * @return the remaining rows
	 */
	List<ConversationMessage> unexplained(List<ConversationMessage> rows, String line, Duration ahead);

}
