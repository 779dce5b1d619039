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

package com.contiguity.spring.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for templates that choose from the lines that the account leases.
 */
class LeasedLinesTests {

	private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(10);

	private static final Reply LINES = Reply.data("""
			{"numbers":[{"id":"+15550001001","lease_status":"active","capabilities":{"channels":["imessage"]}}]}""");

	private static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message("Hello").build();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final AtomicInteger requests = new AtomicInteger();

	private ImessageTemplate template(RecordingServer server) {
		return ImessageTemplate.builder()
			.baseUrl(server.baseUrl())
			.token(Canaries.TOKEN)
			.leasedLines(REFRESH_INTERVAL)
			.scheduler(this.time)
			.webClientBuilder(WebClient.builder().filter((request, next) -> {
				this.requests.incrementAndGet();
				return next.exchange(request);
			}))
			.build();
	}

	@Test
	void areReadAgainUntilTheTemplateIsClosed() {
		try (RecordingServer server = RecordingServer.start().reply(LINES, Reply.accepted("imsg_1")).otherwise(LINES)) {
			ImessageTemplate closed = template(server);
			try (ImessageTemplate imessage = closed) {
				assertThat(imessage.send(Canaries.RECIPIENT, "Hello").from()).isEqualTo("+15550001001");
				assertThat(server.take().methodAndPath()).isEqualTo("GET /numbers/leased");
				assertThat(server.take().methodAndPath()).isEqualTo("POST /send/imessage");
				this.time.advanceTimeBy(REFRESH_INTERVAL);
				assertThat(server.take().methodAndPath()).isEqualTo("GET /numbers/leased");
			}
			this.time.advanceTimeBy(REFRESH_INTERVAL.multipliedBy(3));
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> closed.typing(TypingAction.START, Canaries.RECIPIENT))
				.withMessageContaining("The leased lines are not read any more")
				.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
			assertThat(closed.sendAll(List.of(REQUEST))).singleElement().isInstanceOf(SendResult.Failed.class);
			assertThat(this.requests).hasValue(3);
		}
	}

}
