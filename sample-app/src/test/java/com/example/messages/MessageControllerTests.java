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

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxMessage;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link MessageController}.
 */
@SampleTest
class MessageControllerTests {

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	MessageControllerTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox) {
		this.mvc = mvc;
		this.sandbox = sandbox;
	}

	@Test
	void sendsATextFromTheConfiguredLine() {
		MvcTestResult result = send("""
				{"to": "+15557654321", "message": "Hello"}""");
		assertThat(this.sandbox).sent(1).to("+15557654321").from("+15550001001").withText("Hello");
		SandboxMessage message = this.sandbox.messages().get(0);
		assertThat(message.fallback()).isNull();
		assertThat(message.fastTrack()).isFalse();
		assertThat(result).hasStatus(HttpStatus.CREATED)
			.hasHeader("Location", "/messages/" + message.id())
			.bodyJson()
			.hasPathSatisfying("$.requestId", (id) -> id.assertThat().asString().startsWith("req_"))
			.isLenientlyEqualTo("""
					{"id": "%s", "to": "+15557654321", "from": "+15550001001", "attempts": 1}"""
				.formatted(message.id()));
	}

	@Test
	void passesEverythingOn() {
		assertThat(send("""
				{
					"to": "+15557654321", "message": "Hello", "from": "+15550001002",
					"attachments": ["https://example.com/a.png", "https://example.com/b.pdf"],
					"fallback": {"when": ["imessage_fails"], "from": "+15550001001"},
					"fastTrack": true
				}""")).hasStatus(HttpStatus.CREATED);
		assertThat(this.sandbox).sent(1)
			.to("+15557654321")
			.from("+15550001002")
			.withText("Hello")
			.withAttachments("https://example.com/a.png", "https://example.com/b.pdf");
		SandboxMessage message = this.sandbox.messages().get(0);
		assertThat(message.fallback()).isEqualTo(Fallback.when(FallbackCondition.IMESSAGE_FAILS).from("+15550001001"));
		assertThat(message.fastTrack()).isTrue();
	}

	@Test
	void fallsBackAlwaysWhereNoConditionIsNamed() {
		assertThat(send("""
				{"to": "+15557654321", "message": "Hello", "fallback": {}}""")).hasStatus(HttpStatus.CREATED);
		assertThat(this.sandbox.messages()).singleElement()
			.satisfies((message) -> assertThat(message.fallback()).isEqualTo(Fallback.always()));
	}

	@Test
	void sendsAttachmentsWithoutText() {
		assertThat(send("""
				{"to": "+15557654321", "attachments": ["https://example.com/a.png"]}""")).hasStatus(HttpStatus.CREATED);
		assertThat(this.sandbox).sent(1).withAttachments("https://example.com/a.png");
		assertThat(this.sandbox.messages().get(0).text()).isNull();
	}

	@Test
	void getsAMessageWithAndWithoutItsWay() {
		send("""
				{"to": "+15557654321", "message": "Hello"}""");
		String id = this.sandbox.messages().get(0).id();
		assertThat(this.mvc.get().uri("/messages/{id}", id)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{
					"id": "%s", "to": "+15557654321", "from": "+15550001001", "message": "Hello",
					"status": "delivered", "attachments": [], "tracking": []
				}""".formatted(id));
		assertThat(this.mvc.get().uri("/messages/{id}?tracking=true", id)).hasStatusOk()
			.bodyJson()
			.extractingPath("$.tracking[0].event")
			.isNotNull();
	}

	private MvcTestResult send(String json) {
		return this.mvc.post().uri("/messages").contentType(MediaType.APPLICATION_JSON).content(json).exchange();
	}

}
