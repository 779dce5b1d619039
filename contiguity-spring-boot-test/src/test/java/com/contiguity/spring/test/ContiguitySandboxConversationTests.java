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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

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
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ContiguitySandbox}: all operations except sending a message.
 */
class ContiguitySandboxConversationTests {

	private static final String CHAT = "\"to\":\"+12025550123\",\"from\":\"+15550001001\"";

	private static final String HISTORY = "/conversations/history/imessage/%2B12025550123/%2B15550001001";

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

	private String send(String text) throws Exception {
		return this.caller
			.send("{" + CHAT + ",\"message\":\"" + text + "\",\"attachments\":[\"https://example.com/a.png\"]}")
			.data()
			.get("message_id")
			.asString();
	}

	@Test
	void messageHasEveryField() throws Exception {
		String id = send("Hello");
		JsonNode data = this.caller.get("/conversations/history/message/" + id).data();
		assertThat(data.propertyNames()).containsExactlyInAnyOrder("id", "to", "from", "message", "timestamp", "status",
				"attachments");
		assertThat(data.get("id").asString()).isEqualTo(id);
		assertThat(data.get("to").asString()).isEqualTo("+12025550123");
		assertThat(data.get("from").asString()).isEqualTo("+15550001001");
		assertThat(data.get("message").asString()).isEqualTo("Hello");
		assertThat(data.get("timestamp").asLong()).isEqualTo(sandbox.messages().get(0).timestamp().toEpochMilli());
		assertThat(data.get("status").asString()).isEqualTo("delivered");
		assertThat(data.get("attachments").get(0).asString()).isEqualTo("https://example.com/a.png");
	}

	@Test
	void whenTrackingIsWantedMessageHasTimeline() throws Exception {
		String path = "/conversations/history/message/" + send("Hello");
		assertThat(this.caller.get(path + "?tracking=false").data().has("tracking")).isFalse();
		checkTimeline(this.caller.get(path + "?tracking=true").data().get("tracking"));
	}

