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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.test.web.servlet.MockMvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests that a test is not affected by previous tests in the same application.
 */
@SpringBootTest(properties = "contiguity.webhook.secrets=" + SharedApplicationTests.SECRET)
@AutoConfigureContiguitySandbox
@AutoConfigureMockMvc
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedApplicationTests {

	static final String SECRET = "whsec_test";

	@Autowired
	private ContiguitySandbox sandbox;

	@Autowired
	private HealthEndpoint health;

	@Autowired
	private MockMvc mockMvc;

	@Autowired
	private Listener listener;

	@Test
	@Order(1)
	void accountIsRefused() {
		this.sandbox.next(Fault.status(401));
		assertThat(this.health.healthForPath("contiguity").getStatus()).isEqualTo(Status.DOWN);
	}

	@Test
	@Order(2)
	void accountIsAskedAgain() {
		assertThat(this.health.healthForPath("contiguity").getStatus()).isEqualTo(Status.UP);
	}

	@Test
	@Order(3)
	void eventIsHandled() throws Exception {
		assertThatAnEventIsHandled();
	}

	@Test
	@Order(4)
	void eventWithTheSameIdIsHandled() throws Exception {
		assertThatAnEventIsHandled();
	}

	private void assertThatAnEventIsHandled() throws Exception {
		int before = this.listener.events.get();
		deliver();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> this.listener.events.get() == before + 1);
	}

	private void deliver() throws Exception {
		byte[] body = "{\"id\":\"evt_1\",\"type\":\"some.event\",\"data\":{}}".getBytes(StandardCharsets.UTF_8);
		this.mockMvc
			.perform(post("/contiguity/webhook").content(body)
				.header("Contiguity-Signature", new WebhookSigner(SECRET).sign(body, Instant.now())))
			.andExpect(status().is2xxSuccessful());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Listener.class)
	static class Application {

	}

	static class Listener {

		private final AtomicInteger events = new AtomicInteger();

		@EventListener
		void handle(ContiguityWebhookEvent event) {
			this.events.incrementAndGet();
		}

	}

}
