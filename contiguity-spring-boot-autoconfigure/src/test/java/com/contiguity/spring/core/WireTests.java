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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the exact bytes of every operation.
 */
class WireTests {

	static final String VERSION = ResourceBundle.getBundle("com.contiguity.spring.internal.client.version")
		.getString("version");

	private static final String TOKEN = "contiguity_sk_wire";

	private static final String RECIPIENT = "+15557654321";

	private static final String LINE = "+15551112222";

	private static final String STATUS = "{\"status\":\"sent\",\"message\":\"Done\"}";

	private RecordingServer server;

	private ImessageTemplate imessage;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.imessage = builder().build();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder().baseUrl(this.server.baseUrl()).token(TOKEN);
	}

	private String post(String path, String body) {
		return post(path, "Token " + TOKEN, body);
	}

	private String post(String path, String authorization, String body) {
		return "POST " + path + " HTTP/1.1\r\n" + "accept-encoding: gzip\r\n" + "host: localhost:" + this.server.port()
				+ "\r\n" + "User-Agent: contiguity-spring/" + VERSION + "\r\n" + "Accept: application/json\r\n"
				+ "Content-Type: application/json\r\n" + "Authorization: " + authorization + "\r\n" + "content-length: "
				+ body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
	}

	private String get(String path) {
		return "GET " + path + " HTTP/1.1\r\n" + "accept-encoding: gzip\r\n" + "host: localhost:" + this.server.port()
				+ "\r\n" + "User-Agent: contiguity-spring/" + VERSION + "\r\n" + "Accept: application/json\r\n"
				+ "Authorization: Token " + TOKEN + "\r\n\r\n";
	}

	@Test
	void sendsATextWithoutUnsetOptions() {
		this.imessage.send(RECIPIENT, "Hello");
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage", "{\"to\":\"+15557654321\",\"message\":\"Hello\"}"));
	}

	@Test
	void sendsAllOptions() {
		this.imessage.send(SendRequest.to(RECIPIENT)
			.from(LINE)
			.message("Hello")
			.fallback(Fallback.always().from("+15553334444"))
			.attachment("https://example.com/a.png")
			.attachment("https://example.com/b.pdf?size=1")
			.fastTrack(true)
			.build());
		assertThat(this.server.take().text()).isEqualTo(post("/send/imessage",
				"{\"to\":\"+15557654321\",\"from\":\"+15551112222\",\"message\":\"Hello\","
						+ "\"fallback\":{\"when\":[\"imessage_unsupported\",\"imessage_fails\"],\"from\":\"+15553334444\"},"
						+ "\"attachments\":[\"https://example.com/a.png\",\"https://example.com/b.pdf?size=1\"],"
						+ "\"fast_track\":true}"));
	}

	@Test
	void showsAFilterOfTheApplicationNoToken() {
		List<HttpHeaders> seen = new ArrayList<>();
		WebClient.Builder webClient = WebClient.builder()
			.defaultHeader("Authorization", "Bearer of-something-else")
			.filter((request, next) -> {
				seen.add(request.headers());
				return next.exchange(request);
			});
		builder().webClientBuilder(webClient).build().send(RECIPIENT, "Hello");
		assertThat(this.server.take().text()).contains("Authorization: Token " + TOKEN)
			.doesNotContain("of-something-else");
		assertThat(seen).singleElement()
			.satisfies((headers) -> assertThat(headers.containsHeader("Authorization")).isFalse());
	}

	@Test
	void leavesAFilterOfTheApplicationItsAuthorization() {
		WebClient.Builder webClient = WebClient.builder()
			.filter((request, next) -> next
				.exchange(ClientRequest.from(request).header("Authorization", "Bearer of-a-gateway").build()));
		builder().webClientBuilder(webClient).build().send(RECIPIENT, "Hello");
		assertThat(this.server.take().text()).contains("Authorization: Bearer of-a-gateway").doesNotContain(TOKEN);
	}

	@Test
	void sendsAttachmentsWithoutText() {
		this.imessage.send(SendRequest.to(RECIPIENT).attachment("https://example.com/a.png").build());
		assertThat(this.server.take().text()).isEqualTo(
				post("/send/imessage", "{\"to\":\"+15557654321\",\"attachments\":[\"https://example.com/a.png\"]}"));
	}

	@Test
	void sendsAFallbackWithoutLine() {
		this.imessage.send(SendRequest.to(RECIPIENT)
			.message("Hello")
			.fallback(Fallback.when(FallbackCondition.IMESSAGE_FAILS))
			.build());
		assertThat(this.server.take().text()).isEqualTo(post("/send/imessage",
				"{\"to\":\"+15557654321\",\"message\":\"Hello\",\"fallback\":{\"when\":[\"imessage_fails\"]}}"));
	}

	@Test
	void sendsThatFastTrackIsNotWanted() {
		this.imessage.send(SendRequest.to(RECIPIENT).message("Hello").fastTrack(false).build());
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage", "{\"to\":\"+15557654321\",\"message\":\"Hello\",\"fast_track\":false}"));
	}

	@Test
	void sendsUnicodeAsUtf8AndQuotesEscaped() {
		this.imessage.send(RECIPIENT, "Grüße, \"日本\" 👩‍👩‍👧\n\u2028");
		assertThat(this.server.take().text()).isEqualTo(post("/send/imessage",
				"{\"to\":\"+15557654321\",\"message\":\"Grüße, \\\"日本\\\" 👩‍👩‍👧\\n\u2028\"}"));
	}

	@Test
	void sendsToAnEmailAddress() {
		this.imessage.send("someone@example.com", "Hello");
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage", "{\"to\":\"someone@example.com\",\"message\":\"Hello\"}"));
	}

	@Test
	void fillsInTheDefaultsThatARequestLeavesOpen() {
		builder().from(LINE).fallback(Fallback.always()).fastTrack(true).build().send(RECIPIENT, "Hello");
		assertThat(this.server.take().text()).isEqualTo(
				post("/send/imessage", "{\"to\":\"+15557654321\",\"from\":\"+15551112222\",\"message\":\"Hello\","
						+ "\"fallback\":{\"when\":[\"imessage_unsupported\",\"imessage_fails\"]},\"fast_track\":true}"));
	}

	@Test
	void namesTheTokenAsBearerIfAskedTo() {
		builder().authorizationScheme(AuthorizationScheme.BEARER).build().send(RECIPIENT, "Hello");
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage", "Bearer " + TOKEN, "{\"to\":\"+15557654321\",\"message\":\"Hello\"}"));
	}

	@Test
	void keepsThePathOfTheBaseUrl() {
		ImessageTemplate behindGateway = builder().baseUrl(this.server.baseUrl() + "/gateway/").build();
		behindGateway.send(RECIPIENT, "Hello");
		assertThat(this.server.take().methodAndPath()).isEqualTo("POST /gateway/send/imessage");
		this.server.reply(Reply.data("{\"available\":true}"));
		behindGateway.availability(RECIPIENT);
		assertThat(this.server.take().methodAndPath())
			.isEqualTo("GET /gateway/conversations/availability/imessage/%2B15557654321");
	}

	@Test
	void showsTypingWithoutALine() {
		this.server.reply(Reply.data(STATUS));
		this.imessage.typing(TypingAction.START, RECIPIENT);
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage/typing", "{\"to\":\"+15557654321\",\"action\":\"start\"}"));
	}

	@Test
	void hidesTypingFromALine() {
		this.server.reply(Reply.data(STATUS));
		this.imessage.typing(TypingAction.STOP, RECIPIENT, LINE);
		assertThat(this.server.take().text()).isEqualTo(post("/send/imessage/typing",
				"{\"to\":\"+15557654321\",\"from\":\"+15551112222\",\"action\":\"stop\"}"));
	}

	@Test
	void reactsToATextByItsText() {
		this.server.reply(Reply.data(STATUS));
		this.imessage.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessage(RECIPIENT, LINE, "Hello"));
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage/reactions", "{\"to\":\"+15557654321\",\"from\":\"+15551112222\","
					+ "\"action\":\"add\",\"tapback\":\"love\",\"message\":\"Hello\"}"));
	}

	@Test
	void reactsToAMessageByItsIdWithWhatItFetches() {
		this.server.reply(
				Reply.data(
						"{\"id\":\"imsg_1\",\"to\":\"+15557654321\",\"from\":\"+15551112222\",\"message\":\"Grüße\"}"),
				Reply.data(STATUS));
		this.imessage.react(ReactionAction.REMOVE, Reaction.of(Tapback.of("thumbsup")).toMessageId("imsg_1"));
		assertThat(this.server.take().text()).isEqualTo(get("/conversations/history/message/imsg_1"));
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage/reactions", "{\"to\":\"+15557654321\",\"from\":\"+15551112222\","
					+ "\"action\":\"remove\",\"tapback\":\"like\",\"message\":\"Grüße\"}"));
	}

	@Test
	void marksAConversationAsRead() {
		this.server.reply(Reply.data(STATUS));
		this.imessage.read(RECIPIENT, LINE);
		assertThat(this.server.take().text())
			.isEqualTo(post("/send/imessage/read", "{\"to\":\"+15557654321\",\"from\":\"+15551112222\"}"));
	}

	@Test
	void getsAMessage() {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\"}"));
		this.imessage.get("imsg_1");
		assertThat(this.server.take().text()).isEqualTo(get("/conversations/history/message/imsg_1"));
	}

	@Test
	void getsAMessageWithTracking() {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\"}"));
		this.imessage.get("imsg_1", true);
		assertThat(this.server.take().text()).isEqualTo(get("/conversations/history/message/imsg_1?tracking=true"));
	}

	@Test
	void encodesAnyCharacterOfAMessageId() {
		this.server.reply(Reply.data("{\"id\":\"imsg_1\"}"));
		this.imessage.get("a/b?c=d&{e}+ü");
		assertThat(this.server.take().methodAndPath())
			.isEqualTo("GET /conversations/history/message/a%2Fb%3Fc%3Dd%26%7Be%7D%2B%C3%BC");
	}

	@Test
	void readsAConversation() {
		this.server.reply(Reply.data("{\"conversation\":[]}"));
		this.imessage.history(RECIPIENT, LINE);
		assertThat(this.server.take().text())
			.isEqualTo(get("/conversations/history/imessage/%2B15557654321/%2B15551112222/20"));
	}

	@Test
	void readsAConversationWithLimitAndTracking() {
		this.server.reply(Reply.data("{\"conversation\":[]}"));
		this.imessage.history(HistoryRequest.between(RECIPIENT, LINE).limit(200).tracking(true).build());
		assertThat(this.server.take().text())
			.isEqualTo(get("/conversations/history/imessage/%2B15557654321/%2B15551112222/200?tracking=true"));
	}

	@Test
	void readsTheConversationWithAnEmailAddress() {
		this.server.reply(Reply.data("{\"conversation\":[]}"));
		this.imessage.history("some+one@example.com", LINE);
		assertThat(this.server.take().methodAndPath())
			.isEqualTo("GET /conversations/history/imessage/some%2Bone%40example.com/%2B15551112222/20");
	}

	@Test
	void asksForAvailability() {
		this.server.reply(Reply.data("{\"available\":true}"));
		this.imessage.availability(RECIPIENT);
		assertThat(this.server.take().text()).isEqualTo(get("/conversations/availability/imessage/%2B15557654321"));
	}

	@Test
	void writesTheRightAddressesOnAConnectionThatIsUsedAgain() {
		this.server.otherwise(Reply.data("{\"available\":true,\"id\":\"imsg_1\"}"));
		ImessageTemplate oneConnection = builder()
			.transport(ClientHttpConnectorBuilder.reactor(), HttpClientSettings.defaults())
			.connectionPool(new ConnectionPool(1, null, null))
			.build();
		oneConnection.availability(RECIPIENT);
		oneConnection.get("imsg_1");
		oneConnection.availability(LINE);
		assertThat(this.server.requests()).extracting((request) -> request.methodAndPath())
			.containsExactly("GET /conversations/availability/imessage/%2B15557654321",
					"GET /conversations/history/message/imsg_1",
					"GET /conversations/availability/imessage/%2B15551112222");
		assertThat(this.server.connections()).isEqualTo(1);
	}

}
