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
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.Tapback;
import org.jspecify.annotations.Nullable;

/**
 * A reaction to a message, which is named by its id or by its full text.
 *
 * @param tapback the kind of reaction, such as {@code love}
 * @param action {@code add}, also if it is left out, or {@code remove}
 * @param messageId the id of the message
 * @param message the full text of the message, if not its id
 * @param from the line of the conversation
 */
record NewReaction(String tapback, @Nullable ReactionAction action, @Nullable String messageId,
		@Nullable String message, @Nullable String from) {

	ReactionAction actionOrDefault() {
		return (this.action != null) ? this.action : ReactionAction.ADD;
	}

	Reaction toMessageId() {
		return Reaction.of(Tapback.of(this.tapback)).toMessageId(required("messageId", this.messageId));
	}

	Reaction toMessage(String to) {
		Reaction.Target reaction = Reaction.of(Tapback.of(this.tapback));
		String message = required("message", this.message);
		return (this.from != null) ? reaction.toMessage(to, this.from, message) : reaction.toMessage(to, message);
	}

	private static String required(String field, @Nullable String value) {
		if (value == null) {
			throw new InvalidRequestException(field, "'" + field + "' must not be empty");
		}
		return value;
	}

}
