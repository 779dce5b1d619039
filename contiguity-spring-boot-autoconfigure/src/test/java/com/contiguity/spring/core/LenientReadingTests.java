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

package com.contiguity.spring.core;

import java.time.Instant;
import java.util.List;

import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for responses that differ from their description.
 */
class LenientReadingTests {

	private static final String RECIPIENT = "+15557654321";

	private static final String LINE = "+15551112222";

	private static final Instant TIME = Instant.ofEpochSecond(1785698220);

	private RecordingServer server;

	private ImessageTemplate imessage;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.imessage = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_lenient")
			.build();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	@Test
	void ignoresUnknownFields() {
		this.server.reply(Reply.json(200, """
				{"id":"req_1","timestamp":1785698220563,"api_version":"v2030","object":"surprise","new":{"a":[1]},
				"data":{"message_id":"imsg_1","new":null,"more":[[{}]]},"another":1e400}"""));
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		assertThat(receipt.messageId()).isEqualTo("imsg_1");
		assertThat(receipt.metadata().requestId()).isEqualTo("req_1");
		assertThat(receipt.metadata().apiVersion()).isEqualTo("v2030");
		assertThat(receipt.metadata().timestamp()).isEqualTo(Instant.ofEpochMilli(1785698220563L));
	}

	@Test
	void requiresOnlyTheMessageId() {
		this.server.reply(Reply.json(200, "{\"data\":{\"message_id\":\"text_1\"}}"));
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		assertThat(receipt.messageId()).isEqualTo("text_1");
		assertThat(receipt.metadata().requestId()).isNull();
		assertThat(receipt.metadata().timestamp()).isNull();
		assertThat(receipt.metadata().apiVersion()).isNull();
	}

	@Test
	void acceptsANumericMessageId() {
		this.server.reply(Reply.data("{\"message_id\":17}"));
		assertThat(this.imessage.send(RECIPIENT, "Hello").messageId()).isEqualTo("17");
	}

	@ParameterizedTest
	@MethodSource
	void doesNotKnowOfASendWhoseMessageIdIsNone(String messageId) {
		this.server.reply(Reply.data("{\"message_id\":" + messageId + "}"));
		assertThatExceptionOfType(SendOutcomeUnknownException.class)
			.isThrownBy(() -> this.imessage.send(RECIPIENT, "Hello"));
	}

