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

package com.contiguity.spring.imessage;

import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * A reaction to a message. The message is identified either by its conversation and full
 * text, or by its id. The API supports only the first way and uses the latest message
 * that matches. If an id is given, the message is fetched first.
 *
 * @since 0.1.0
 */
public final class Reaction {

	private final Tapback tapback;

	private final @Nullable String to;

	private final @Nullable String from;

	private final @Nullable String message;

	private final @Nullable String messageId;

	private Reaction(Tapback tapback, @Nullable String to, @Nullable String from, @Nullable String message,
			@Nullable String messageId) {
		this.tapback = tapback;
		this.to = to;
		this.from = from;
		this.message = message;
		this.messageId = messageId;
	}

	/**
	 * Start a reaction.
	 * @param tapback the kind of reaction
	 * @return a builder step for the message
	 */
	public static Target of(Tapback tapback) {
		return new Target(Require.notNull("tapback", tapback));
	}

	/**
	 * Return the kind of reaction.
	 * @return the tapback
	 */
	public Tapback tapback() {
		return this.tapback;
	}

	/**
	 * Return the recipient in the conversation.
	 * @return the recipient, or {@code null} if the message is identified by its id
	 */
	public @Nullable String to() {
		return this.to;
	}

	/**
	 * Return the line in the conversation.
	 * @return the line, or {@code null} if the message is identified by its id or the
	 * recipient's configured line is used
	 */
	public @Nullable String from() {
		return this.from;
	}

	/**
	 * Return the full text of the message.
	 * @return the text, or {@code null} if the message is identified by its id
	 */
	public @Nullable String message() {
		return this.message;
	}

	/**
	 * Return the id of the message.
	 * @return the id, or {@code null} if the message is identified by its text
	 */
	public @Nullable String messageId() {
		return this.messageId;
	}

	@Override
	public String toString() {
		return "Reaction[tapback=" + this.tapback + ", to=" + Masking.number(this.to) + ", from="
				+ Masking.number(this.from) + ", message=" + Masking.text(this.message) + ", messageId="
				+ Masking.id(this.messageId) + "]";
	}

	/**
	 * Sets the message to react to.
	 */
	public static final class Target {

		private final Tapback tapback;

		private Target(Tapback tapback) {
			this.tapback = tapback;
		}

		/**
		 * React to the latest message of a conversation that has the given text.
		 * @param to the recipient, a phone number in E.164 format or an e-mail address
		 * @param from the line, in E.164 format
		 * @param message the full text of the message
		 * @return the reaction
		 * @throws IllegalArgumentException if the request is invalid. The message names
		 * the field
		 */
		public Reaction toMessage(String to, String from, String message) {
			return new Reaction(this.tapback, Require.recipient("to", to), Require.line("from", from),
					Require.wellFormedText("message", message), null);
		}

		/**
		 * React to the latest message of a conversation that has the given text, on the
		 * recipient's line of the configured ones.
		 * @param to the recipient, a phone number in E.164 format or an e-mail address
		 * @param message the full text of the message
		 * @return the reaction
		 * @throws com.contiguity.spring.InvalidRequestException if the request is invalid
		 */
		public Reaction toMessage(String to, String message) {
			return new Reaction(this.tapback, Require.recipient("to", to), null,
					Require.wellFormedText("message", message), null);
		}

		/**
		 * React to the message of the given id.
		 * @param messageId the id, such as {@code imsg_…}
		 * @return the reaction
		 * @throws IllegalArgumentException if the id is empty
		 */
		public Reaction toMessageId(String messageId) {
			return new Reaction(this.tapback, null, null, null, Require.text("messageId", messageId));
		}

	}

}
