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

import java.util.stream.Stream;

import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockserver.model.HttpError;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link Problems}.
 */
@SampleTest
class ProblemsTests {

	private static final String MESSAGE = """
			{"to": "+15557654321", "message": "canary text"}""";

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	ProblemsTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox) {
		this.mvc = mvc;
		this.sandbox = sandbox;
	}

	@ParameterizedTest
	@MethodSource
	void namesTheFieldThatIsWrong(String path, String json, String field) {
		MvcTestResult result = post(path, json);
		assertThat(result).hasStatus(400).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
		assertThat(result).bodyJson().extractingPath("$.field").isEqualTo(field);
		assertThat(result).bodyJson().extractingPath("$.detail").asString().startsWith("'" + field);
		assertThat(this.sandbox).sentNothing();
	}

	static Stream<Arguments> namesTheFieldThatIsWrong() {
		return Stream.of(Arguments.of("/messages", "{}", "to"),
				Arguments.of("/messages", "{'to': '15557654321', 'message': 'Hello'}", "to"),
				Arguments.of("/messages", "{'to': '+15557654321'}", "message"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': {}}", "message"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'from': 'x'}", "from"),
				Arguments.of("/messages", "{'to': '+15557654321', 'attachments': ['http://example.com/a.png']}",
						"attachments[0]"),
				Arguments.of("/messages", "{'to': '+15557654321', 'attachments': [null]}", "attachments[0]"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'fast_track': true}",
						"fast_track"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'fastTrack': 'maybe'}",
						"fastTrack"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'fallback': {'when': []}}",
						"fallback.when"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'fallback': {'when': ['never']}}",
						"fallback.when"),
				Arguments.of("/messages", "{'to': '+15557654321', 'message': 'Hello', 'fallback': {'when': [null]}}",
						"fallback.when"),
				Arguments.of("/conversations/+15557654321/reactions", "{'messageId': 'imsg_1'}", "tapback"),
				Arguments.of("/conversations/+15557654321/reactions", "{'tapback': 'love'}", "message"),
				Arguments.of("/conversations/5557654321/reactions", "{'tapback': 'love', 'message': 'x'}", "to"),
				Arguments.of("/conversations/+15557654321/reactions",
						"{'tapback': 'love', 'message': 'x', 'action': 'toggle'}", "action"),
				Arguments.of("/conversations/5557654321/read", "{}", "to"),
				Arguments.of("/conversations/+15557654321/read", "{'from': 'me'}", "from"),
				Arguments.of("/conversations/+15557654321/typing", "{}", "action"),
				Arguments.of("/conversations/5557654321/typing", "{'action': 'start'}", "to"));
	}

	@ParameterizedTest
	@CsvSource({ "/conversations/+15557654321?limit=0, limit", "/conversations/+15557654321?limit=many, limit",
			"/conversations/+15557654321?tracking=perhaps, tracking", "/conversations/+15557654321?from=me, from",
			"/conversations/nobody, to", "/availability/nobody, to" })
	void namesTheParameterThatIsWrong(String uri, String field) {
		MvcTestResult result = this.mvc.get().uri(uri).exchange();
		assertThat(result).hasStatus(400).bodyJson().extractingPath("$.field").isEqualTo(field);
		assertThat(result).bodyJson().extractingPath("$.detail").asString().startsWith("'" + field);
	}

	@Test
	void asksForAnObject() {
		assertThat(post("/messages", "Hello")).hasStatus(400)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("The body must be a JSON object");
	}

	@Test
	void doesNotRepeatAnUnknownPath() {
		assertThat(this.mvc.get().uri("/numbers/+15557654321")).hasStatus(404)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$.detail")
			.isEqualTo("There is nothing at this address");
	}

	@ParameterizedTest
	@CsvSource({ "400, 502, REJECTED", "401, 502, REJECTED", "404, 404, REJECTED", "429, 503, NOT_SENT",
			"500, 504, UNKNOWN", "502, 504, UNKNOWN" })
	void mapsTheOutcomeOfASend(int contiguityStatus, int status, String outcome) {
		answer("/send/imessage", HttpResponse.response().withStatusCode(contiguityStatus).withBody("""
				{
					"id": "err_1", "object": "error",
					"data": {"error": "No 'canary text' to +15557654321, please", "status": %d}
				}""".formatted(contiguityStatus)));
		MvcTestResult result = post("/messages", MESSAGE);
		assertThat(result).hasStatus(status)
			.hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyJson()
			.extractingPath("$")
			.asMap()
			.containsEntry("outcome", outcome)
			.containsEntry("contiguityStatus", contiguityStatus)
			.containsEntry("errorId", "err_1");
		assertThat(result).bodyText().doesNotContain("canary", "7654321");
	}

	@Test
	void tellsWhatContiguityRefused() {
		assertThat(post("/messages", """
				{"to": "+15557654321", "message": "Hello", "from": "+15550009999"}""")).hasStatus(502)
			.bodyJson()
			.extractingPath("$.detail")
			.asString()
			.startsWith("Contiguity answered 400 to send: ")
			.endsWith("Repeating it does not help.")
			.contains("'from'");
	}

	@Test
	void tellsWhenToTryAgain() {
		answer("/send/imessage", HttpResponse.response().withStatusCode(429).withHeader("Retry-After", "7"));
		assertThat(post("/messages", MESSAGE)).hasStatus(503).hasHeader(HttpHeaders.RETRY_AFTER, "7");
	}

	@Test
	void tellsWhichAgreementToAccept() {
		answer("/send/imessage", HttpResponse.response().withStatusCode(403).withBody("""
				{
					"id": "err_1", "object": "error",
					"data": {"error": "Accept", "status": 403, "agreement_url": "https://example.com/terms"}
				}"""));
		assertThat(post("/messages", MESSAGE)).hasStatus(502)
			.bodyJson()
			.extractingPath("$.agreementUrl")
			.isEqualTo("https://example.com/terms");
	}

	@Test
	void doesNotGuessWhereTheConnectionBreaks() {
		this.sandbox.mockServer()
			.when(HttpRequest.request().withPath("/send/imessage"))
			.error(HttpError.error().withDropConnection(true));
		MvcTestResult result = post("/messages", MESSAGE);
		assertThat(result).hasStatus(504).doesNotContainHeader(HttpHeaders.RETRY_AFTER);
		assertThat(result).bodyJson().extractingPath("$.outcome").isEqualTo("UNKNOWN");
		assertThat(result).bodyText().doesNotContain("contiguityStatus", "errorId");
	}

	@Test
	void mapsTheOutcomeOfALook() {
		assertThat(this.mvc.get().uri("/messages/imsg_none")).hasStatus(404)
			.bodyJson()
			.extractingPath("$.contiguityStatus")
			.isEqualTo(404);
		answer("/conversations/.*", HttpResponse.response().withStatusCode(500));
		assertThat(this.mvc.get().uri("/messages/imsg_none")).hasStatus(503)
			.bodyJson()
			.extractingPath("$.outcome")
			.isEqualTo("NOT_SENT");
	}

	private void answer(String path, HttpResponse response) {
		this.sandbox.mockServer().when(HttpRequest.request().withPath(path)).respond(response);
	}

	private MvcTestResult post(String path, String json) {
		return this.mvc.post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.content(json.replace('\'', '"'))
			.exchange();
	}

}
