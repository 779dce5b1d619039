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

package com.example.messages;

import java.time.Duration;

import com.contiguity.spring.test.ContiguitySandbox;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link OrderController}.
 */
@SampleTest
class OrderControllerTests {

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	private final JdbcClient jdbc;

	OrderControllerTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox,
			@Autowired JdbcClient jdbc) {
		this.mvc = mvc;
		this.sandbox = sandbox;
		this.jdbc = jdbc;
	}

	@Test
	void confirmsAnOrderByAMessage() {
		assertThat(order("Pizza")).hasStatus(201);
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.sandbox.messages()).singleElement()
				.satisfies((message) -> assertThat(message.text()).isEqualTo("Thank you for your order: Pizza")));
	}

	@Test
	void sendsNothingForAnOrderThatIsNotStored() {
		long orders = count("CUSTOMER_ORDER");
		long entries = count("CONTIGUITY_OUTBOX");
		assertThat(order("P" + "i".repeat(300))).hasStatus(500);
		assertThat(count("CUSTOMER_ORDER")).isEqualTo(orders);
		assertThat(count("CONTIGUITY_OUTBOX")).isEqualTo(entries);
	}

	private long count(String table) {
		return this.jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
	}

	private MvcTestResult order(String item) {
		return this.mvc.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).content("""
				{"customer": "+15557654321", "item": "%s"}""".formatted(item)).exchange();
	}

}
