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

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxEntryEvent;
import com.contiguity.spring.outbox.OutboxState;
import com.example.messages.console.Bubble.Attachment;
import com.example.messages.console.Bubble.State;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Shows how sends end, and what comes in.
 */
@Component
class MessageListeners {

	private final Chats chats;

	MessageListeners(Chats chats) {
		this.chats = chats;
	}

	@EventListener
	void sent(ImessageSentEvent event) {
		String detail = (event.attempts() > 1) ? event.attempts() + " attempts" : null;
		this.chats.update(event.request().reference(),
				(bubble) -> bubble.accepted(event.receipt().messageId(), detail));
	}

	@EventListener
	void notSent(ImessageNotSentEvent event) {
		Outcome outcome = event.exception().outcome();
		String reason = reason(event.exception());
		this.chats.update(event.request().reference(), (bubble) -> {
			if (bubble.entry() == null) {
				return bubble.is((outcome == Outcome.REJECTED) ? State.REJECTED : State.NOT_SENT, reason);
			}
			// the outbox goes on, and tells how that ends
			return (outcome == Outcome.NOT_SENT) ? bubble.is(State.PUT_OFF, reason) : bubble.because(reason);
		});
	}

	private static String reason(ContiguityException exception) {
		if (exception instanceof LineBusyException busy) {
			return "the line is busy for another " + (busy.availableIn().toSeconds() + 1) + " s";
		}
		if (exception instanceof AgreementRequiredException agreement) {
			return "the account has to accept the terms at " + agreement.agreementUrl();
		}
		// the state says already that an outcome is unknown
		Throwable told = (exception.outcome() == Outcome.UNKNOWN && exception.getCause() != null) ? exception.getCause()
				: exception;
		return String.valueOf(told.getMessage());
	}

	@EventListener
	void unknown(ImessageOutcomeUnknownEvent event) {
		this.chats.update(event.request().reference(), (bubble) -> (bubble.entry() != null) ? bubble
				: bubble.unknown(event.exception().unknownSend(), reason(event.exception())));
	}

	@EventListener
	void changed(OutboxEntryEvent event) {
		this.chats.update(event.entry().reference(), (bubble) -> shown(bubble, event.entry(), event.previousState()));
	}

	static Bubble shown(Bubble present, OutboxEntry entry, @Nullable OutboxState previousState) {
		Bubble bubble = present.inOutbox(entry.id());
		return switch (entry.state()) {
			case PENDING ->
				(previousState == OutboxState.UNKNOWN) ? bubble.is(State.PUT_OFF, "it is not in the history")
						// the event of the send has the reason
						: bubble.is((previousState != null) ? State.PUT_OFF : State.QUEUED, bubble.detail());
			// the progress of the send shows it
			case SENDING -> bubble;
			case ACCEPTED ->
				bubble.accepted(entry.messageId(), (bubble.state() == State.ACCEPTED) ? bubble.detail() : null);
			case REJECTED -> bubble.is(State.REJECTED, bubble.detail());
			case UNKNOWN -> bubble.is(State.UNKNOWN, "the outbox checks the history");
			case UNDECIDED -> bubble.is(State.UNDECIDED, null);
			case EXPIRED -> bubble.is(State.NOT_SENT, "it expired");
			case CANCELLED -> bubble.is(State.NOT_SENT, "it was cancelled");
		};
	}

	// before Answers replies
	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	void received(ImessageReceivedEvent event) {
		IncomingImessage message = event.message();
		List<Attachment> attachments = message.attachments()
			.stream()
			.map((attachment) -> Attachment.of(attachment.url(), attachment.filename()))
			.toList();
		Chat chat = this.chats.with(message.from());
		chat.goesOn(message.to());
		this.chats.receive(chat, Bubble.received(message.id(), message.body(), attachments, message.timestamp()));
	}

	@EventListener
	void delivered(TextDeliveryEvent event) {
		Chat chat = this.chats.existing(event.to());
		if (chat == null) {
			// of a time before the last start
			return;
		}
		Bubble text = chat.latest((bubble) -> event.messageId().equals(bubble.messageId()));
		if (text != null) {
			this.chats.update(chat, text.id(), (bubble) -> bubble.marked(bubble.marks().asSms(event.error() != null)));
		}
	}

}
