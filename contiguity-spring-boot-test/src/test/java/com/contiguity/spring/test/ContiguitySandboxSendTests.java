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

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.SandboxCaller.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link ContiguitySandbox}: sending a message.
 */
class ContiguitySandboxSendTests {

	private static ContiguitySandbox sandbox;

	private final SandboxCaller caller = new SandboxCaller(sandbox);

	@BeforeAll
	static void start() {
		sandbox = ContiguitySandbox.start();
	}

	@BeforeEach
	void clear() {
		sandbox.clear();
	}

	@AfterAll
	static void close() {
		sandbox.close();
	}

	@Test
	void acceptsMessageWithEveryField() throws Exception {
		Answer answer = this.caller.send("""
				{"to":"+12025550123","from":"+15550001002","message":"**Grüße** \\"🐳\\"",
				"fallback":{"when":["imessage_unsupported","imessage_fails"],"from":"+15550001001"},
				"attachments":["https://example.com/a/cat.png","https://example.com/dog.JPG?size=1"],
				"fast_track":true}""");
		assertThat(answer.data().propertyNames()).containsExactly("message_id");
		String id = answer.data().get("message_id").asString();
		assertThat(id).startsWith("imsg_");
		assertThat(sandbox.messages()).hasSize(1);
		SandboxMessage message = sandbox.messages().get(0);
		assertThat(message.id()).isEqualTo(id);
		assertThat(message.to()).isEqualTo("+12025550123");
		assertThat(message.from()).isEqualTo("+15550001002");
		assertThat(message.text()).isEqualTo("**Grüße** \"🐳\"");
		assertThat(message.attachments()).containsExactly("https://example.com/a/cat.png",
				"https://example.com/dog.JPG?size=1");
		assertThat(message.fallback()).isEqualTo(Fallback.always().from("+15550001001"));
		assertThat(message.fastTrack()).isTrue();
		assertThat(message.timestamp().toEpochMilli()).isCloseTo(answer.json().get("timestamp").asLong(),
				within(1000L));
	}

	@Test
	void acceptsMessageWithNothingButRecipientAndText() throws Exception {
		this.caller.send("""
				{"to":"+12025550123","message":"Hello"}""").data();
		SandboxMessage message = sandbox.messages().get(0);
		assertThat(message.from()).isIn("+15550001001", "+15550001002");
		assertThat(message.attachments()).isEmpty();
		assertThat(message.fallback()).isNull();
		assertThat(message.fastTrack()).isFalse();
	}

	@Test
	void acceptsTenAttachmentsWithoutText() throws Exception {
		this.caller.send("{\"to\":\"+12025550123\",\"attachments\":" + attachments(10) + "}").data();
		assertThat(sandbox.messages().get(0).text()).isNull();
		assertThat(sandbox.messages().get(0).attachments()).hasSize(10);
	}

