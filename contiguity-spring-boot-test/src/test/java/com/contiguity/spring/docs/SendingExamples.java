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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import reactor.core.publisher.Mono;

/**
 * Examples for docs/sending.md.
 */
final class SendingExamples {

	private final ImessageOperations imessage;

	private final ReactiveImessageOperations reactiveImessage;

	SendingExamples(ImessageOperations imessage, ReactiveImessageOperations reactiveImessage) {
		this.imessage = imessage;
		this.reactiveImessage = reactiveImessage;
	}

	String text() {
		// tag::text[]
		SendReceipt receipt = this.imessage.send("+15555550123", "Your table is ready.");
		String messageId = receipt.messageId();
		// end::text[]
		return messageId;
	}

	SendRequest request() {
		// tag::request[]
		SendRequest request = SendRequest.to("+15555550123")
			.message("Your table is **ready**.")
			.attachment("https://example.com/menu.pdf")
			.from("+15550001001")
			.fallback(Fallback.when(FallbackCondition.IMESSAGE_UNSUPPORTED).from("+15550001002"))
			.fastTrack(true)
			.reference("order-4711")
			.timeout(Duration.ofSeconds(10))
			.maxWait(Duration.ofSeconds(5))
			.build();
		this.imessage.send(request);
		// end::request[]
		return request;
	}

	void attachments() {
		// tag::attachments[]
		this.imessage.send(SendRequest.to("+15555550123")
			.attachment("https://example.com/front.png")
			.attachment("https://example.com/back.png")
			.build());
		// end::attachments[]
	}

	void fallback() {
		// tag::fallback[]
		this.imessage
			.send(SendRequest.to("+15555550123").message("Your table is ready.").fallback(Fallback.always()).build());
		// end::fallback[]
	}

	// tag::outcomes[]
	String sendOnce(SendRequest request) {
		try {
			return "accepted as " + this.imessage.send(request).messageId();
		}
		catch (SendOutcomeUnknownException ex) {
			Reconciliation reconciliation = this.imessage.reconcile(ex);
			return switch (reconciliation.verdict()) {
				case SENT -> "accepted after all";
				case NOT_SENT -> "safe to send again";
				case UNDECIDED -> (reconciliation.retryAfter() != null)
						? "reconcile again in " + reconciliation.retryAfter() : "ask a person";
			};
		}
		catch (ContiguityException ex) {
			return (ex.outcome() == Outcome.NOT_SENT) ? "safe to send again" : "refused: " + ex.getMessage();
		}
	}
	// end::outcomes[]

	CompletableFuture<String> async(SendRequest request) {
		// tag::async[]
		CompletableFuture<SendReceipt> receipt = this.imessage.sendAsync(request);
		// end::async[]
		return receipt.thenApply(SendReceipt::messageId);
	}

	Mono<String> reactive(SendRequest request) {
		// tag::reactive[]
		Mono<SendReceipt> receipt = this.reactiveImessage.send(request);
		// end::reactive[]
		return receipt.map(SendReceipt::messageId);
	}

	// tag::bulk[]
	List<SendRequest> sendAndReturnUnsent(List<SendRequest> requests) {
		return this.imessage.sendAll(requests)
			.stream()
			.filter((result) -> result instanceof SendResult.Failed failed
					&& failed.exception().outcome() == Outcome.NOT_SENT)
			.map(SendResult::request)
			.toList();
	}
	// end::bulk[]

}
