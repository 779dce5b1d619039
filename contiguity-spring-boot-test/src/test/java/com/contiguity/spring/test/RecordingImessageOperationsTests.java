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

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.imessage.TypingAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link RecordingImessageOperations}.
 */
class RecordingImessageOperationsTests {

	private static final String BOB = "+15551234567";

	private static final String LINE = "+15550001001";

	private final RecordingImessageOperations imessages = new RecordingImessageOperations();

	@Test
	void recordsAndAnswers() {
		SendReceipt receipt = this.imessages.send(BOB, "Hello");
		assertThat(this.imessages.requests()).containsExactly(SendRequest.to(BOB).message("Hello").build());
		assertThat(this.imessages.get(receipt.messageId()).message()).isEqualTo("Hello");
		assertThat(this.imessages.history(BOB, LINE).messages()).singleElement().satisfies((message) -> {
			assertThat(message.message()).isEqualTo("Hello");
			assertThat(message.delivery()).isNotNull();
			assertThat(message.delivery().status()).isEqualTo("delivered");
			assertThat(message.risk()).isNotNull();
			assertThat(message.tracking()).isEmpty();
		});
		assertThat(this.imessages.get(receipt.messageId()).tracking()).isEmpty();
		assertThat(this.imessages.get(receipt.messageId(), true).tracking()).extracting(TrackingEvent::event)
			.containsExactly("imessage.sent", "imessage.delivery.confirmed");
		assertThat(this.imessages.history(HistoryRequest.between(BOB, LINE).tracking(true).build()).messages())
			.allSatisfy((message) -> assertThat(message.tracking()).hasSize(2));
	}

	@Test
	void failsWithExceptionsOfTheTestsOwn() {
		LineBusyException busy = new LineBusyException(LINE, Duration.ofSeconds(3));
		this.imessages.next(Outcome.ACCEPTED).next(busy).next(Outcome.ACCEPTED);
		this.imessages.send(BOB, "First");
		assertThatExceptionOfType(LineBusyException.class).isThrownBy(() -> this.imessages.send(BOB, "Second"))
			.isSameAs(busy);
		this.imessages.send(BOB, "Third");
		assertThat(this.imessages.messages()).hasSize(2);
	}

