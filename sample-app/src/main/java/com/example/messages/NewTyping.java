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

package com.example.messages;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.imessage.TypingAction;
import org.jspecify.annotations.Nullable;

/**
 * A change of the typing indicator.
 *
 * @param action {@code start} or {@code stop}
 * @param from the line; otherwise the one that messages to the recipient are sent from
 */
record NewTyping(@Nullable TypingAction action, @Nullable String from) {

	TypingAction requiredAction() {
		if (this.action == null) {
			throw new InvalidRequestException("action", "'action' must be 'start' or 'stop'");
		}
		return this.action;
	}

}
