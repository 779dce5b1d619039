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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.SendRequest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests that a real application accepts the webhooks of the sandbox.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.webhook.secrets=" + WebhookRoundTripTests.SECRET, "contiguity.from=+15550001001" })
@AutoConfigureContiguitySandbox
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WebhookRoundTripTests {

	static final String SECRET = "whsec_test";

	private static final String BOB = "+15551234567";

	private static final String LINE = "+15550001001";

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Autowired
	private ContiguitySandbox sandbox;

	@Autowired
	private ImessageOperations imessages;

	@Autowired
	private Answerer answerer;

	@BeforeEach
	void postWebhooksHere(@LocalServerPort int port) {
		this.answerer.events.clear();
		this.sandbox.webhooks("http://localhost:" + port + "/contiguity/webhook", SECRET);
	}

	@Test
	void applicationRepliesToIncomingMessages() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Are you there?");
		assertThat(webhook.status()).isBetween(200, 204);
		Awaitility.waitAtMost(LIMIT).until(() -> !this.sandbox.messages().isEmpty());
		assertThat(this.sandbox).sent(1).to(BOB).from(LINE).withText("Yes");
		assertThat(this.imessages.history(BOB, LINE).messages()).extracting(ConversationMessage::message)
			.containsExactly("Yes", "Are you there?");
	}

	@Test
	void repeatedEventsAreHandledOnce() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "First");
		assertThat(webhook.repeat().status()).isBetween(200, 204);
		this.sandbox.receive(BOB, LINE, "Second");
		Awaitility.waitAtMost(LIMIT).until(() -> this.sandbox.messages().size() == 2);
		assertThat(this.answerer.events).extracting(ContiguityWebhookEvent::id).doesNotHaveDuplicates().hasSize(2);
	}

	@Test
	void tamperedWebhooksAreRejected() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Hello");
		assertThat(webhook.repeatTampered().status()).isEqualTo(401);
	}

	@Test
	void deliveryOfAFallbackIsAnEvent() {
		SendRequest fallback = SendRequest.to("+15005550001").message("Hello").fallback(Fallback.always()).build();
		String delivered = this.imessages.send(fallback).messageId();
		this.sandbox.failSmsTo("+15005550001");
		String failed = this.imessages.send(fallback).messageId();
		Awaitility.waitAtMost(LIMIT).until(() -> this.answerer.events.size() == 2);
		assertThat(this.answerer.events).allSatisfy((event) -> {
			TextDeliveryEvent delivery = (TextDeliveryEvent) event;
			assertThat(delivery.from()).isEqualTo(LINE);
			assertThat(delivery.messageId()).isEqualTo((delivery.confirmed()) ? delivered : failed);
			assertThat(delivery.error() == null).isEqualTo(delivery.confirmed());
		});
	}

	@Test
	@Order(1)
	void leavesAListenerBehind() {
		// so that the reply does not include the time of the first call
		assertThat(this.imessages.availability(BOB).available()).isTrue();
		CountDownLatch busy = new CountDownLatch(1);
		this.answerer.busy = busy;
		this.sandbox.receive(BOB, LINE, "Left behind");
		CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(busy::countDown);
	}

	@Test
	@Order(2)
	void workOfThePreviousTestIsDoneAndDiscarded() {
		assertThat(this.answerer.replies).hasValue(1);
		assertThat(this.sandbox.messages()).isEmpty();
		assertThat(this.imessages.history(BOB, LINE).messages()).isEmpty();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Answerer.class)
	static class Application {

	}

	static class Answerer {

		private final List<ContiguityWebhookEvent> events = new CopyOnWriteArrayList<>();

		private final AtomicInteger replies = new AtomicInteger();

		private final ImessageOperations imessages;

		private volatile CountDownLatch busy = new CountDownLatch(0);

		Answerer(ImessageOperations imessages) {
			this.imessages = imessages;
		}

		@EventListener
		void on(ContiguityWebhookEvent event) throws InterruptedException {
			this.events.add(event);
			assertThat(this.busy.await(30, TimeUnit.SECONDS)).isTrue();
			if (event instanceof ImessageReceivedEvent received) {
				this.imessages.reply(received.message(), "Yes");
				this.replies.incrementAndGet();
			}
		}

	}

}
