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

import java.time.Instant;
import java.util.List;

import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.example.messages.MessageDetails.TrackingStep;
import org.jspecify.annotations.Nullable;

/**
 * What a line and somebody wrote to each other.
 *
 * @param messages the latest messages
 * @param reactions the reactions to them
 * @param total how many messages the conversation has, if Contiguity tells
 */
record ConversationDetails(List<Message> messages, List<Reaction> reactions, @Nullable Long total) {

	static ConversationDetails from(Conversation conversation) {
		return new ConversationDetails(conversation.messages().stream().map(Message::from).toList(),
				conversation.reactions().stream().map(Reaction::from).toList(), conversation.chat().total());
	}

	/**
	 * A message of the conversation. Contiguity gives it no id.
	 *
	 * @param to the recipient
	 * @param from the sender
	 * @param message the text
	 * @param timestamp when it was sent
	 * @param read when it was read, if it was
	 * @param status the status of the delivery, such as {@code delivered}
	 * @param attachments the addresses of the attachments
	 * @param tracking the steps on the message's way, if they were asked for
	 */
	record Message(@Nullable String to, @Nullable String from, @Nullable String message, @Nullable Instant timestamp,
			@Nullable Instant read, @Nullable String status, List<String> attachments, List<TrackingStep> tracking) {

		static Message from(ConversationMessage message) {
			return new Message(message.to(), message.from(), message.message(), message.timestamp(), message.read(),
					(message.delivery() != null) ? message.delivery().status() : null, message.attachments(),
					TrackingStep.from(message.tracking()));
		}

	}

	/**
	 * A reaction in the conversation.
	 *
	 * @param tapback the kind of reaction
	 * @param on the text of the message that it is on
	 * @param from who reacted
	 * @param action what was done, such as {@code added}
	 * @param timestamp when it was done
	 */
	record Reaction(@Nullable String tapback, @Nullable String on, @Nullable String from, @Nullable String action,
			@Nullable Instant timestamp) {

		static Reaction from(ConversationReaction reaction) {
			return new Reaction((reaction.reaction() != null) ? reaction.reaction().value() : null, reaction.on(),
					reaction.from(), reaction.action(), reaction.timestamp());
		}

	}

}