	private void checkTimeline(JsonNode timeline) {
		assertThat(timeline.size()).isEqualTo(2);
		JsonNode last = timeline.get(1);
		assertThat(last.propertyNames()).containsExactly("event", "title", "timestamp");
		assertThat(last.get("event").asString()).isEqualTo("imessage.delivery.confirmed");
		assertThat(last.get("title").asString()).isEqualTo("Message Delivered");
		assertThat(last.get("timestamp").asString()).isEqualTo(sandbox.messages().get(0).timestamp().toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "imsg_unknown", "%2B1", "a%20b" })
	void whenMessageIsUnknownAnswersNotFound(String id) throws Exception {
		assertThat(this.caller.get("/conversations/history/message/" + id).error(404)).contains("'id'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tracking=yes", "tracking=", "tracking=TRUE", "tracking=true&tracking=true" })
	void whenTrackingIsNoBooleanRefuses(String query) throws Exception {
		String path = "/conversations/history/message/" + send("Hello");
		assertThat(this.caller.get(path + "?" + query).error(400)).isEqualTo("'tracking' must be true or false");
		assertThat(this.caller.get(HISTORY + "?" + query).error(400)).isEqualTo("'tracking' must be true or false");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/conversations/history/message/imsg_1", HISTORY + "/20", "/numbers/leased",
			"/conversations/availability/imessage/%2B12025550123" })
	void whenQueryParameterIsUnknownRefuses(String path) throws Exception {
		assertThat(this.caller.get(path + "?page=2").error(400)).isEqualTo("'page' is not a known query parameter");
	}

	@Test
	void historyHasEveryField() throws Exception {
		send("First");
		send("Second");
		JsonNode data = this.caller.get(HISTORY + "/20").data();
		assertThat(data.propertyNames()).containsExactlyInAnyOrder("conversation", "reactions", "chat");
		assertThat(texts(data)).containsExactly("Second", "First");
		JsonNode row = data.at("/conversation/1");
		long timestamp = sandbox.messages().get(0).timestamp().toEpochMilli();
		assertThat(row.propertyNames()).containsExactlyInAnyOrder("to", "from", "message", "timestamp", "read",
				"delivery", "risk", "attachments");
		assertThat(row.get("to").asString()).isEqualTo("+12025550123");
		assertThat(row.get("from").asString()).isEqualTo("+15550001001");
		assertThat(row.get("timestamp").asLong()).isEqualTo(timestamp);
		assertThat(row.get("read").asLong()).isZero();
		assertThat(row.get("delivery").toString())
			.isEqualTo("{\"status\":\"delivered\",\"delayed\":false,\"timestamp\":" + timestamp + "}");
		assertThat(row.get("risk").toString()).isEqualTo("{\"auto_reported_as_spam\":false,\"marked_as_spam\":false}");
		assertThat(row.get("attachments").toString()).isEqualTo("[\"https://example.com/a.png\"]");
		assertThat(data.get("reactions").isEmpty()).isTrue();
		assertThat(data.get("chat").toString())
			.isEqualTo("{\"filtered\":false,\"chat_marked_as_spam\":false,\"limit\":20,\"total\":2,\"count\":2}");
		checkTimeline(this.caller.get(HISTORY + "/20?tracking=true").data().at("/conversation/1/tracking"));
	}

	@Test
	void historyKeepsToLimitAndToConversation() throws Exception {
		sandbox.rateLimit(false);
		for (int i = 0; i < 25; i++) {
			send("Message " + i);
		}
		this.caller.send("""
				{"to":"+12025550123","from":"+15550001002","message":"Other line"}""").data();
		this.caller.send("""
				{"to":"+12025550124","from":"+15550001001","message":"Other recipient"}""").data();
		assertThat(texts(this.caller.get(HISTORY + "/1").data())).containsExactly("Message 24");
		assertThat(texts(this.caller.get(HISTORY).data())).hasSize(20).startsWith("Message 24").endsWith("Message 5");
		JsonNode data = this.caller.get(HISTORY + "/200").data();
		assertThat(texts(data)).hasSize(25);
		assertThat(data.at("/chat/total").asInt()).isEqualTo(25);
		assertThat(this.caller.get(HISTORY + "/3").data().at("/chat/count").asInt()).isEqualTo(3);
	}

	@Test
	void pathSegmentsNeedNotBeEncoded() throws Exception {
		send("Hello");
		assertThat(texts(this.caller.get("/conversations/history/imessage/+12025550123/+15550001001/20").data()))
			.containsExactly("Hello");
		assertThat(texts(this.caller.get("/conversations/history/imessage/%2b12025550123/+15550001001/20").data()))
			.containsExactly("Hello");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "201", "-1", "x", "1.5", "99999999999", "%2B20" })
	void whenLimitIsOutOfRangeRefuses(String limit) throws Exception {
		assertThat(this.caller.get(HISTORY + "/" + limit).error(400)).isEqualTo("'limit' must be from 1 to 200");
	}

	@ParameterizedTest
	@MethodSource
	void historyRefused(String path, String error) throws Exception {
		assertThat(this.caller.get("/conversations/history/imessage/" + path).error(400)).startsWith(error);
	}

	static Stream<Arguments> historyRefused() {
		return Stream.of(Arguments.of("12025550123/%2B15550001001/20", "'to' must be in E.164 format"),
				Arguments.of("%2B12025550123/15550001001/20", "'from' must be in E.164 format"),
				Arguments.of("%2B12025550123/%2B15559999999/20", "'from' is not a leased line"));
	}

	@Test
	void historyOfNobodyIsEmpty() throws Exception {
		JsonNode data = this.caller.get(HISTORY + "/20").data();
		assertThat(data.get("conversation").isEmpty()).isTrue();
		assertThat(data.at("/chat/total").asInt()).isZero();
	}

	@Test
	void typingStartsAndStops() throws Exception {
		assertThat(typing("{" + CHAT + ",\"action\":\"start\"}").data().toString())
			.isEqualTo("{\"status\":\"started\"}");
		assertThat(sandbox.isTyping("+12025550123")).isTrue();
		assertThat(sandbox.isTyping("+12025550124")).isFalse();
		assertThat(typing("{" + CHAT + ",\"action\":\"stop\"}").data().toString())
			.isEqualTo("{\"status\":\"stopped\"}");
		assertThat(sandbox.isTyping("+12025550123")).isFalse();
	}

	@Test
	void typingWithoutLineUsesTheRecipientsLine() throws Exception {
		typing("""
				{"to":"+12025550123","action":"start"}""").data();
		assertThat(sandbox.isTyping("+12025550123")).isTrue();
		typing("""
				{"to":"+12025550123","action":"stop","from":null}""").data();
		assertThat(sandbox.isTyping("+12025550123")).isFalse();
	}

	@ParameterizedTest
	@MethodSource
	void typingRefused(String json, String error) throws Exception {
		assertThat(typing(json).error(400)).startsWith(error);
		assertThat(sandbox.isTyping("+12025550123")).isFalse();
	}

	static Stream<Arguments> typingRefused() {
		return Stream.of(Arguments.of("{\"action\":\"start\"}", "'to' is required"),
				Arguments.of("{" + CHAT + "}", "'action' is required"),
				Arguments.of("{" + CHAT + ",\"action\":\"pause\"}", "'action' must be one of [start, stop]"),
				Arguments.of("{" + CHAT + ",\"action\":true}", "'action' must be a string"),
				Arguments.of("{" + CHAT + ",\"action\":\"start\",\"message\":\"x\"}", "'message' is not a known field"),
				Arguments.of("{\"to\":\"+12025550123\",\"from\":\"+15559999999\",\"action\":\"start\"}",
						"'from' is not a leased line"));
	}

	private Answer typing(String json) throws Exception {
		return this.caller.post("/send/imessage/typing", json);
	}

	@Test
	void reactionsShowUpInHistory() throws Exception {
		send("Hello");
		assertThat(react("add", "love", "Hello").data().toString())
			.isEqualTo("{\"status\":\"added\",\"message\":\"Reaction added to +12025550123 from +15550001001\"}");
		assertThat(react("remove", "love", "Hello").data().toString())
			.isEqualTo("{\"status\":\"removed\",\"message\":\"Reaction removed to +12025550123 from +15550001001\"}");
		JsonNode reactions = this.caller.get(HISTORY).data().get("reactions");
		assertThat(reactions.size()).isEqualTo(2);
		JsonNode first = reactions.get(0);
		assertThat(first.propertyNames()).containsExactlyInAnyOrder("reaction", "on", "timestamp", "action", "from");
		assertThat(first.get("reaction").asString()).isEqualTo("love");
		assertThat(first.get("on").asString()).isEqualTo("Hello");
		assertThat(first.get("timestamp").asLong()).isPositive();
		assertThat(first.get("action").asString()).isEqualTo("added");
		assertThat(first.get("from").asString()).isEqualTo("+15550001001");
		assertThat(reactions.get(1).get("action").asString()).isEqualTo("removed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "love", "like", "dislike", "laugh", "emphasize", "question" })
	void everyTapbackIsAccepted(String tapback) throws Exception {
		send("Hello");
		assertThat(react("add", tapback, "Hello").data().get("status").asString()).isEqualTo("added");
	}

	@Test
	void whenNoMessageHasTheTextReactionIsNotFound() throws Exception {
		send("Hello");
		assertThat(react("add", "love", "Hell").error(404)).contains("'message'");
		assertThat(this.caller.get(HISTORY).data().get("reactions").isEmpty()).isTrue();
	}

	@ParameterizedTest
	@MethodSource
	void reactionRefused(String json, String error) throws Exception {
		send("Hello");
		assertThat(this.caller.post("/send/imessage/reactions", json).error(400)).startsWith(error);
		assertThat(this.caller.get(HISTORY).data().get("reactions").isEmpty()).isTrue();
	}

	static Stream<Arguments> reactionRefused() {
		String rest = ",\"action\":\"add\",\"tapback\":\"love\",\"message\":\"Hello\"}";
		return Stream.of(Arguments.of("{\"from\":\"+15550001001\"" + rest, "'to' is required"),
				Arguments.of("{\"to\":\"+12025550123\"" + rest, "'from' is required"),
				Arguments.of("{\"to\":\"+12025550123\",\"from\":null" + rest, "'from' must be a string"),
				Arguments.of("{\"to\":\"+12025550123\",\"from\":\"+15559999999\"" + rest,
						"'from' is not a leased line"),
				Arguments.of("{" + CHAT + ",\"tapback\":\"love\",\"message\":\"Hello\"}", "'action' is required"),
				Arguments.of("{" + CHAT + ",\"action\":\"toggle\",\"tapback\":\"love\",\"message\":\"Hello\"}",
						"'action' must be one of [add, remove]"),
				Arguments.of("{" + CHAT + ",\"action\":\"add\",\"message\":\"Hello\"}", "'tapback' is required"),
				Arguments.of("{" + CHAT + ",\"action\":\"add\",\"tapback\":\"thumbsup\",\"message\":\"Hello\"}",
						"'tapback' must be one of [love, like, dislike, laugh, emphasize, question]"),
				Arguments.of("{" + CHAT + ",\"action\":\"add\",\"tapback\":\"love\"}", "'message' is required"),
				Arguments.of("{" + CHAT + ",\"message_id\":\"imsg_1\"" + rest, "'message_id' is not a known field"));
	}

	private Answer react(String action, String tapback, String message) throws Exception {
		return this.caller.post("/send/imessage/reactions", "{" + CHAT + ",\"action\":\"" + action + "\",\"tapback\":\""
				+ tapback + "\",\"message\":\"" + message + "\"}");
	}

	@Test
	void readReceiptIsForWhatTheOtherSideWrote() throws Exception {
		send("Hello");
		receive(sandbox, "Hi");
		JsonNode data = this.caller.post("/send/imessage/read", "{" + CHAT + "}").data();
		assertThat(data.toString())
			.isEqualTo("{\"status\":\"sent\",\"message\":\"Read receipt sent to +12025550123 from +15550001001\"}");
		receive(sandbox, "Later");
		JsonNode rows = this.caller.get(HISTORY).data().get("conversation");
		assertThat(rows.get(0).get("read").asLong()).isZero();
		assertThat(rows.get(1).get("read").asLong()).isGreaterThanOrEqualTo(rows.get(1).get("timestamp").asLong());
		assertThat(rows.get(2).get("message").asString()).isEqualTo("Hello");
		assertThat(rows.get(2).get("read").asLong()).isZero();
	}

	@Test
	void otherSideReadsWhatTheApplicationSent() throws Exception {
		send("Hello");
		receive(sandbox, "Hi");
		sandbox.markRead("+12025550123", "+15550001001");
		send("Later");
		JsonNode rows = this.caller.get(HISTORY).data().get("conversation");
		assertThat(rows.get(0).get("read").asLong()).isZero();
		assertThat(rows.get(1).get("read").asLong()).isZero();
		assertThat(rows.get(2).get("read").asLong()).isGreaterThanOrEqualTo(rows.get(2).get("timestamp").asLong());
	}

	@ParameterizedTest
	@CsvSource({ "+15005550002, imessage_unsupported, FAILED", "+15005550002, imessage_fails, SMS",
			"+15005550010, imessage_unsupported, SMS_FAILED" })
	void otherSideReadsOnlyWhatWasDeliveredAsImessage(String to, String fallback, SandboxMessage.Delivery delivery)
			throws Exception {
		this.caller
			.send("{\"to\":\"" + to + "\",\"from\":\"+15550001001\",\"message\":\"Hello\","
					+ "\"fallback\":{\"when\":[\"" + fallback + "\"]}}")
			.data();
		assertThat(sandbox.messages()).singleElement().extracting(SandboxMessage::delivery).isEqualTo(delivery);
		sandbox.markRead(to, "+15550001001");
		JsonNode rows = this.caller.get("/conversations/history/imessage/" + to + "/+15550001001").data();
		assertThat(rows.at("/conversation/0/message").asString()).isEqualTo("Hello");
		assertThat(rows.at("/conversation/0/read").asLong()).isZero();
	}

	@Test
	void nobodyReadsWhatIsNotThere() throws Exception {
		send("Hello");
		assertThatIllegalArgumentException().isThrownBy(() -> sandbox.markRead("+15550001001", "+12025550123"))
			.withMessageContaining("swapped");
	}

	// no application receives the webhook, but the message is received
	private static void receive(ContiguitySandbox sandbox, String text) {
		sandbox.webhooks("http://127.0.0.1:1/contiguity/webhook", "whsec_test");
		assertThatIllegalStateException().isThrownBy(() -> sandbox.receive("+12025550123", "+15550001001", text));
	}

	@Test
	void readMarksKeepTheTimeOfTheFirst() throws Exception {
		MovableClock clock = new MovableClock();
		try (ContiguitySandbox moving = ContiguitySandbox.builder().clock(clock).start()) {
			SandboxCaller movingCaller = new SandboxCaller(moving);
			receive(moving, "Hi");
			clock.advance(Duration.ofSeconds(1));
			long first = clock.millis();
			movingCaller.post("/send/imessage/read", "{" + CHAT + "}").data();
			clock.advance(Duration.ofSeconds(1));
			movingCaller.post("/send/imessage/read", "{" + CHAT + "}").data();
			assertThat(movingCaller.get(HISTORY).data().at("/conversation/0/read").asLong()).isEqualTo(first);
		}
	}

	@ParameterizedTest
	@MethodSource
	void readRefused(String json, String error) throws Exception {
		assertThat(this.caller.post("/send/imessage/read", json).error(400)).startsWith(error);
	}

	static Stream<Arguments> readRefused() {
		return Stream.of(Arguments.of("{\"from\":\"+15550001001\"}", "'to' is required"),
				Arguments.of("{\"to\":\"+12025550123\"}", "'from' is required"),
				Arguments.of("{\"to\":\"x\",\"from\":\"+15550001001\"}", "'to' must be in E.164 format"),
				Arguments.of("{\"to\":\"+12025550123\",\"from\":\"+15559999999\"}", "'from' is not a leased line"),
				Arguments.of("{" + CHAT + ",\"message\":\"x\"}", "'message' is not a known field"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "%2B12025550123", "+12025550123" })
	void availabilityIsAnswered(String to) throws Exception {
		assertThat(this.caller.get("/conversations/availability/imessage/" + to).data().toString())
			.isEqualTo("{\"available\":true}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "12025550123", "%2B", "abc" })
	void whenRecipientIsInvalidRefusesAvailability(String to) throws Exception {
		assertThat(this.caller.get("/conversations/availability/imessage/" + to).error(400))
			.startsWith("'to' must be in E.164 format");
	}

	@Test
	void leasedLinesHaveEveryField() throws Exception {
		JsonNode data = this.caller.get("/numbers/leased").data();
		assertThat(data.get("leased").asInt()).isEqualTo(2);
		assertThat(data.get("numbers").get(0).toString()).isEqualTo("{\"id\":\"+15550001001\",\"status\":\"leased\","
				+ "\"number\":{\"e164\":\"+15550001001\",\"formatted\":\"+1 (555) 000-1001\"},"
				+ "\"location\":{\"country\":\"US\",\"region\":\"FL\",\"city\":\"Miami\"},"
				+ "\"carrier\":\"Contiguity\","
				+ "\"capabilities\":{\"intl_sms\":true,\"channels\":[\"imessage\",\"mms\",\"sms\"]},"
				+ "\"health\":{\"reputation\":0.9,\"previous_owners\":0},"
				+ "\"data\":{\"e911_capable\":true,\"requirements\":[\"imessage_entitlement_required\"]},"
				+ "\"created_at\":1767225600,"
				+ "\"pricing\":{\"currency\":\"USD\",\"upfront_fee\":2.99,\"monthly_rate\":19.99},"
				+ "\"lease_id\":\"lsd_15550001001\",\"lease_status\":\"active\","
				+ "\"billing\":{\"method\":\"monthly\",\"period\":{\"start\":1767225600,\"end\":null}}}");
	}

	@Test
	void leasedLinesCanBeChanged() throws Exception {
		sandbox.lease(new Line("+442079460001", "", "paused", 0.25, Set.of("imessage")));
		JsonNode line = this.caller.get("/numbers/leased").data().at("/numbers/0");
		assertThat(line.at("/number/formatted").asString()).isEqualTo("+442079460001");
		assertThat(line.at("/health/reputation").asDouble()).isEqualTo(0.25);
		assertThat(line.get("lease_status").asString()).isEqualTo("paused");
		sandbox.lease();
		assertThat(this.caller.get("/numbers/leased").error(404)).isEqualTo("No numbers are leased");
	}

	private static List<String> texts(JsonNode data) {
		List<String> texts = new ArrayList<>();
		data.get("conversation").forEach((row) -> texts.add(row.get("message").asString()));
		return texts;
	}

}
