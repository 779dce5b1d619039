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

package com.example.messages.console;

import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.UnknownSend;
import com.example.messages.console.Bubble.Attachment;
import com.example.messages.console.Bubble.Marks;
import com.example.messages.console.Bubble.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Reads conversations' histories: only they contain read marks, tapbacks, and sends of
 * unknown outcome.
 */
@Component
class History {

	private static final Log logger = LogFactory.getLog(History.class);

	/** The ids of bubbles that were read begin with it. */
	private static final String READ = "read";

	/** A webhook and the history may give a message times that differ a little. */
	private static final Duration SAME_MESSAGE = Duration.ofSeconds(5);

	/** A message is not older than its bubble, but its time is that of another clock. */
	private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

	private final ReactiveImessageOperations imessage;

	private final Chats chats;

	History(ReactiveImessageOperations imessage, Chats chats) {
		this.imessage = imessage;
		this.chats = chats;
	}

	/**
	 * Read a conversation's history.
	 * @param chat the conversation
	 */
	void read(Chat chat) {
		reading(chat).block();
	}

	/**
	 * Read a conversation's history, without waiting for it.
	 * @param chat the conversation
	 */
	void readLater(Chat chat) {
		reading(chat).subscribe((conversation) -> {
		}, (failure) -> logger.warn(failure.getMessage()));
	}

	private Mono<Conversation> reading(Chat chat) {
		String line = chat.line();
		Mono<Conversation> history = (line != null) ? this.imessage.history(chat.with(), line)
				: this.imessage.history(chat.with());
		return history.doOnNext((conversation) -> {
			chat.updateAll((bubbles) -> merge(chat, bubbles, conversation));
			this.chats.changed(chat);
		});
	}

	/**
	 * Add what the history knows to the bubbles. A history has no ids: a message is
	 * matched with the bubble that has the same text and the nearest time.
	 * @param chat the conversation
	 * @param bubbles the bubbles
	 * @param conversation the history
	 * @return the bubbles, in the order of their times
	 */
	static List<Bubble> merge(Chat chat, List<Bubble> bubbles, Conversation conversation) {
		List<Bubble> merged = new ArrayList<>(bubbles);
		List<ConversationMessage> messages = new ArrayList<>(conversation.messages());
		messages.sort(Comparator.comparing(History::at));
		Map<ConversationMessage, Bubble> known = known(chat, bubbles, messages);
		for (ConversationMessage message : messages) {
			Bubble shown = known.get(message);
			if (shown != null) {
				merged.set(merged.indexOf(shown),
						shown.marked(marks(shown.marks().sms(), message, conversation.reactions())));
			}
			else {
				Bubble bubble = Bubble
					.known(Chats.newId(READ), isMine(chat, message),
							StringUtils.hasText(message.message()) ? message.message() : null,
							message.attachments().stream().map(Attachment::of).toList(), at(message))
					.marked(marks(false, message, conversation.reactions()));
				merged.add(indexOfLater(merged, bubble), bubble);
			}
		}
		return merged;
	}

	/**
	 * Return whether a bubble that was read from the history shows the message that comes
	 * in now.
	 * @param bubble the bubble
	 * @param received the message
	 * @return whether it does
	 */
	static boolean isCopy(Bubble bubble, Bubble received) {
		return bubble.id().startsWith(READ) && !bubble.mine()
				&& normalized(bubble.text()).equals(normalized(received.text()))
				&& Duration.between(bubble.at(), received.at()).abs().compareTo(SAME_MESSAGE) <= 0;
	}

	private static Marks marks(boolean sms, ConversationMessage message, List<ConversationReaction> reactions) {
		boolean undelivered = message.delivery() != null && "failed".equals(message.delivery().status());
		return new Marks(sms, undelivered, message.read(), tapbacks(message, reactions));
	}

	private static int indexOfLater(List<Bubble> bubbles, Bubble bubble) {
		int index = 0;
		while (index < bubbles.size() && !bubbles.get(index).at().isAfter(bubble.at())) {
			index++;
		}
		return index;
	}

