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
 * Sends that are remembered elsewhere and explain what a history shows.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface KnownSends {

	/**
	 * Leave out the rows that other sends explain, one row for each of them.
	 * @param rows what went out, in the order of the history
	 * @param line the line whose history it is
	 * @param ahead how far the clock of the history is ahead of that of this machine
	 * @return the other rows
	 */
	List<ConversationMessage> unexplained(List<ConversationMessage> rows, String line, Duration ahead);

}
