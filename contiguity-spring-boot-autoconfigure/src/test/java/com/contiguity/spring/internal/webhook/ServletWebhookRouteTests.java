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
import java.util.List;

import com.contiguity.spring.observation.ContiguityMeters;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ServletWebhookRoute}.
 */
class ServletWebhookRouteTests {

	@Test
	void leavesABodyThatBreaksOffToTheServer() {
		WebhookDispatcher dispatcher = new WebhookDispatcher(new WebhookHandler((event) -> {
		}, mock(WebhookEventStore.class), ObservationRegistry.NOOP, null), Runnable::run, 1);
		WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier("whsec_a"), dispatcher,
				ContiguityMeters.NONE, Clock.systemUTC());
		RouterFunction<ServerResponse> route = ServletWebhookRoute.create("/webhook", receiver, 1000,
				ObservationRegistry.NOOP);
		ServerRequest request = ServerRequest.create(new BrokenRequest(), List.of());
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> route.route(request).orElseThrow().handle(request))
			.withMessage("broken off");
		assertThat(receiver.statistics().deliveries()).isEmpty();
	}

	private static final class BrokenRequest extends MockHttpServletRequest {

		BrokenRequest() {
			super("POST", "/webhook");
		}

		@Override
		public ServletInputStream getInputStream() {
			return new DelegatingServletInputStream(InputStream.nullInputStream()) {

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					throw new IOException("broken off");
				}

			};
		}

	}

}