	static List<String> doesNotKnowOfASendWhoseMessageIdIsNone() {
		return List.of("1e999999999", "\"\"", "\" \"", "\"imsg_1\\r\\nX-Header: 1\"", "\"imsg 1\"",
				"\"imsg\\u200b1\\u2028\"", "\"" + "i".repeat(257) + "\"", "1".repeat(41), "{}", "[\"imsg_1\"]");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "[]", "\"imsg_1\"", "{\"data\":\"imsg_1\"}", "{\"data\":[{\"message_id\":\"imsg_1\"}]}",
					"{\"message_id\":\"imsg_1\"}", "{\"data\":{\"a\":{\"message_id\":\"imsg_1\"}}}",
					"{\"data\":{\"message_id\":\"imsg_1\"}}{}", "{\"data\":{\"message_id\":\"imsg_1\"}",
					"{\"data\":{\"message_id\":\"imsg_1\"},}", "{\"data\":{\"message_id\":\"imsg_1\"},\"data\":null}" })
	void doesNotKnowOfASendWhoseAnswerIsAnother(String body) {
		this.server.reply(Reply.json(200, body));
		assertThatExceptionOfType(SendOutcomeUnknownException.class)
			.isThrownBy(() -> this.imessage.send(RECIPIENT, "Hello"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[[1],{}]", "true", "null", "\"9\"", "1e999999999", "-1e2147483647", "1e2147483647",
			"\"1e2147483647\"", "\"2026\"" })
	void acceptsAMessageRegardlessOfTheRestOfTheEnvelope(String value) {
		this.server.reply(Reply.json(200,
				"{\"id\":" + value + ",\"data\":{\"before\":" + value + ",\"message_id\":\"imsg_1\",\"after\":" + value
						+ "},\"timestamp\":" + value + ",\"api_version\":" + value + "}"));
		assertThat(this.imessage.send(RECIPIENT, "Hello").messageId()).isEqualTo("imsg_1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1785698220", "1785698220000", "\"1785698220\"", "1.78569822e9", "\" 1785698220 \"",
			"\"2026-08-02T21:17:00+02:00\"" })
	void readsTheTimeOfASendInAnyFormat(String timestamp) {
		this.server.reply(Reply.json(200, "{\"timestamp\":" + timestamp + ",\"data\":{\"message_id\":\"imsg_1\"}}"));
		assertThat(this.imessage.send(RECIPIENT, "Hello").metadata().timestamp()).isEqualTo(TIME);
	}

	@ParameterizedTest
	@ValueSource(ints = { 41, 1_000_000 })
	@Timeout(5)
	void readsNoTimeOfASendThatIsLongerThanAnyThatMeansSomething(int digits) {
		this.server.reply(
				Reply.json(200, "{\"timestamp\":\"" + "9".repeat(digits) + "\",\"data\":{\"message_id\":\"imsg_1\"}}"));
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		assertThat(receipt.messageId()).isEqualTo("imsg_1");
		assertThat(receipt.metadata().timestamp()).isNull();
	}

	@ParameterizedTest
	@ValueSource(ints = { 41, 1_000_000 })
	@Timeout(5)
	void readsNoNumberThatIsLongerThanAnyThatMeansSomething(int digits) {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\",\"timestamp\":\"" + "9".repeat(digits) + "\"}"));
		assertThat(this.imessage.get("imsg_1").timestamp()).isNull();
	}

	@Test
	void readsResponsesOfAnyMediaType() {
		this.server.reply(Reply.body(201, "text/plain", "{\"data\":{\"message_id\":\"imsg_1\"}}"));
		assertThat(this.imessage.send(RECIPIENT, "Hello").messageId()).isEqualTo("imsg_1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1785698220", "1785698220000", "\"1785698220\"", "\"1785698220000\"", "1785698220.0",
			"1.78569822e9", "\" 1785698220 \"", "\"2026-08-02T19:17:00Z\"", "\"2026-08-02T21:17:00+02:00\"",
			"\"2026-08-02T19:17:00.000Z\"" })
	void readsTimesInAnyFormat(String timestamp) {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\",\"timestamp\":" + timestamp
				+ ",\"tracking\":[{\"event\":\"new.event\",\"title\":\"New\",\"timestamp\":" + timestamp + "}]}"));
		ImessageMessage message = this.imessage.get("imsg_1", true);
		assertThat(message.timestamp()).isEqualTo(TIME);
		assertThat(message.tracking()).singleElement().satisfies((step) -> {
			assertThat(step.event()).isEqualTo("new.event");
			assertThat(step.timestamp()).isEqualTo(TIME);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "null", "0", "\"\"", "\"soon\"", "-1", "{}", "[]", "true", "1e400", "\"NaN\"",
			"99999999999999999999999" })
	void treatsAnInvalidTimeAsAbsent(String timestamp) {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\",\"timestamp\":" + timestamp + "}"));
		assertThat(this.imessage.get("imsg_1").timestamp()).isNull();
	}

	@Test
	void getsAMessageOfWhichOnlyTheIdIsThere() {
		this.server.reply(Reply.data("{\"id\":\"msg_1\"}"),
				Reply.data("{\"id\":\"msg_1\",\"to\":null,\"from\":null,\"message\":null,\"timestamp\":null,"
						+ "\"status\":null,\"attachments\":null,\"tracking\":null}"));
		for (int i = 0; i < 2; i++) {
			ImessageMessage message = this.imessage.get("msg_1");
			assertThat(message.id()).isEqualTo("msg_1");
			assertThat(message.to()).isNull();
			assertThat(message.from()).isNull();
			assertThat(message.message()).isNull();
			assertThat(message.status()).isNull();
			assertThat(message.attachments()).isEmpty();
			assertThat(message.tracking()).isEmpty();
		}
	}

	@Test
	void passesNewStatusesAndReactionsOn() {
		this.server.reply(Reply.data("""
				{"conversation":[{"to":"+15557654321","from":"+15551112222","message":"Hello","timestamp":1785698220,
				"read":0,"delivery":{"status":"teleported","delayed":true,"timestamp":"1785698220"},
				"risk":{"auto_reported_as_spam":true},"attachments":["https://example.com/a.png",null,7],
				"tracking":[null,{"event":"imessage.teleported"}]}, null, "row"],
				"reactions":[{"reaction":"sparkle","on":"Hello","timestamp":"2026-08-02T19:17:00Z","action":"moved",
				"from":"+15557654321"},{"reaction":"THUMBSUP"},{"reaction":""}],
				"chat":{"filtered":true,"limit":"20","total":3.0}}"""));
		Conversation conversation = this.imessage.history(RECIPIENT, LINE);
		assertThat(conversation.messages()).singleElement().satisfies((message) -> {
			assertThat(message.timestamp()).isEqualTo(TIME);
			assertThat(message.read()).isNull();
			assertThat(message.delivery()).isEqualTo(new ConversationMessage.Delivery("teleported", true, TIME));
			assertThat(message.risk()).isEqualTo(new ConversationMessage.Risk(true, false));
			assertThat(message.attachments()).containsExactly("https://example.com/a.png");
			assertThat(message.tracking()).singleElement()
				.satisfies((step) -> assertThat(step.event()).isEqualTo("imessage.teleported"));
		});
		assertThat(conversation.reactions()).extracting((reaction) -> reaction.reaction())
			.containsExactly(Tapback.of("sparkle"), Tapback.LIKE, null);
		assertThat(conversation.reactions().get(0).action()).isEqualTo("moved");
		assertThat(conversation.chat().filtered()).isTrue();
		assertThat(conversation.chat().limit()).isEqualTo(20);
		assertThat(conversation.chat().total()).isEqualTo(3);
		assertThat(conversation.chat().count()).isZero();
	}

	@Test
	void readsAConversationOfWhichNothingElseIsThere() {
		this.server.reply(Reply.data("{\"conversation\":[{}]}"));
		Conversation conversation = this.imessage.history(RECIPIENT, LINE);
		assertThat(conversation.messages()).singleElement().satisfies((message) -> {
			assertThat(message.message()).isNull();
			assertThat(message.delivery()).isNull();
			assertThat(message.risk()).isNull();
			assertThat(message.attachments()).isEmpty();
		});
		assertThat(conversation.reactions()).isEmpty();
		assertThat(conversation.chat().total()).isNull();
	}

	@Test
	void readsAnAnswerOfManyMessages() {
		String row = "{\"message\":\"" + "x".repeat(20_000) + "\"}";
		this.server.reply(Reply.data("{\"conversation\":[" + (row + ",").repeat(199) + row + "]}"));
		assertThat(this.imessage.history(RECIPIENT, LINE).messages()).hasSize(200);
	}

	@Test
	void readsReceiptsWithoutHumanReadableMessages() {
		this.server.otherwise(Reply.data("{\"status\":\"levitated\"}"));
		assertThat(this.imessage.read(RECIPIENT, LINE).status()).isEqualTo("levitated");
		assertThat(this.imessage.read(RECIPIENT, LINE).message()).isNull();
	}

}
