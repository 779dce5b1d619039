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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockserver.model.HttpRequest;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that docs/testing.md describes the recipients whose messages always have the same
 * result.
 */
class TestingGuideTests {

	private static final Path GUIDE = Path.of("../docs/testing.md");

	private static final Pattern RECIPIENT = Pattern.compile("\\| `(\\+1500555\\d+)` \\|([^|]*)\\| `(\\w+)` \\|");

	private static ContiguitySandbox sandbox;

	@BeforeAll
	static void start() {
		sandbox = ContiguitySandbox.start();
	}

	@BeforeEach
	void clear() {
		sandbox.clear();
	}

	@AfterAll
	static void stop() {
		sandbox.close();
	}

	@Test
	void everyRecipientIsDocumented() throws IOException {
		assertThat(recipients()).extracting((row) -> row.get()[0])
			.containsExactly("+15005550001", "+15005550002", "+15005550003", "+15005550004", "+15005550005",
					"+15005550006", "+15005550007", "+15005550008", "+15005550009", "+15005550010");
	}

	@ParameterizedTest
	@MethodSource("recipients")
	void recipientEndsAsDocumented(String to, boolean accepted, Outcome outcome) {
		ImessageTemplate template = template(to).retryPolicy(new NeverRetryPolicy()).build();
		try {
			assertThat(outcome(template, SendRequest.to(to).message("Hello").build())).isEqualTo(outcome);
			assertThat(sandbox.messages()).hasSize((accepted) ? 1 : 0)
				.allSatisfy((message) -> assertThat(message.to()).isEqualTo(to));
		}
		finally {
			template.stop();
		}
	}

	@ParameterizedTest
	@CsvSource({ "+15005550001, IMESSAGE_UNSUPPORTED, ACCEPTED, SMS", "+15005550001, IMESSAGE_FAILS, REJECTED, ",
			"+15005550002, IMESSAGE_FAILS, ACCEPTED, SMS", "+15005550002, IMESSAGE_UNSUPPORTED, ACCEPTED, FAILED",
			"+15005550010, IMESSAGE_UNSUPPORTED, ACCEPTED, SMS_FAILED", "+15005550010, IMESSAGE_FAILS, REJECTED, " })
	void fallbackGoesOutAsDocumented(String to, FallbackCondition condition, Outcome outcome, Delivery delivery) {
		ImessageTemplate template = template(to).build();
		try {
			assertThat(
					outcome(template, SendRequest.to(to).message("Hello").fallback(Fallback.when(condition)).build()))
				.isEqualTo(outcome);
			assertThat(sandbox.messages()).extracting(SandboxMessage::delivery)
				.isEqualTo((delivery != null) ? List.of(delivery) : List.of());
		}
		finally {
			template.stop();
		}
	}

	@Test
	void recipientWhoIsSentTooMuchIsSoHoweverOftenItIsTried() {
		String to = "+15005550003";
		ImessageTemplate template = template(to).build();
		try {
			assertThatExceptionOfType(RateLimitedException.class).isThrownBy(() -> template.send(to, "Hello"))
				.satisfies((ex) -> assertThat(ex.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
			assertThat(sandbox.mockServer().retrieveRecordedRequests(HttpRequest.request("/send/imessage"))).hasSize(3);
			assertThat(sandbox.messages()).isEmpty();
		}
		finally {
			template.stop();
		}
	}

	private static ImessageTemplateBuilder template(String to) {
		// for one recipient the call times out, for the others it waits as long as
		// necessary
		Duration readTimeout = Duration.ofSeconds((to.equals("+15005550007")) ? 1 : 30);
		return ImessageTemplate.builder()
			.baseUrl(sandbox.baseUrl())
			.token(sandbox::token)
			.transport(ClientHttpConnectorBuilder.detect(), HttpClientSettings.defaults().withReadTimeout(readTimeout));
	}

	private static Outcome outcome(ImessageTemplate template, SendRequest request) {
		try {
			template.send(request);
			return Outcome.ACCEPTED;
		}
		catch (ContiguityException ex) {
			return ex.outcome();
		}
	}

	static List<Arguments> recipients() throws IOException {
		return RECIPIENT.matcher(Files.readString(GUIDE)).results().map(TestingGuideTests::row).toList();
	}

	private static Arguments row(MatchResult found) {
		// either the row starts with it, or the outcome implies it
		boolean accepted = found.group(2).strip().startsWith("accepted") || found.group(3).equals("ACCEPTED");
		return Arguments.of(found.group(1), accepted, Outcome.valueOf(found.group(3)));
	}

}
