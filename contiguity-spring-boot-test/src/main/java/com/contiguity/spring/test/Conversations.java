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

package com.contiguity.spring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The messages, reactions and typing indicators of all conversations, for the sandbox and
 * for {@link RecordingImessageOperations}. Thread-safe.
 */
final class Conversations {

	private final List<Entry> entries = new ArrayList<>();

	private final List<Reaction> reactions = new ArrayList<>();

	private final Set<Chat> typing = new HashSet<>();

	synchronized void clear() {
		this.entries.clear();
		this.reactions.clear();
		this.typing.clear();
	}

	/**
	 * Add a sent message.
	 * @param message the message
	 */
	synchronized void sent(SandboxMessage message) {
		this.entries.add(new Entry(message, false, null));
	}

	/**
	 * Add a received message. It gets an id that nobody knows, because the API does not
	 * return received messages by id.
	 * @param from the sender
	 * @param to the line
	 * @param text the text
	 * @param attachments the URLs of the attachments
	 * @param timestamp when it was received
	 */
	synchronized void received(String from, String to, @Nullable String text, List<String> attachments,
			Instant timestamp) {
		this.entries.add(new Entry(new SandboxMessage(SandboxIds.next("imsg"), to, from, text, attachments, null, false,
				timestamp, Delivery.IMESSAGE), true, null));
	}

	/**
	 * Return the sent messages.
	 * @return an immutable copy, in order
	 */
	synchronized List<SandboxMessage> sent() {
		return this.entries.stream().filter((entry) -> !entry.incoming()).map(Entry::message).toList();
	}

	synchronized Optional<SandboxMessage> sent(String id) {
		return sent().stream().filter((message) -> message.id().equals(id)).findFirst();
	}

	/**
	 * Return the messages of a conversation.
	 * @param chat the conversation
	 * @return a copy, latest first
	 */
	synchronized List<Entry> history(Chat chat) {
		List<Entry> history = new ArrayList<>(this.entries.stream().filter((entry) -> entry.isPartOf(chat)).toList());
		Collections.reverse(history);
		return history;
	}

	/**
	 * Mark the received or the sent messages of a conversation as read. Has no effect on
	 * messages that are already read, and on those that can never be read.
	 * @param chat the conversation
	 * @param incoming whether to mark the received messages
	 * @param time when they are read
	 */
	synchronized void read(Chat chat, boolean incoming, Instant time) {
		this.entries
			.replaceAll((entry) -> (entry.isPartOf(chat) && entry.incoming() == incoming) ? entry.readAt(time) : entry);
	}

	/**
	 * Add a reaction, or its removal, to the latest message with the text of the
	 * reaction.
	 * @param reaction the reaction
	 * @return whether there is such a message
	 */
	synchronized boolean react(Reaction reaction) {
		boolean found = history(reaction.chat()).stream()
			.anyMatch((entry) -> reaction.on().equals(entry.message().text()));
		if (found) {
			this.reactions.add(reaction);
		}
		return found;
	}

	synchronized List<Reaction> reactions(Chat chat) {
		return this.reactions.stream().filter((reaction) -> reaction.chat().equals(chat)).toList();
	}

	synchronized void typing(Chat chat, boolean typing) {
		if (typing) {
			this.typing.add(chat);
		}
		else {
			this.typing.remove(chat);
		}
	}

	synchronized boolean isTyping(String to) {
		return this.typing.stream().anyMatch((chat) -> chat.to().equals(to));
	}

	/**
	 * Identifies a conversation.
	 *
	 * @param to the recipient
	 * @param from the line
	 */
	record Chat(String to, String from) {
	}

	/**
	 * A message in its conversation.
	 *
	 * @param message the message
	 * @param incoming whether it was received
	 * @param read when it was marked as read, or {@code null} if it is not read yet
	 */
	record Entry(SandboxMessage message, boolean incoming, @Nullable Instant read) {

		private boolean isPartOf(Chat chat) {
			return chat.equals((this.incoming) ? new Chat(this.message.from(), this.message.to())
					: new Chat(this.message.to(), this.message.from()));
		}

		// SMS has no read receipts
		private Entry readAt(Instant time) {
			boolean unread = this.read == null && this.message.delivery() == Delivery.IMESSAGE;
			return (unread) ? new Entry(this.message, this.incoming, time) : this;
		}

	}

	/**
	 * A reaction, or its removal.
	 *
	 * @param chat the conversation
	 * @param tapback the kind of reaction
	 * @param on the text of the message
	 * @param added whether it was added rather than removed
	 * @param timestamp when it happened
	 */
	record Reaction(Chat chat, String tapback, String on, boolean added, Instant timestamp) {

		/**
		 * Return the state of the reaction in the API.
		 * @return {@code added} or {@code removed}
		 */
		String status() {
			return (this.added) ? "added" : "removed";
		}

		boolean removes(Reaction other) {
			return this.chat.equals(other.chat) && this.tapback.equals(other.tapback) && this.on.equals(other.on);
		}

	}

}
