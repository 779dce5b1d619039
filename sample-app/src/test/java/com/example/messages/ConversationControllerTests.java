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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.JsonBody;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConversationController} and {@link AvailabilityController}.
 */
@SampleTest
class ConversationControllerTests {

	private static final String RECIPIENT = "+15557654321";

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	private final ImessageOperations imessage;

	ConversationControllerTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox,
			@Autowired ImessageOperations imessage) {
		this.mvc = mvc;
		this.sandbox = sandbox;
		this.imessage = imessage;
	}

	@Test
	void readsTheConversationWithTheConfiguredLine() {
		this.imessage.send(RECIPIENT, "one");
		this.imessage.send(RECIPIENT, "two");
		assertThat(this.mvc.get().uri("/conversations/{to}", RECIPIENT)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{
					"messages": [
						{"to": "+15557654321", "from": "+15550001001", "message": "two", "status": "delivered"},
						{"to": "+15557654321", "from": "+15550001001", "message": "one", "status": "delivered"}
					],
					"reactions": [],
					"total": 2
				}""");
	}

	@Test
	void readsPartOfTheConversationWithAnotherLine() {
		this.imessage.send(RECIPIENT, "one");
		assertThat(this.mvc.get().uri("/conversations/{to}?from={from}", RECIPIENT, "+15550001002")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.messages")
			.asArray()
			.isEmpty();
		this.imessage.send(RECIPIENT, "two");
		assertThat(this.mvc.get().uri("/conversations/{to}?limit=1&tracking=true", RECIPIENT)).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.messages.length()", (length) -> length.assertThat().isEqualTo(1))
			.hasPathSatisfying("$.messages[0].message", (message) -> message.assertThat().isEqualTo("two"))
			.hasPathSatisfying("$.messages[0].tracking[0].event", (event) -> event.assertThat().isNotNull());
	}

	@Test
	void reactsToAMessageByItsId() {
		String id = this.imessage.send(RECIPIENT, "Hello").messageId();
		assertThat(post("reactions", "{\"tapback\": \"haha\", \"messageId\": \"%s\"}".formatted(id))).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"status\": \"added\"}");
		assertThat(this.mvc.get().uri("/conversations/{to}", RECIPIENT)).bodyJson()
			.extractingPath("$.reactions[0]")
			.asMap()
			.containsEntry("tapback", "laugh")
			.containsEntry("on", "Hello")
			.containsEntry("action", "added");
	}

	@Test
	void takesAReactionOffAMessageByItsText() {
		this.imessage.send(RECIPIENT, "Hello");
		assertThat(post("reactions", """
				{"tapback": "love", "message": "Hello"}""")).hasStatusOk();
		assertThat(post("reactions", """
				{"tapback": "love", "action": "remove", "message": "Hello", "from": "+15550001001"}""")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"status\": \"removed\"}");
	}

	@Test
	void marksTheConversationAsRead() {
		assertThat(this.mvc.post().uri("/conversations/{to}/read", RECIPIENT)).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"status\": \"sent\"}");
		this.sandbox.mockServer()
			.verify(HttpRequest.request("/send/imessage/read")
				.withBody(JsonBody.json("{\"to\": \"" + RECIPIENT + "\", \"from\": \"+15550001001\"}")));
		assertThat(post("read", "{\"from\": \"+15550001002\"}")).hasStatusOk();
	}

	@Test
	void showsWhatTheOtherSideHasRead() {
		this.imessage.send(RECIPIENT, "Hello");
		this.sandbox.markRead(RECIPIENT, "+15550001001");
		assertThat(this.mvc.get().uri("/conversations/{to}", RECIPIENT)).bodyJson()
			.extractingPath("$.messages[0].read")
			.isNotNull();
	}

	@Test
	void showsAndHidesTheTypingIndicator() {
		assertThat(post("typing", "{\"action\": \"start\"}")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"status\": \"started\"}");
		assertThat(this.sandbox.isTyping(RECIPIENT)).isTrue();
		assertThat(post("typing", "{\"action\": \"stop\", \"from\": \"+15550001001\"}")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"status\": \"stopped\"}");
		assertThat(this.sandbox.isTyping(RECIPIENT)).isFalse();
	}

	@Test
	void tellsWhoCanBeReached() {
		assertThat(this.mvc.get().uri("/availability/{to}", RECIPIENT)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{"to": "+15557654321", "available": true}""");
	}

	private MvcTestResult post(String what, String json) {
		return this.mvc.post()
			.uri("/conversations/{to}/" + what, RECIPIENT)
			.contentType(MediaType.APPLICATION_JSON)
			.content(json)
			.exchange();
	}

}
