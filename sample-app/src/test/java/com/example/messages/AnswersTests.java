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
import java.time.Instant;
import java.util.function.Consumer;

import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxWebhook;
import com.contiguity.spring.test.WebhookSigner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link Answers}.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.from=+15550001001", "contiguity.webhook.secrets=" + AnswersTests.SECRET })
@AutoConfigureContiguitySandbox
// not the default one, "sandbox", whose sandbox would be a second one
@ActiveProfiles("test")
class AnswersTests {

	static final String SECRET = "whsec_sample";

	private static final String BODY = """
			{"id": "evt_1", "type": "imessage.incoming", "timestamp": 1726502400, "api_version": "v2025.9.7",
			"data": {"from": "+15557654321", "to": "+15550001001", "body": "Hello", "timestamp": 1726502400,
			"attachments": []}}""";

	private final int port;

	private final ContiguitySandbox sandbox;

	AnswersTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox) {
		this.port = port;
		this.sandbox = sandbox;
	}

	@BeforeEach
	void takeWebhooks() {
		this.sandbox.webhooks("http://localhost:" + this.port + "/contiguity/webhook", SECRET);
	}

	@Test
	void answersOnceFromTheLineThatAMessageCameInOn() {
		SandboxWebhook webhook = this.sandbox.receive("+15557654321", "+15550001002", "Hello");
		assertThat(webhook.status()).isEqualTo(200);
		assertThat(webhook.repeat().status()).isEqualTo(200);
		awaitMessages(1);
		assertThat(this.sandbox).sent(1)
			.to("+15557654321")
			.from("+15550001002")
			.withText("Thank you for your message. We will be with you shortly.");
	}

	@Test
	void answersOnlyWhatIsSigned() {
		assertThat(post((headers) -> {
		})).isEqualTo(401);
		awaitMessages(0);
		String signature = new WebhookSigner(SECRET).sign(BODY, Instant.now());
		assertThat(post((headers) -> headers.set(WebhookSigner.HEADER, signature))).isEqualTo(200);
		awaitMessages(1);
		assertThat(this.sandbox).sent(1).to("+15557654321").from("+15550001001");
	}

	private int post(Consumer<HttpHeaders> headers) {
		return SampleClient.at(this.port)
			.post()
			.uri("/contiguity/webhook")
			.contentType(MediaType.APPLICATION_JSON)
			.headers(headers)
			.body(BODY)
			.retrieve()
			.toBodilessEntity()
			.getStatusCode()
			.value();
	}

	// and for a moment more, in which there must be no other
	private void awaitMessages(int count) {
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.during(Duration.ofMillis(500))
			.until(() -> this.sandbox.messages().size() == count);
	}

}