	@Test
	void messageToWhoCannotBeReachedFallsBackOrIsRefused() {
		this.imessages.unavailable(BOB);
		assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> this.imessages.send(BOB, "Hello"))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
		this.imessages.send(SendRequest.to(BOB).message("Hello").fallback(Fallback.always()).build());
		assertThat(this.imessages.messages()).singleElement()
			.extracting(SandboxMessage::delivery)
			.isEqualTo(SandboxMessage.Delivery.SMS);
	}

	@Test
	void reactionToWhatWasNeverSentIsRefused() {
		this.imessages.send(BOB, "Hello");
		assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(
				() -> this.imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Bye")))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
		assertThat(this.imessages.reactions()).isEmpty();
	}

	@Test
	void reactionsShowInTheHistory() {
		this.imessages.send(BOB, "Hello");
		Reaction reaction = Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Hello");
		this.imessages.react(ReactionAction.ADD, reaction);
		this.imessages.react(ReactionAction.REMOVE, reaction);
		assertThat(this.imessages.history(BOB, LINE).reactions()).extracting(ConversationReaction::action)
			.containsExactly("added", "removed");
		assertThat(this.imessages.history(BOB, LINE).reactions()).extracting(ConversationReaction::on)
			.containsOnly("Hello");
		assertThat(this.imessages.history("+15557654321", LINE).reactions()).isEmpty();
	}

	@Test
	void reactionIsTakenBackHoweverItsMessageIsNamed() {
		String id = this.imessages.send(BOB, "Hello").messageId();
		Reaction byId = Reaction.of(Tapback.LOVE).toMessageId(id);
		Reaction byText = Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Hello");
		this.imessages.react(ReactionAction.ADD, byId);
		this.imessages.react(ReactionAction.REMOVE, byText);
		assertThat(this.imessages.reactions()).isEmpty();
		this.imessages.react(ReactionAction.ADD, byText);
		this.imessages.react(ReactionAction.REMOVE, byId);
		assertThat(this.imessages.reactions()).isEmpty();
	}

	@Test
	void reactionStandsThoughAnotherIsTakenBack() {
		String other = "+15557654321";
		for (String to : List.of(BOB, other)) {
			this.imessages.send(to, "Hello");
			this.imessages.send(to, "Bye");
		}
		String line = "+15550001002";
		this.imessages.send(SendRequest.to(BOB).from(line).message("Hello").build());
		String id = this.imessages.messages().get(0).id();
		this.imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId(id));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LIKE).toMessageId(id));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LOVE).toMessage(other, LINE, "Hello"));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LOVE).toMessage(BOB, line, "Hello"));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Bye"));
		assertThat(this.imessages.reactions()).singleElement()
			.satisfies((reaction) -> assertThat(reaction.messageId()).isEqualTo(id));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LOVE).toMessageId(id));
		assertThat(this.imessages.reactions()).isEmpty();
	}

	@Test
	void receivedMessagesAreInTheHistoryAndCanBeReactedTo() {
		this.imessages.send(BOB, "Hello");
		this.imessages.received(incoming(BOB, "Is my table ready?"), incoming("+15557654321", "Hi"));
		this.imessages.send(BOB, "It is");
		this.imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Is my table ready?"));
		Conversation conversation = this.imessages.history(BOB, LINE);
		assertThat(conversation.messages()).extracting(ConversationMessage::message)
			.containsExactly("It is", "Is my table ready?", "Hello");
		assertThat(conversation.messages()).extracting(ConversationMessage::from).containsExactly(LINE, BOB, LINE);
		assertThat(conversation.messages()).extracting(ConversationMessage::to).containsExactly(BOB, LINE, BOB);
		assertThat(conversation.reactions()).singleElement().satisfies((reaction) -> {
			assertThat(reaction.on()).isEqualTo("Is my table ready?");
			assertThat(reaction.from()).isEqualTo(LINE);
		});
		assertThat(this.imessages.reactions()).hasSize(1);
		assertThat(this.imessages.messages()).extracting(SandboxMessage::text).containsExactly("Hello", "It is");
		assertThat(this.imessages.history("+15557654321", LINE).reactions()).isEmpty();
	}

	@Test
	void historyShowsTheLatestUpToItsLimit() {
		this.imessages.send(BOB, "First");
		this.imessages.received(incoming(BOB, "Second"));
		Conversation before = this.imessages.history(BOB, LINE);
		this.imessages.send(BOB, "Third");
		Conversation conversation = this.imessages.history(HistoryRequest.between(BOB, LINE).limit(2).build());
		assertThat(conversation.messages()).extracting(ConversationMessage::message).containsExactly("Third", "Second");
		assertThat(conversation.chat().limit()).isEqualTo(2);
		assertThat(conversation.chat().count()).isEqualTo(2);
		assertThat(conversation.chat().total()).isEqualTo(3);
		assertThat(before.messages()).hasSize(2);
		assertThat(this.imessages.history(BOB, "+15550001002").messages()).isEmpty();
	}

	@Test
	void whatCameInElsewhereCannotBeReactedTo() {
		IncomingImessage received = incoming(BOB, "Hi");
		this.imessages.received(received);
		assertThatExceptionOfType(ContiguityApiException.class)
			.isThrownBy(() -> this.imessages.react(ReactionAction.ADD,
					Reaction.of(Tapback.LOVE).toMessage("+15557654321", LINE, "Hi")))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(404));
		assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> this.imessages.get(received.id()))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(404));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.imessages.received(received, (IncomingImessage) null))
			.withMessage("'messages' must not contain null");
	}

	private static IncomingImessage incoming(String from, String text) {
		return new IncomingImessage("evt_1", from, LINE, text, Instant.EPOCH,
				List.of(new IncomingAttachment("https://example.com/cat.png", "image/png", "cat.png")));
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = " ")
	void reactionToAMessageWithoutTextIsRefused(String text) {
		RecordingImessageOperations imessages = new RecordingImessageOperations() {

			// a response of the API that cannot be produced by sending
			@Override
			public ImessageMessage get(String messageId, boolean tracking) {
				ImessageMessage message = super.get(messageId, tracking);
				return new ImessageMessage(message.id(), message.to(), message.from(), text, message.timestamp(),
						message.status(), message.attachments(), message.tracking(), message.metadata());
			}

		};
		String id = imessages.send(SendRequest.to(BOB).attachment("https://example.com/cat.png").build()).messageId();
		assertThatExceptionOfType(ContiguityException.class)
			.isThrownBy(() -> imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId(id)))
			.withMessage("The message to react to has no text, or its conversation is not known")
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED));
	}

	@Test
	void tapbackThatTheApiDoesNotKnowIsRefused() {
		this.imessages.send(BOB, "Hello");
		assertThatExceptionOfType(ContiguityApiException.class)
			.isThrownBy(() -> this.imessages.react(ReactionAction.ADD,
					Reaction.of(Tapback.of("party")).toMessage(BOB, LINE, "Hello")))
			.satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.REJECTED);
				assertThat(ex.status()).isEqualTo(400);
			});
		assertThat(this.imessages.reactions()).isEmpty();
	}

	@Test
	void bulkWithANullIsRefusedAsAWhole() {
		SendRequest request = SendRequest.to(BOB).message("Hello").build();
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.sendAll(Arrays.asList(request, null)))
			.withMessage("'requests' must not contain null");
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.sendAll(null))
			.withMessage("'requests' must not be null");
		assertThat(this.imessages.requests()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = "ACCEPTED", mode = EnumSource.Mode.EXCLUDE)
	void failsWithEachOutcome(Outcome outcome) {
		this.imessages.next(Outcome.ACCEPTED, outcome);
		this.imessages.send(BOB, "First");
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> this.imessages.send(BOB, "Second"))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(outcome));
		this.imessages.send(BOB, "Third");
		assertThat(this.imessages.messages()).extracting(SandboxMessage::text).containsExactly("First", "Third");
		assertThat(this.imessages.requests()).hasSize(3);
	}

	@Test
	void reconcilesWithTheGivenResult() {
		this.imessages.next(Outcome.UNKNOWN, Outcome.UNKNOWN);
		assertThatExceptionOfType(SendOutcomeUnknownException.class).isThrownBy(() -> this.imessages.send(BOB, "Hello"))
			.satisfies((unknown) -> {
				assertThat(unknown.from()).isEqualTo(LINE);
				assertThat(this.imessages.reconcile(unknown).verdict()).isEqualTo(Reconciliation.Verdict.UNDECIDED);
				this.imessages.reconcileAs(Reconciliation.notSent());
				assertThat(this.imessages.reconcile(unknown).verdict()).isEqualTo(Reconciliation.Verdict.NOT_SENT);
			});
	}

	@Test
	void sendsManyAndLater() {
		this.imessages.next(Outcome.NOT_SENT);
		SendRequest request = SendRequest.to(BOB).message("Hello").build();
		assertThat(this.imessages.sendAll(List.of(request, request))).hasExactlyElementsOfTypes(SendResult.Failed.class,
				SendResult.Accepted.class);
		this.imessages.next(Outcome.REJECTED);
		assertThat(this.imessages.sendAsync(request)).isCompletedExceptionally();
		assertThat(this.imessages.sendAsync(request)).isCompleted();
	}

	@Test
	void recordsTypingAndReactions() {
		String id = this.imessages.send(BOB, "Hello").messageId();
		try (TypingIndicator indicator = this.imessages.showTyping(BOB, LINE)) {
			this.imessages.typing(TypingAction.STOP, BOB, "+15550001009");
			assertThat(this.imessages.isTyping(BOB)).as("that was another line's").isTrue();
			assertThat(indicator).isNotNull();
		}
		assertThat(this.imessages.isTyping(BOB)).isFalse();
		assertThat(this.imessages.wasTyping(BOB)).isTrue();
		assertThat(this.imessages.wasTyping("+15557654321")).isFalse();
		this.imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId(id));
		this.imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LIKE).toMessage(BOB, LINE, "Hello"));
		this.imessages.react(ReactionAction.REMOVE, Reaction.of(Tapback.LIKE).toMessage(BOB, LINE, "Hello"));
		assertThat(this.imessages.reactions()).singleElement()
			.satisfies((reaction) -> assertThat(reaction.messageId()).isEqualTo(id));
	}

	@Test
	void recordsReadConversations() {
		String other = "+15557654321";
		this.imessages.send(BOB, "Hello");
		this.imessages.received(incoming(BOB, "Hi"), incoming(other, "Hi"));
		assertThat(this.imessages.isRead(BOB)).isFalse();
		this.imessages.read(BOB, LINE);
		assertThat(this.imessages.isRead(BOB)).isTrue();
		assertThat(this.imessages.isRead(other)).isFalse();
		Instant read = this.imessages.history(BOB, LINE).messages().get(0).read();
		assertThat(read).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
		assertThat(this.imessages.history(BOB, LINE).messages()).extracting(ConversationMessage::read)
			.containsExactly(read, null);
		assertThat(this.imessages.history(other, LINE).messages()).extracting(ConversationMessage::read)
			.containsOnlyNulls();
		this.imessages.received(incoming(BOB, "Are you there?"));
		assertThat(this.imessages.isRead(BOB)).isFalse();
		this.imessages.read(BOB, "+15550001002");
		assertThat(this.imessages.isRead(BOB)).as("that was another line's").isFalse();
	}

	@Test
	void readsWhatTheTestHandsOverItself() {
		assertThat(this.imessages.isRead(BOB)).isFalse();
		this.imessages.read(BOB, LINE);
		assertThat(this.imessages.isRead(BOB)).isTrue();
	}

	@Test
	void rejectsInvalidRequests() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.send("5551234567", "Hello"))
			.withMessageContaining("'to'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.read(BOB, "line"))
			.withMessageContaining("'from'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.typing(TypingAction.START, "Bob"))
			.withMessageContaining("'to'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.imessages.get(" "));
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> this.imessages.get("imsg_none"));
		assertThat(this.imessages.requests()).isEmpty();
	}

	@Test
	void forgetsEverything() {
		this.imessages.next(Outcome.ACCEPTED, Outcome.UNKNOWN).send(BOB, "Hello");
		this.imessages.unavailable(BOB).received(incoming(BOB, "Hi"));
		this.imessages.typing(TypingAction.START, BOB);
		this.imessages.read(BOB, LINE);
		assertThat(this.imessages.availability(BOB).available()).isFalse();
		this.imessages.clear();
		assertThat(this.imessages.history(BOB, LINE).messages()).isEmpty();
		assertThat(this.imessages.isRead(BOB)).isFalse();
		assertThat(this.imessages.wasTyping(BOB)).isFalse();
		this.imessages.send(BOB, "Hello");
		assertThat(this.imessages.messages()).hasSize(1);
		assertThat(this.imessages.availability(BOB).available()).isTrue();
	}

}
