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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationInfo;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import com.contiguity.spring.test.SandboxState.Chat;
import org.jspecify.annotations.Nullable;

/**
 * Stores recorded messages and reactions, and returns them as the API does. Not
 * thread-safe. {@link RecordingImessageOperations} guards it.
 */
class RecordedConversations {

	private final List<Entry> entries = new ArrayList<>();

	private final List<Standing> standing = new ArrayList<>();

	private final List<Reacted> reacted = new ArrayList<>();

	/** The conversations that were marked as read. */
	private final Set<Chat> read = new HashSet<>();

	void sent(SandboxMessage message) {
		this.entries.add(new Entry(message, false, null));
	}

	void received(IncomingImessage message) {
		this.entries.add(Entry.incoming(message));
	}

	/**
	 * Mark the received messages that are not read yet as read.
	 * @param chat the conversation
	 * @param time when they are read
	 */
	void read(Chat chat, Instant time) {
		this.read.add(chat);
		this.entries.replaceAll((entry) -> (entry.incoming() && entry.read() == null && entry.isPartOf(chat))
				? new Entry(entry.message(), true, time) : entry);
	}

	boolean isRead(String from) {
		return this.read.stream().anyMatch((chat) -> chat.to().equals(from)) && this.entries.stream()
			.noneMatch((entry) -> entry.incoming() && entry.read() == null && entry.message().from().equals(from));
	}

	List<SandboxMessage> sent() {
		return this.entries.stream().filter((entry) -> !entry.incoming()).map(Entry::message).toList();
	}

	Optional<ImessageMessage> find(String messageId, boolean tracking, ResponseMetadata metadata) {
		return sent().stream()
			.filter((message) -> message.id().equals(messageId))
			.map((message) -> new ImessageMessage(message.id(), message.to(), message.from(), message.text(),
					message.timestamp(), "delivered", message.attachments(), tracking(message, tracking), metadata))
			.findFirst();
	}

	Conversation history(HistoryRequest request, String from, ResponseMetadata metadata) {
		List<Entry> all = new ArrayList<>(between(request.to(), from));
		Collections.reverse(all);
		List<ConversationMessage> latest = all.stream()
			.limit(request.limit())
			.map((entry) -> row(entry, request.tracking()))
			.toList();
		List<ConversationReaction> reactions = this.reacted.stream()
			.filter((reacted) -> reacted.to().equals(request.to()) && reacted.from().equals(from))
			.map(Reacted::row)
			.toList();
		return new Conversation(latest, reactions,
				new ConversationInfo(false, false, request.limit(), (long) all.size(), latest.size()), metadata);
	}

	private static ConversationMessage row(Entry entry, boolean tracking) {
		SandboxMessage message = entry.message();
		return new ConversationMessage(message.to(), message.from(), message.text(), message.timestamp(), entry.read(),
				new ConversationMessage.Delivery("delivered", false, message.timestamp()),
				new ConversationMessage.Risk(false, false), message.attachments(), tracking(message, tracking));
	}

	boolean contain(String to, String from, @Nullable String text) {
		return between(to, from).stream().anyMatch((entry) -> Objects.equals(entry.message().text(), text));
	}

	private List<Entry> between(String to, String from) {
		return this.entries.stream().filter((entry) -> entry.isPartOf(new Chat(to, from))).toList();
	}

	private static List<TrackingEvent> tracking(SandboxMessage message, boolean wanted) {
		if (!wanted) {
			return Collections.emptyList();
		}
		String delivered = (message.delivery() == Delivery.SMS) ? "text.delivery.confirmed"
				: "imessage.delivery.confirmed";
		return List.of(new TrackingEvent("imessage.sent", "Message Sent", message.timestamp()),
				new TrackingEvent(delivered, "Message Delivered", message.timestamp()));
	}

	/**
	 * Add or remove a reaction.
	 * @param action whether to add or remove it
	 * @param reaction the reaction as requested
	 * @param to the recipient of its conversation
	 * @param from the line of its conversation
	 * @param row its row in the history
	 */
	void react(ReactionAction action, Reaction reaction, String to, String from, ConversationReaction row) {
		Reacted last = new Reacted(to, from, row);
		if (action == ReactionAction.ADD) {
			this.standing.add(new Standing(reaction, last));
		}
		else {
			this.standing.removeIf((added) -> added.reacted().isSame(last));
		}
		this.reacted.add(last);
	}

	List<Reaction> reactions() {
		return this.standing.stream().map(Standing::reaction).toList();
	}

	void clear() {
		this.entries.clear();
		this.standing.clear();
		this.reacted.clear();
		this.read.clear();
	}

	/**
	 * A message that was sent or received.
	 *
	 * @param message the message
	 * @param incoming whether it was received
	 * @param read when it was marked as read, or {@code null} if it is not read yet
	 */
	private record Entry(SandboxMessage message, boolean incoming, @Nullable Instant read) {

		static Entry incoming(IncomingImessage message) {
			return new Entry(new SandboxMessage(SandboxIds.next("imsg"), message.to(), message.from(), message.body(),
					message.attachments().stream().map(IncomingAttachment::url).toList(), null, false,
					message.timestamp(), Delivery.IMESSAGE), true, null);
		}

		boolean isPartOf(Chat chat) {
			return chat.equals((this.incoming) ? new Chat(this.message.from(), this.message.to())
					: new Chat(this.message.to(), this.message.from()));
		}

	}

	/**
	 * A reaction that has not been removed.
	 *
	 * @param reaction the reaction as requested
	 * @param reacted the reaction in its conversation
	 */
	private record Standing(Reaction reaction, Reacted reacted) {
	}

	/**
	 * A reaction, or its removal, in a conversation.
	 *
	 * @param to the recipient
	 * @param from the line
	 * @param row its row in the history
	 */
	private record Reacted(String to, String from, ConversationReaction row) {

		// by text, as the API does, even if the message was identified by its id
		boolean isSame(Reacted other) {
			return this.to.equals(other.to) && this.from.equals(other.from)
					&& Objects.equals(this.row.reaction(), other.row.reaction())
					&& Objects.equals(this.row.on(), other.row.on());
		}

	}

}
