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

import java.time.Instant;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.test.ContiguityFixtures;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link History}.
 */
class HistoryTests {

	private static final String LINE = "+15550001001";

	private static final String RECIPIENT = "+15555550123";

	private static final Instant NOON = Instant.parse("2026-08-02T12:00:00Z");

	private final Chat chat = new Chat("chat-1", RECIPIENT);

	@Test
	void putsWhatWasSentElsewhereWhereItsTimeIs() {
		List<Bubble> seen = List.of(bubble("First", 0), bubble("Third", 20));
		assertThat(texts(seen, history(sent("First", 0), sent("Second", 10), sent("Third", 20), sent("Fourth", 30))))
			.containsExactly("First", "Second", "Third", "Fourth");
	}

	@Test
	void showsAMessageThatWasSentTwiceTwice() {
		assertThat(texts(List.of(bubble("Hello", 0)), history(sent("Hello", 0), sent("Hello", 10))))
			.containsExactly("Hello", "Hello");
	}

	@Test
	void takesTheNearestOfMessagesWithTheSameText() {
		Bubble second = bubble("Hello", 600);
		List<Bubble> merged = History.merge(this.chat, List.of(second), history(sent("Hello", 0), sent("Hello", 601)));
		assertThat(merged).hasSize(2).last().isEqualTo(second);
	}

	@Test
	void showsTheTapbackThatWasMadeLast() {
		ConversationReaction added = new ConversationReaction(Tapback.LOVE, "Hello", NOON.plusSeconds(20), "added",
				RECIPIENT);
		ConversationReaction removed = new ConversationReaction(Tapback.LOVE, "Hello", NOON.plusSeconds(10), "removed",
				RECIPIENT);
		Conversation history = history(sent("Hello", 0));
		assertThat(History.merge(this.chat, List.of(),
				new Conversation(history.messages(), List.of(added, removed), history.chat(), history.metadata())))
			.singleElement()
			.extracting((bubble) -> bubble.marks().tapbacks())
			.isEqualTo(Set.of("love"));
	}

	@Test
	void aMessageThatWaitsIsNotThatOfTheDayBefore() {
		Bubble waiting = bubble("Hello", 86_400);
		assertThat(History.merge(this.chat, List.of(waiting), history(sent("Hello", 0)))).hasSize(2)
			.last()
			.isEqualTo(waiting);
	}

	@Test
	void keepsWhatTheHistoryDoesNotKnowYet() {
		assertThat(texts(List.of(bubble("First", 0), bubble("Second", 10)), history(sent("First", 0))))
			.containsExactly("First", "Second");
	}

	@Test
	void knowsATextThatTheHistoryShowsInAnotherForm() {
		assertThat(texts(List.of(bubble("\"Caf\u00e9\"\r\nat eight, it's booked", 0)),
				history(sent("\uFFFC\u201CCafe\u0301\u201D\nat eight, it\u2019s booked", 0))))
			.containsExactly("\"Caf\u00e9\"\r\nat eight, it's booked");
	}

	@Test
	void knowsAnAttachmentWithoutText() {
		Bubble attachment = Bubble.known("bubble-1", true, null, List.of(), NOON);
		assertThat(History.merge(this.chat, List.of(attachment), history(sent("", 0)))).hasSize(1);
		assertThat(History.merge(this.chat, List.of(), history(sent("", 0)))).singleElement()
			.extracting(Bubble::text)
			.isNull();
	}

	private List<String> texts(List<Bubble> bubbles, Conversation history) {
		return History.merge(this.chat, bubbles, history).stream().map(Bubble::text).toList();
	}

	private static Bubble bubble(String text, int seconds) {
		return Bubble.known("bubble-" + text, true, text, List.of(), NOON.plusSeconds(seconds));
	}

	private static Conversation history(ConversationMessage... messages) {
		return ContiguityFixtures.conversation(messages);
	}

	private static ConversationMessage sent(String text, int seconds) {
		ConversationMessage message = ContiguityFixtures.conversationMessage(RECIPIENT, LINE, text);
		return new ConversationMessage(message.to(), message.from(), message.message(), NOON.plusSeconds(seconds),
				message.read(), message.delivery(), message.risk(), message.attachments(), message.tracking());
	}

}
