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

import java.util.List;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxEntryEvent;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.test.ContiguityFixtures;
import com.example.messages.console.Bubble.Attachment;
import com.example.messages.console.Bubble.Marks;
import com.example.messages.console.Bubble.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MessageListeners}: the outbox and the sends it makes tell of the same
 * message on different threads.
 */
class MessageListenersTests {

	private static final String RECIPIENT = "+15555550123";

	private final SendRequest request = SendRequest.to(RECIPIENT).message("Hello").reference("bubble-1").build();

	private final Chats chats = new Chats((event) -> {
	});

	private final MessageListeners listeners = new MessageListeners(this.chats);

	@Test
	void anEntryThatIsPutOffWaitsHoweverItIsTold() {
		for (boolean sendFirst : new boolean[] { true, false }) {
			queue();
			if (sendFirst) {
				this.listeners.notSent(notSent(Outcome.NOT_SENT));
			}
			this.listeners.changed(changed(OutboxState.PENDING, OutboxState.SENDING));
			if (!sendFirst) {
				this.listeners.notSent(notSent(Outcome.NOT_SENT));
			}
			assertThat(bubble().state()).isEqualTo(State.PUT_OFF);
			assertThat(bubble().detail()).isEqualTo("the reason");
		}
	}

	@Test
	void anEntryThatIsRejectedHasItsReasonHoweverItIsTold() {
		for (boolean sendFirst : new boolean[] { true, false }) {
			queue();
			if (sendFirst) {
				this.listeners.notSent(notSent(Outcome.REJECTED));
			}
			this.listeners.changed(changed(OutboxState.REJECTED, OutboxState.SENDING));
			if (!sendFirst) {
				this.listeners.notSent(notSent(Outcome.REJECTED));
			}
			assertThat(bubble().state()).isEqualTo(State.REJECTED);
			assertThat(bubble().detail()).isEqualTo("the reason");
		}
	}

	@Test
	void anEntryThatWaitsForTheAccountIsNotRejected() {
		queue();
		this.listeners.notSent(notSent(Outcome.REJECTED));
		this.listeners.changed(changed(OutboxState.PENDING, OutboxState.SENDING));
		assertThat(bubble().state()).isEqualTo(State.PUT_OFF);
	}

	@Test
	void aMessageThatTheHistoryHadFirstIsShownOnce() {
		Chat chat = this.chats.with(RECIPIENT);
		IncomingImessage message = ContiguityFixtures.incoming(RECIPIENT, "Look, it's here");
		ConversationMessage read = ContiguityFixtures.conversationMessage(message.to(), RECIPIENT,
				"Look, it\u2019s here");
		Conversation history = ContiguityFixtures
			.conversation(new ConversationMessage(read.to(), read.from(), read.message(), message.timestamp(),
					message.timestamp(), read.delivery(), read.risk(), read.attachments(), read.tracking()));
		chat.updateAll((bubbles) -> History.merge(chat, bubbles, history));
		this.listeners.received(ContiguityFixtures.receivedEvent(message));
		assertThat(chat.bubbles()).singleElement().satisfies((bubble) -> {
			assertThat(bubble.text()).isEqualTo("Look, it's here");
			assertThat(bubble.marks().read()).isNotNull();
		});
		assertThat(chat.snapshot().unread()).isOne();
		// the same words, once more
		this.listeners
			.received(ContiguityFixtures.receivedEvent(ContiguityFixtures.incoming(RECIPIENT, "Look, it's here")));
		assertThat(chat.bubbles()).hasSize(2);
	}

	@Test
	void anEventThatIsHandledAgainIsShownOnce() {
		IncomingImessage message = ContiguityFixtures.incoming(RECIPIENT, "Hello");
		this.listeners.received(ContiguityFixtures.receivedEvent(message));
		this.listeners.received(ContiguityFixtures.receivedEvent(message));
		assertThat(this.chats.with(RECIPIENT).snapshot().unread()).isOne();
		assertThat(this.chats.with(RECIPIENT).bubbles()).hasSize(1);
	}

	@Test
	void aDeliveryOfAnotherMessageLeavesTheLatestAlone() {
		this.chats.add(this.chats.with(RECIPIENT), Bubble.sent("bubble-1", "Hello", List.of(), State.SENDING));
		this.listeners.unknown(ContiguityFixtures.outcomeUnknownEvent(this.request));
		this.listeners
			.delivered(ContiguityFixtures.textDeliveryEvent(ContiguityFixtures.receipt(this.request), "failed"));
		assertThat(bubble().state()).isEqualTo(State.UNKNOWN);
		assertThat(bubble().marks()).isEqualTo(Marks.NONE);
	}

	@Test
	void aConversationGoesOnAtTheLineThatWasWrittenTo() {
		IncomingImessage message = ContiguityFixtures.incoming(RECIPIENT, "Hello");
		this.listeners.received(ContiguityFixtures.receivedEvent(message));
		assertThat(this.chats.with(RECIPIENT).line()).isEqualTo(message.to());
	}

	@Test
	void anUnknownOutcomeHasTheReasonAlone() {
		this.chats.add(this.chats.with(RECIPIENT), Bubble.sent("bubble-1", "Hello", List.of(), State.SENDING));
		this.listeners.unknown(ContiguityFixtures.outcomeUnknownEvent(this.request));
		assertThat(bubble().state()).isEqualTo(State.UNKNOWN);
		assertThat(bubble().detail()).isEqualTo("There was no answer");
	}

	@Test
	void aDeliveryOfATimeBeforeTheLastStartMakesNoConversation() {
		this.listeners.delivered(ContiguityFixtures.textDeliveryEvent(ContiguityFixtures.receipt(this.request), null));
		assertThat(this.chats.all()).isEmpty();
	}

	@Test
	void anAttachmentWithoutAnAddressHasAName() {
		received(new IncomingAttachment("", null, null), new IncomingAttachment("", "image/png", "cake.png"),
				new IncomingAttachment("https://example.com/a/menu.pdf?token=1", null, null),
				new IncomingAttachment("javascript:alert(1)", null, "menu.pdf"));
		assertThat(this.chats.with(RECIPIENT).bubbles().get(0).attachments()).containsExactly(
				new Attachment("Attachment", null), new Attachment("cake.png", null),
				new Attachment("menu.pdf", "https://example.com/a/menu.pdf?token=1"), new Attachment("menu.pdf", null));
	}

	private void received(IncomingAttachment... attachments) {
		IncomingImessage message = ContiguityFixtures.incoming(RECIPIENT, "Look");
		this.listeners.received(ContiguityFixtures.receivedEvent(new IncomingImessage(message.id(), message.from(),
				message.to(), message.body(), message.timestamp(), List.of(attachments))));
	}

	private void queue() {
		this.chats.add(this.chats.with(RECIPIENT), Bubble.sent("bubble-1", "Hello", List.of(), State.QUEUED));
		this.listeners.changed(changed(OutboxState.PENDING, null));
	}

	private Bubble bubble() {
		Bubble bubble = this.chats.with(RECIPIENT).bubble("bubble-1");
		assertThat(bubble).isNotNull();
		return bubble;
	}

	private ImessageNotSentEvent notSent(Outcome outcome) {
		return ContiguityFixtures.notSentEvent(this.request, new ContiguityException("the reason", outcome));
	}

	private static OutboxEntryEvent changed(OutboxState state, @Nullable OutboxState previousState) {
		OutboxEntry entry = mock();
		given(entry.id()).willReturn("out_1");
		given(entry.reference()).willReturn("bubble-1");
		given(entry.state()).willReturn(state);
		return new OutboxEntryEvent(entry, previousState);
	}

}
