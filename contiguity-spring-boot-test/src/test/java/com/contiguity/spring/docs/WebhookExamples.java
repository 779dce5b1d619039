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

package com.contiguity.spring.docs;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.LineSubstitutedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;

import org.springframework.context.event.EventListener;

/**
 * Examples for docs/webhooks.md.
 */
final class WebhookExamples {

	private final ImessageOperations imessage;

	WebhookExamples(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	@SuppressWarnings("try")
	void answer(IncomingImessage received) {
		// tag::answer[]
		this.imessage.read(received.from(), received.to());
		try (TypingIndicator typing = this.imessage.showTyping(received.from(), received.to())) {
			this.imessage.reply(received, composeAnswer(received));
		}
		// end::answer[]
	}

	private String composeAnswer(IncomingImessage received) {
		return "You said: " + received.body();
	}

	boolean byHand(String signature, byte[] body) {
		// tag::by-hand[]
		WebhookSignatureVerifier verifier = new WebhookSignatureVerifier("whsec_…");
		boolean valid = verifier.verify(signature, body) == WebhookSignatureVerifier.Result.VALID;
		// end::by-hand[]
		return valid;
	}

	static class Undecided {

		private final List<SendOutcomeUnknownException> undecided = new CopyOnWriteArrayList<>();

		private final ImessageOperations imessage;

		Undecided(ImessageOperations imessage) {
			this.imessage = imessage;
		}

		// tag::unknown[]
		@EventListener
		void received(ImessageReceivedEvent event) {
			try {
				this.imessage.reply(event.message(), "Thank you, we will be with you shortly.");
			}
			catch (SendOutcomeUnknownException ex) {
				this.undecided.add(ex);
			}
		}
		// end::unknown[]

	}

	static class Others {

		// tag::others[]
		@EventListener
		void delivery(TextDeliveryEvent event) {
			record(event.messageId(), (event.confirmed()) ? "delivered" : "failed");
		}

		@EventListener
		void substitution(LineSubstitutedEvent event) {
			record(event.messageId(), "sent from another line");
		}
		// end::others[]

		private void record(String messageId, String what) {
		}

	}

}