	@Test
	void acceptsNullWhereTheContractDoes() throws Exception {
		this.caller.send("""
				{"to":"+12025550123","message":"Hello","from":null,"attachments":null,"fallback":null}""").data();
		this.caller.send("""
				{"to":"+12025550123","message":"Hello","fallback":{"when":["imessage_fails"],"from":null}}""").data();
		assertThat(sandbox.messages()).extracting(SandboxMessage::fallback)
			.containsExactly(null, Fallback.when(FallbackCondition.IMESSAGE_FAILS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "+12", "+12025550123", "+123456789012345", "someone@example.com" })
	void acceptsNumbersAndAddresses(String to) throws Exception {
		this.caller.send("{\"to\":\"" + to + "\",\"message\":\"Hello\"}").data();
		assertThat(sandbox.messages()).singleElement().extracting(SandboxMessage::to).isEqualTo(to);
	}

	@Test
	void acceptsContentTypeWithCharset() throws Exception {
		Answer answer = this.caller.call(this.caller.request("/send/imessage")
			.header("Content-Type", "Application/JSON;charset=UTF-8")
			.POST(BodyPublishers.ofString("""
					{"to":"+12025550123","message":"Grüße"}""")));
		answer.data();
		assertThat(sandbox.messages().get(0).text()).isEqualTo("Grüße");
	}

	@Test
	void sameRecipientGetsSameLine() throws Exception {
		sandbox.rateLimit(false);
		for (int i = 0; i < 20; i++) {
			String json = "{\"to\":\"+120255501" + (10 + i / 2) + "\",\"message\":\"Hello\"}";
			this.caller.send(json).data();
		}
		List<SandboxMessage> messages = sandbox.messages();
		for (int i = 0; i < 20; i += 2) {
			assertThat(messages.get(i).from()).isEqualTo(messages.get(i + 1).from());
		}
		assertThat(messages).extracting(SandboxMessage::from).contains("+15550001001", "+15550001002");
		assertThat(messages).extracting(SandboxMessage::id).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@CsvSource({ "paused,imessage", "expired,imessage", "terminated,imessage", "active,sms" })
	void whenLineCannotSendRefuses(String leaseStatus, String channel) throws Exception {
		sandbox.lease(new Line("+15550001001", "", leaseStatus, 0.9, Set.of(channel)));
		assertThat(this.caller.send("""
				{"to":"+12025550123","message":"Hello","from":"+15550001001"}""").error(400))
			.isEqualTo("'from' is not a leased line that sends iMessages");
		assertThat(this.caller.send("""
				{"to":"+12025550123","message":"Hello"}""").error(400)).startsWith("'from' cannot be chosen");
	}

	static Stream<Arguments> refused() {
		String start = "{\"to\":\"+12025550123\",\"message\":\"Hello\",";
		return Stream.of(Arguments.of("{\"message\":\"Hello\"}", "'to' is required"),
				Arguments.of("{\"to\":null,\"message\":\"Hello\"}", "'to' must be a string"),
				Arguments.of("{\"to\":12025550123,\"message\":\"Hello\"}", "'to' must be a string"),
				Arguments.of("{\"to\":[\"+12025550123\"],\"message\":\"Hello\"}", "'to' must be a string"),
				Arguments.of("{\"to\":\"\",\"message\":\"Hello\"}", "'to' is required"),
				Arguments.of("{\"to\":\"12025550123\",\"message\":\"Hello\"}", "'to' must be in E.164 format"),
				Arguments.of("{\"to\":\"+1 202 555 0123\",\"message\":\"Hello\"}", "'to' must be in E.164 format"),
				Arguments.of("{\"to\":\"+02025550123\",\"message\":\"Hello\"}", "'to' must be in E.164 format"),
				Arguments.of("{\"to\":\"+1234567890123456\",\"message\":\"Hello\"}", "'to' must be in E.164 format"),
				Arguments.of("{\"to\":\"+12025550123\"}", "'message' is required unless there are 'attachments'"),
				Arguments.of("{\"to\":\"+12025550123\",\"message\":\" \"}", "'message' is required"),
				Arguments.of("{\"to\":\"+12025550123\",\"message\":\"\",\"attachments\":[]}", "'message' is required"),
				Arguments.of("{\"to\":\"+12025550123\",\"message\":null}", "'message' must be a string"),
				Arguments.of("{\"to\":\"+12025550123\",\"message\":7}", "'message' must be a string"),
				Arguments.of(start + "\"from\":\"+15559999999\"}", "'from' is not a leased line"),
				Arguments.of(start + "\"from\":\"15550001001\"}", "'from' must be in E.164 format"),
				Arguments.of(start + "\"from\":\"a@example.com\"}", "'from' must be in E.164 format"),
				Arguments.of(start + "\"from\":\"\"}", "'from' is required"),
				Arguments.of(start + "\"from\":1}", "'from' must be a string"),
				Arguments.of(start + "\"attachments\":" + attachments(11) + "}",
						"'attachments' must not be more than 10"),
				Arguments.of(start + "\"attachments\":\"https://example.com/a.png\"}",
						"'attachments' must be an array"),
				Arguments.of(start + "\"attachments\":[1]}", "'attachments[0]' must be a string"),
				Arguments.of(start + "\"attachments\":[\"https://example.com/a.png\",\"http://example.com/a.png\"]}",
						"'attachments[1]' must be an https URL"),
				Arguments.of(start + "\"attachments\":[\"https://example.com/a\"]}",
						"'attachments[0]' must be an https"),
				Arguments.of(start + "\"attachments\":[\"https://example.com\"]}", "'attachments[0]' must be an https"),
				Arguments.of(start + "\"attachments\":[\"https://example.com/?f=a.png\"]}",
						"'attachments[0]' must be an"),
				Arguments.of(start + "\"attachments\":[\"https:///a.png\"]}", "'attachments[0]' must be an https URL"),
				Arguments.of(start + "\"attachments\":[\"https:a.png\"]}", "'attachments[0]' must be an https URL"),
				Arguments.of(start + "\"attachments\":[\"a b.png\"]}", "'attachments[0]' must be an https URL"),
				Arguments.of(start + "\"fallback\":true}", "'fallback' must be an object"),
				Arguments.of(start + "\"fallback\":{}}", "'fallback.when' is required"),
				Arguments.of(start + "\"fallback\":{\"when\":[]}}", "'fallback.when' is required"),
				Arguments.of(start + "\"fallback\":{\"when\":null}}", "'fallback.when' is required"),
				Arguments.of(start + "\"fallback\":{\"when\":\"imessage_fails\"}}", "'fallback.when' must be an array"),
				Arguments.of(start + "\"fallback\":{\"when\":[\"always\"]}}", "'fallback.when' must be of"),
				Arguments.of(start + "\"fallback\":{\"when\":[\"IMESSAGE_FAILS\"]}}", "'fallback.when' must be of"),
				Arguments.of(start + "\"fallback\":{\"when\":[7]}}", "'fallback.when[0]' must be a string"),
				Arguments.of(start + "\"fallback\":{\"when\":[\"imessage_fails\"],\"from\":\"+15559999999\"}}",
						"'fallback.from' is not a leased line"),
				Arguments.of(start + "\"fallback\":{\"when\":[\"imessage_fails\"],\"from\":\"x\"}}",
						"'fallback.from' must be in E.164 format"),
				Arguments.of(start + "\"fallback\":{\"when\":[\"imessage_fails\"],\"to\":\"x\"}}",
						"'fallback.to' is not a known field"),
				Arguments.of(start + "\"fast_track\":\"true\"}", "'fast_track' must be true or false"),
				Arguments.of(start + "\"fast_track\":1}", "'fast_track' must be true or false"),
				Arguments.of(start + "\"fast_track\":null}", "'fast_track' must be true or false"),
				Arguments.of(start + "\"fastTrack\":true}", "'fastTrack' is not a known field"),
				Arguments.of(start + "\"to\":\"+12025550123\"}", "The body is not JSON"),
				Arguments.of(start + "\"fast_track\":true}}", "The body is not JSON"),
				Arguments.of("{\"to\":", "The body is not JSON"), Arguments.of("Hello", "The body is not JSON"),
				Arguments.of("", "The body must be a JSON object"),
				Arguments.of("[]", "The body must be a JSON object"));
	}

	@ParameterizedTest
	@MethodSource
	void refused(String json, String error) throws Exception {
		assertThat(this.caller.send(json).error(400)).startsWith(error)
			.doesNotContain("2025550123", "5559999999", "example.com");
		assertThat(sandbox.messages()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "application/jsonp" })
	void whenContentTypeIsNotJsonRefuses(String contentType) throws Exception {
		Answer answer = this.caller.call(this.caller.request("/send/imessage")
			.header("Content-Type", contentType)
			.POST(BodyPublishers.ofString("""
					{"to":"+12025550123","message":"Hello"}""")));
		assertThat(answer.error(400)).isEqualTo("'Content-Type' must be application/json");
	}

	@Test
	void whenContentTypeIsMissingRefuses() throws Exception {
		Answer answer = this.caller.call(this.caller.request("/send/imessage").POST(BodyPublishers.ofString("""
				{"to":"+12025550123","message":"Hello"}""")));
		assertThat(answer.error(400)).isEqualTo("'Content-Type' must be application/json");
	}

	@Test
	void whenThereIsAQueryRefuses() throws Exception {
		Answer answer = this.caller.post("/send/imessage?dry_run=true", """
				{"to":"+12025550123","message":"Hello"}""");
		assertThat(answer.error(400)).isEqualTo("'dry_run' is not a known query parameter");
	}

	private static String attachments(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> "\"https://example.com/" + i + ".png\"")
			.collect(Collectors.joining(",", "[", "]"));
	}

}
