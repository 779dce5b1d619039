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

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.imessage.SendRequest;
import org.assertj.core.api.Assertions;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.retry.backoff.FixedBackOffPolicy;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * A template that uses one of the transports, and whose server can be changed between
 * sends.
 */
final class MatrixClient {

	static final int MAX_RETRIES = 2;

	private static final SendRequest REQUEST = SendRequest.to("+15557654321")
		.from("+15551234567")
		.message("Only once")
		.build();

	private final BlockingQueue<ImessageSendEvent> events = new LinkedBlockingQueue<>();

	private final ImessageTemplate imessage;

	private volatile URI server = URI.create("http://localhost");

	MatrixClient(Connector connector, Duration readTimeout, Duration timeout) {
		FixedBackOffPolicy backOff = new FixedBackOffPolicy();
		backOff.setBackOffPeriod(1);
		this.imessage = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.transport(connector.builder(),
					HttpClientSettings.defaults().withTimeouts(Duration.ofSeconds(10), readTimeout))
			.webClientBuilder(WebClient.builder()
				.filter((request, next) -> next.exchange(
						ClientRequest.from(request).url(this.server.resolve(request.url().getRawPath())).build())))
			.backOffPolicy(backOff)
			.linePacer(null)
			.timeout(timeout)
			.eventPublisher((event) -> this.events.add((ImessageSendEvent) event))
			.build();
	}

	Ending send(URI server) {
		this.server = server;
		Outcome outcome = Outcome.ACCEPTED;
		ContiguityException exception = null;
		try {
			this.imessage.send(REQUEST);
		}
		catch (ContiguityException ex) {
			outcome = ex.outcome();
			exception = ex;
		}
		ImessageSendEvent event = this.events.poll();
		Assertions.assertThat(event).isNotNull();
		return new Ending(outcome, exception, event.attempts());
	}

	/**
	 * How a send ended.
	 */
	record Ending(Outcome outcome, ContiguityException exception, int attempts) {
	}

}
