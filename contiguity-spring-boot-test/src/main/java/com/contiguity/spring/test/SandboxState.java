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

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The state of the sandbox. Thread-safe.
 */
final class SandboxState {

	/** Maximum number of different refusals to keep. */
	private static final int MAX_REFUSALS = 10;

	private final Clock clock;

	private List<Line> firstLines;

	private final List<Entry> entries = new ArrayList<>();

	private final List<Reaction> reactions = new ArrayList<>();

	private final Set<Chat> typing = new HashSet<>();

	private final Set<String> withoutSms = new HashSet<>();

	private final Map<Refusal, Integer> refusals = new LinkedHashMap<>();

	private List<Line> lines;

	private boolean changesTexts;

	SandboxState(Clock clock, List<Line> lines) {
		this.clock = clock;
		this.firstLines = List.copyOf(lines);
		this.lines = this.firstLines;
	}

	synchronized void clear() {
		this.entries.clear();
		this.reactions.clear();
		this.typing.clear();
		this.withoutSms.clear();
		this.refusals.clear();
		this.lines = this.firstLines;
		this.changesTexts = false;
	}

	synchronized boolean changesTexts() {
		return this.changesTexts;
	}

	synchronized void changesTexts(boolean changesTexts) {
		this.changesTexts = changesTexts;
	}

	synchronized List<Line> lines() {
		return this.lines;
	}

	synchronized void lines(List<Line> lines) {
		this.lines = List.copyOf(lines);
	}

	/**
	 * Lease additional lines permanently.
	 * @param more the lines; those whose number is leased already are ignored
	 */
	synchronized void leaseAlso(List<Line> more) {
		this.firstLines = union(this.firstLines, more);
		this.lines = union(this.lines, more);
	}

	private static List<Line> union(List<Line> lines, List<Line> more) {
		Map<String, Line> union = new LinkedHashMap<>();
		lines.forEach((line) -> union.put(line.number(), line));
		more.forEach((line) -> union.putIfAbsent(line.number(), line));
		return List.copyOf(union.values());
	}

	synchronized void failSmsTo(String to) {
		this.withoutSms.add(to);
	}

	synchronized boolean takesSms(String to) {
		return SandboxRecipients.takesSms(to) && !this.withoutSms.contains(to);
	}

	Instant now() {
		return Instant.ofEpochMilli(this.clock.millis());
	}

	synchronized void add(SandboxMessage message) {
		this.entries.add(new Entry(message, false, null));
	}

	/**
	 * Add a received message.
	 * @param from the sender
	 * @param to the line
	 * @param text the text
	 */
	synchronized void receive(String from, String to, String text) {
		this.entries.add(new Entry(new SandboxMessage(SandboxIds.next("imsg"), to, from, text, Collections.emptyList(),
				null, false, now(), Delivery.IMESSAGE), true, null));
	}

	synchronized List<SandboxMessage> messages() {
		return this.entries.stream().filter((entry) -> !entry.incoming).map(Entry::message).toList();
	}

	/**
	 * Return a message.
	 * @param id the message's id
	 * @return the message, or {@code null}
	 */
	synchronized @Nullable SandboxMessage message(String id) {
		return this.entries.stream()
			.map(Entry::message)
			.filter((message) -> message.id().equals(id))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the messages of a conversation.
	 * @param chat the conversation
	 * @return copies of its entries, latest first
	 */
	synchronized List<Entry> conversation(Chat chat) {
		List<Entry> conversation = new ArrayList<>();
		for (Entry entry : this.entries) {
			if (entry.isPartOf(chat)) {
				conversation.add(0, new Entry(entry.message, entry.incoming, entry.read));
			}
		}
		return conversation;
	}

	/**
	 * Mark the received or the sent messages of a conversation as read, as far as they
	 * were delivered as iMessage: SMS has no read receipts.
	 * @param chat the conversation
	 * @param incoming whether to mark the received messages
	 */
	synchronized void read(Chat chat, boolean incoming) {
		for (Entry entry : this.entries) {
			if (entry.isPartOf(chat) && entry.incoming == incoming && entry.read == null
					&& entry.message.delivery() == Delivery.IMESSAGE) {
				entry.read = now();
			}
		}
	}

	/**
	 * React to the latest message with the text of the reaction.
	 * @param reaction the reaction
	 * @return whether there is such a message
	 */
	synchronized boolean react(Reaction reaction) {
		boolean found = this.entries.stream()
			.anyMatch((entry) -> entry.isPartOf(reaction.chat()) && reaction.on().equals(entry.message.text()));
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
	 * Record that an attempt to send a message was rejected.
	 * @param refusal the reason
	 */
	synchronized void refused(Refusal refusal) {
		if (this.refusals.size() < MAX_REFUSALS || this.refusals.containsKey(refusal)) {
			this.refusals.merge(refusal, 1, Integer::sum);
		}
	}

	/**
	 * Return how often attempts to send a message were rejected, by reason.
	 * @return a copy, in the order of their first occurrence
	 */
	synchronized Map<Refusal, Integer> refusals() {
		return new LinkedHashMap<>(this.refusals);
	}

	/**
	 * The reason why an attempt to send a message was rejected.
	 *
	 * @param status the HTTP status
	 * @param reason the reason in the response, which never contains a number or a text
	 */
	record Refusal(int status, String reason) {
	}

	/**
	 * A conversation.
	 *
	 * @param to the recipient
	 * @param from the line
	 */
	record Chat(String to, String from) {
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
	}

	/**
	 * A message and its state.
	 */
	static final class Entry {

		private final SandboxMessage message;

		private final boolean incoming;

		private @Nullable Instant read;

		private Entry(SandboxMessage message, boolean incoming, @Nullable Instant read) {
			this.message = message;
			this.incoming = incoming;
			this.read = read;
		}

		SandboxMessage message() {
			return this.message;
		}

		@Nullable Instant read() {
			return this.read;
		}

		private boolean isPartOf(Chat chat) {
			String recipient = (this.incoming) ? this.message.from() : this.message.to();
			String line = (this.incoming) ? this.message.to() : this.message.from();
			return recipient.equals(chat.to()) && line.equals(chat.from());
		}

	}

}