	private static boolean isMine(Chat chat, ConversationMessage message) {
		return chat.with().equals(message.to());
	}

	private static Map<ConversationMessage, Bubble> known(Chat chat, List<Bubble> bubbles,
			List<ConversationMessage> messages) {
		List<Pair> pairs = new ArrayList<>();
		Map<String, List<Bubble>> byText = bubbles.stream()
			.filter(Bubble::mayHaveArrived)
			.collect(Collectors.groupingBy((bubble) -> normalized(bubble.text())));
		for (ConversationMessage message : messages) {
			byText.getOrDefault(normalized(message.message()), List.of())
				.stream()
				.filter((bubble) -> bubble.mine() == isMine(chat, message))
				.filter((bubble) -> message.timestamp() == null
						|| message.timestamp().isAfter(bubble.at().minus(CLOCKS_APART)))
				.forEach((bubble) -> pairs.add(new Pair(message, bubble)));
		}
		pairs.sort(Comparator.comparing(Pair::apart));
		// two messages of the history can be equal
		Map<ConversationMessage, Bubble> known = new IdentityHashMap<>();
		Set<Bubble> taken = new HashSet<>();
		for (Pair pair : pairs) {
			if (!known.containsKey(pair.message()) && taken.add(pair.bubble())) {
				known.put(pair.message(), pair.bubble());
			}
		}
		return known;
	}

	// a history can change characters of a text
	private static String normalized(@Nullable String text) {
		return (text != null) ? Normalizer.normalize(text, Normalizer.Form.NFKC)
			.replace("\uFFFC", "")
			.replace("\r\n", "\n")
			.replaceAll("[\u2018\u2019]", "'")
			.replaceAll("[\u201C\u201D]", "\"")
			.strip() : "";
	}

	private static Instant at(ConversationMessage message) {
		return (message.timestamp() != null) ? message.timestamp() : Instant.EPOCH;
	}

	private static Set<String> tapbacks(ConversationMessage message, List<ConversationReaction> reactions) {
		Set<String> tapbacks = new LinkedHashSet<>();
		List<ConversationReaction> inOrder = new ArrayList<>(reactions);
		inOrder.sort(Comparator.comparing(ConversationReaction::timestamp,
				Comparator.nullsFirst(Comparator.naturalOrder())));
		for (ConversationReaction reaction : inOrder) {
			if (reaction.reaction() != null
					&& Objects.equals(normalized(reaction.on()), normalized(message.message()))) {
				if ("removed".equals(reaction.action())) {
					tapbacks.remove(reaction.reaction().value());
				}
				else {
					tapbacks.add(reaction.reaction().value());
				}
			}
		}
		return tapbacks;
	}

	/**
	 * Find out what became of a send, without waiting for it.
	 * @param chat the conversation
	 * @param bubbleId the message
	 * @param unknown the send
	 */
	void reconcile(Chat chat, String bubbleId, UnknownSend unknown) {
		// without the button, as a second look at the same time tells nothing new
		this.chats.update(chat, bubbleId, (bubble) -> bubble.is(State.UNKNOWN, "checking the history…"));
		this.imessage.reconcile(unknown)
			.subscribe((found) -> this.chats.update(chat, bubbleId, (bubble) -> settle(bubble, unknown, found)),
					(failure) -> this.chats.update(chat, bubbleId,
							(bubble) -> bubble.unknown(unknown, String.valueOf(failure.getMessage()))));
	}

	private static Bubble settle(Bubble bubble, UnknownSend unknown, Reconciliation found) {
		return switch (found.verdict()) {
			case SENT -> bubble.accepted(null, "found in the history");
			case NOT_SENT -> bubble.is(State.NOT_SENT, "not in the history");
			case UNDECIDED -> bubble.unknown(unknown, found.reason());
		};
	}

	/**
	 * A message and a bubble that may be the same.
	 *
	 * @param message the message of the history
	 * @param bubble the bubble
	 */
	private record Pair(ConversationMessage message, Bubble bubble) {

		Duration apart() {
			return Duration.between(at(this.message), this.bubble.at()).abs();
		}

	}

}
