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

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The whole way of a message that comes in, and of the answer to it, with the sandbox
 * that the application has of its own.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
class SandboxPeopleTests {

	private final RestClient client;

	SandboxPeopleTests(@LocalServerPort int port) {
		this.client = SampleClient.at(port);
	}

	@Test
	void somebodyWritesAndIsAnswered(CapturedOutput output) {
		assertThat(this.client.post()
			.uri("/sandbox/messages")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"from\": \"+15557654321\", \"message\": \"Anybody there?\"}")
			.retrieve()
			.toBodilessEntity()
			.getStatusCode()
			.value()).isEqualTo(202);
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(
					this.client.get().uri("/conversations/+15557654321").retrieve().body(JsonNode.class).toString())
				.contains("Anybody there?", "Thank you for your message", "\"from\":\"+15550001001\""));
		assertThat(output.getAll()).doesNotContain("Anybody there?", "Thank you for your message", "5557654321");
	}

}
