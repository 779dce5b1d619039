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
import java.time.Instant;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.outbox.Outbox;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application with an outbox: a test does not see the entries of previous
 * tests.
 */
@SpringBootTest(properties = "contiguity.outbox.enabled=true")
@AutoConfigureContiguitySandbox
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SandboxOutboxTests {

	@Autowired
	private ContiguitySandbox sandbox;

	@Autowired
	private ImessageOutbox outbox;

	@Autowired
	private Outbox internals;

	@Autowired
	private PlatformTransactionManager transactionManager;

	private static SendRequest request(String text) {
		return SendRequest.to("+15551234567").message(text).build();
	}

	private void await(OutboxEntry entry, OutboxState state) {
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.until(() -> this.outbox.find(entry.id()).orElseThrow().state() == state);
	}

	@Test
	@Order(1)
	void sendsToTheSandboxWhatWasCommitted() {
		TransactionTemplate transaction = new TransactionTemplate(this.transactionManager);
		transaction.executeWithoutResult((status) -> {
			this.outbox.enqueue(request("Never"));
			status.setRollbackOnly();
		});
		OutboxEntry entry = transaction.execute((status) -> this.outbox.enqueue(request("Shipped")));
		await(entry, OutboxState.ACCEPTED);
		ContiguityAssertions.assertThat(this.sandbox).sent(1).to("+15551234567").withText("Shipped");
	}

	@Test
	@Order(2)
	void leavesManyBehind() {
		for (int i = 0; i < 20; i++) {
			this.outbox.enqueue(request("Left behind " + i), OutboxOptions.key("key-" + i));
		}
		this.outbox.enqueue(request("Scheduled"), OutboxOptions.none().sendAfter(Instant.now().plusMillis(1500)));
	}

	@Test
	@Order(3)
	void findsNothingOfThePreviousTest() {
		assertThat(this.outbox.find("key-0")).isEmpty();
		await(this.outbox.enqueue(request("Another message"), OutboxOptions.key("key-0")), OutboxState.ACCEPTED);
		Awaitility.waitAtMost(Duration.ofSeconds(10))
			.during(Duration.ofSeconds(2))
			.until(() -> this.sandbox.messages().size() == 1);
		ContiguityAssertions.assertThat(this.sandbox).sent(1).withText("Another message");
	}

	@Test
	@Order(4)
	void hasARefusedAccount() {
		this.sandbox.nextSend(Fault.status(401));
		this.outbox.enqueue(request("Refused"));
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> this.internals.pause().since() != null);
	}

	@Test
	@Order(5)
	void isNotDelayedByThePreviousTest() {
		await(this.outbox.enqueue(request("At once")), OutboxState.ACCEPTED);
		ContiguityAssertions.assertThat(this.sandbox).sent(1).withText("At once");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
