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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.WebhookSigner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Answers}.
 */
@SampleTest
@TestPropertySource(properties = "contiguity.webhook.secrets=" + AnswersTests.SECRET)
class AnswersTests {

	static final String SECRET = "whsec_sample";

	private static final String BODY = """
			{"id": "evt_1", "type": "imessage.incoming", "timestamp": 1726502400, "api_version": "v2025.9.7",
			"data": {"from": "+15557654321", "to": "+15550001001", "body": "Hello", "timestamp": 1726502400,
			"attachments": []}}""";

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	AnswersTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox) {
		this.mvc = mvc;
		this.sandbox = sandbox;
	}

	@Test
	void answersOnceFromTheLineThatAMessageCameInOn() {
		this.sandbox.clear();
		assertThat(this.mvc.post().uri("/contiguity/webhook").content(BODY)).hasStatus(401);
		for (int i = 0; i < 2; i++) {
			assertThat(this.mvc.post()
				.uri("/contiguity/webhook")
				.header(WebhookSigner.HEADER, new WebhookSigner(SECRET).sign(BODY, Instant.now()))
				.content(BODY.getBytes(StandardCharsets.UTF_8))).hasStatusOk();
		}
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(this.sandbox.messages()).singleElement().satisfies((message) -> {
				assertThat(message.to()).isEqualTo("+15557654321");
				assertThat(message.from()).isEqualTo("+15550001001");
			}));
	}

}
