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

package com.contiguity.spring.internal.delivery;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.client.Attempts;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * An API without a network, for virtual time. Each request is sent as soon as it is made.
 */
final class StubApi {

	private final AtomicInteger requests = new AtomicInteger();

	private final IntFunction<Mono<ClientResponse>> answers;

	private Supplier<Mono<ClientResponse>> leasedLines;

	/**
	 * Create a stub.
	 * @param answers returns the response to each request by its number, from one
	 */
	StubApi(IntFunction<Mono<ClientResponse>> answers) {
		this.answers = answers;
	}

	/**
	 * Set the response to requests for the leased lines. Such requests are then not
	 * counted.
	 */
	StubApi leasedLines(Supplier<Mono<ClientResponse>> leasedLines) {
		this.leasedLines = leasedLines;
		return this;
	}

	boolean hasLeasedLines() {
		return this.leasedLines != null;
	}

	int requests() {
		return this.requests.get();
	}

	WebClient.Builder webClientBuilder() {
		return WebClient.builder().filter((request, next) -> Mono.defer(() -> {
			Attempts.leave(attempt(request));
			if (this.leasedLines != null && request.url().getPath().endsWith("/numbers/leased")) {
				return this.leasedLines.get();
			}
			return this.answers.apply(this.requests.incrementAndGet());
		}));
	}

	private static Attempt attempt(ClientRequest request) {
		return (Attempt) request.attribute(Attempt.class.getName()).orElseThrow();
	}

	static Mono<ClientResponse> accepted() {
		return answer(200, ApiAnswers.accepted(), null);
	}

	static Mono<ClientResponse> status(int status) {
		return answer(status, ApiAnswers.error(status), null);
	}

	static Mono<ClientResponse> retryAfter(int status, String retryAfter) {
		return answer(status, ApiAnswers.error(status), retryAfter);
	}

	static Mono<ClientResponse> answer(int status, String body, String retryAfter) {
		return Mono.fromSupplier(() -> {
			ClientResponse.Builder response = ClientResponse.create(HttpStatusCode.valueOf(status))
				.header(HttpHeaders.CONTENT_TYPE, "application/json")
				.body(body);
			return ((retryAfter != null) ? response.header(HttpHeaders.RETRY_AFTER, retryAfter) : response).build();
		});
	}

}
