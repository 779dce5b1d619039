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

import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockserver.matchers.TimeToLive;
import org.mockserver.matchers.Times;
import org.mockserver.mock.Expectation;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that what is private stays out of the logs, whatever happens, at every level.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.pacing.enabled=false", "contiguity.retry.initial-interval=1ms",
				"logging.level.com.example=trace", "logging.level.com.contiguity=trace" })
@ExtendWith(OutputCaptureExtension.class)
class PrivacyTests {

	private static final String TEXT = "canary text";

	private static final String NUMBER = "5557654321";

	private final RestClient client;

	private final ContiguitySandbox sandbox;

	PrivacyTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox) {
		this.client = SampleClient.at(port);
		this.sandbox = sandbox;
	}

	@Test
	void logsOutcomesAndIdsOnly(CapturedOutput output) {
		everything();
		assertThat(output).contains("ACCEPTED as " + this.sandbox.messages().get(0).id());
		for (int status : new int[] { 400, 401, 403, 429, 500 }) {
			this.sandbox.clear();
			answer("/.*", status, "'+1%s' or '+1 (555) 765-4321'".formatted(NUMBER));
			answer("/send/imessage(/reactions)?", status, "'%s' for +1%s".formatted(TEXT, NUMBER));
			everything();
		}
		assertThat(output).contains("REJECTED [err_400]", "NOT_SENT [err_429]", "UNKNOWN [err_500]");
		for (String secret : List.of(TEXT, NUMBER, "765-4321", "5550001001", "5550001002", this.sandbox.token())) {
			assertThat(output.getAll()).doesNotContain(secret);
		}
	}

	private void answer(String path, int status, String error) {
		this.sandbox.mockServer()
			.upsert(new Expectation(HttpRequest.request().withPath(path), Times.unlimited(), TimeToLive.unlimited(),
					path.length())
				.thenRespond(HttpResponse.response()
					.withStatusCode(status)
					.withBody("""
							{"id": "err_%d", "object": "error", "data": {"error": "%s", "status": %d}}"""
						.formatted(status, error, status))));
	}

	private void everything() {
		post("/messages", """
				{
					"to": "+1%s", "message": "%s", "from": "+15550001002", "attachments": ["https://example.com/a.png"],
					"fallback": {"from": "+15550001001"}, "fastTrack": true
				}""".formatted(NUMBER, TEXT));
		post("/messages", "{\"to\": \"%s\", \"message\": \"%s\"}".formatted(NUMBER, TEXT));
		post("/messages", "{\"to\": [\"%s\"], \"%s\": 1}".formatted(NUMBER, TEXT));
		post("/conversations/+1" + NUMBER + "/reactions", """
				{"tapback": "love", "message": "%s", "from": "+15550001002"}""".formatted(TEXT));
		post("/conversations/+1" + NUMBER + "/read", "{}");
		post("/conversations/+1" + NUMBER + "/typing", "{\"action\": \"start\"}");
		get("/conversations/+1" + NUMBER);
		get("/conversations/+1" + NUMBER + "?limit=" + NUMBER);
		get("/availability/+1" + NUMBER);
		get("/nothing/+1" + NUMBER);
		page("/console/messages", Map.of("reference", newReference(), "to", "+1" + NUMBER, "message", TEXT));
		page("/console/messages",
				Map.of("reference", newReference(), "to", "+1" + NUMBER, "message", TEXT, "outbox", "true"));
		page("/console/messages", Map.of("reference", newReference(), "to", NUMBER + TEXT, "message", TEXT));
		page("/console/availability", Map.of("to", "+1" + NUMBER));
		page("/phone/messages", Map.of("from", "+1" + NUMBER, "text", TEXT));
		page("/phone/read", Map.of("from", "+1" + NUMBER));
		get("/");
	}

	private static String newReference() {
		return "page-" + UUID.randomUUID();
	}

	private void page(String uri, Map<String, String> form) {
		MultiValueMap<String, String> values = new LinkedMultiValueMap<>();
		form.forEach(values::add);
		this.client.post()
			.uri(uri)
			.contentType(MediaType.APPLICATION_FORM_URLENCODED)
			.body(values)
			.retrieve()
			.toBodilessEntity();
	}

	private void post(String uri, String json) {
		this.client.post().uri(uri).contentType(MediaType.APPLICATION_JSON).body(json).retrieve().toBodilessEntity();
	}

	private void get(String uri) {
		this.client.get().uri(uri).retrieve().toBodilessEntity();
	}

}
