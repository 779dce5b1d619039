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

package com.contiguity.spring.internal.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.ServletInputStream;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServletWebhookRoute}.
 */
class ServletWebhookRouteTests {

	private final AtomicLong nanoTime = new AtomicLong();

	private final WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET),
			new WebhookDispatcher(new WebhookHandler((event) -> {
			}, mock(WebhookEventStore.class), ObservationRegistry.NOOP, null), Runnable::run, 1), ContiguityMeters.NONE,
			Clock.systemUTC(), this.nanoTime::get);

	private int answer(MockHttpServletRequest servletRequest) throws Exception {
		servletRequest.addHeader("Contiguity-Signature", Deliveries.sign(new byte[0]));
		RouterFunction<ServerResponse> route = ServletWebhookRoute.create("/webhook", this.receiver, 1000,
				ObservationRegistry.NOOP);
		ServerRequest request = ServerRequest.create(servletRequest, List.of());
		return route.route(request).orElseThrow().handle(request).statusCode().value();
	}

	@Test
	void refusesABodyThatBreaksOff() throws Exception {
		assertThat(answer(new ServedRequest(() -> {
			throw new IOException("broken off");
		}))).isEqualTo(400);
		assertThat(this.receiver.statistics().deliveries()).isEqualTo(Map.of("none", Map.of("malformed", 1L)));
	}

	@Test
	void refusesABodyThatComesTooSlowly() throws Exception {
		AtomicInteger reads = new AtomicInteger();
		assertThat(answer(new ServedRequest(() -> {
			this.nanoTime.addAndGet(Duration.ofSeconds(3).toNanos());
			reads.incrementAndGet();
			return 1;
		}))).isEqualTo(408);
		assertThat(reads).hasValue(4);
		// each body has returned its space
		for (int i = 0; i < 2 * BodyBudget.MAX_BODIES; i++) {
			assertThat(answer(new ServedRequest(() -> -1))).isEqualTo(400);
		}
	}

	private static final class ServedRequest extends MockHttpServletRequest {

		private final Read read;

		ServedRequest(Read read) {
			super("POST", "/webhook");
			this.read = read;
		}

		@Override
		public ServletInputStream getInputStream() {
			return new DelegatingServletInputStream(InputStream.nullInputStream()) {

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					return ServedRequest.this.read.read();
				}

			};
		}

	}

	interface Read {

		int read() throws IOException;

	}

}
