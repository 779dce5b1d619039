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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ContiguitySandbox}: faults, and recipients whose messages always have
 * the same result.
 */
class ContiguitySandboxFaultTests {

	private static final String TO = "+12025550123";

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final ContiguitySandbox sandbox = ContiguitySandbox.builder().rateLimit(false).start();

	private final SandboxCaller caller = new SandboxCaller(sandbox);

	@BeforeEach
	void clear() {
		sandbox.clear();
	}

	@AfterAll
	static void close() {
		sandbox.close();
	}

	@Test
	void recipientWithoutImessage() throws Exception {
		String to = "+15005550001";
		assertThat(this.caller.get("/conversations/availability/imessage/" + to).data().get("available").asBoolean())
			.isFalse();
		assertThat(this.caller.send(message(to, "")).error(400)).startsWith("'to' has no iMessage");
		assertThat(this.caller.send(message(to, ",\"fallback\":{\"when\":[\"imessage_fails\"]}")).error(400))
			.startsWith("'to' has no iMessage");
		assertThat(sandbox.messages()).isEmpty();
		String id = this.caller.send(message(to, ",\"fallback\":{\"when\":[\"imessage_unsupported\"]}"))
			.data()
			.get("message_id")
			.asString();
		assertThat(sandbox.messages()).singleElement().extracting(SandboxMessage::delivery).isEqualTo(Delivery.SMS);
		JsonNode message = this.caller.get("/conversations/history/message/" + id + "?tracking=true").data();
		assertThat(message.get("status").asString()).isEqualTo("delivered");
		assertThat(message.at("/tracking/1/event").asString()).isEqualTo("text.delivery.confirmed");
	}

	@Test
	void recipientWhoseDeliveryFails() throws Exception {
		String to = "+15005550002";
		String id = this.caller.send(message(to, ",\"fallback\":{\"when\":[\"imessage_unsupported\"]}"))
			.data()
			.get("message_id")
			.asString();
		JsonNode message = this.caller.get("/conversations/history/message/" + id + "?tracking=true").data();
		assertThat(message.get("status").asString()).isEqualTo("failed");
		assertThat(message.at("/tracking/1/event").asString()).isEqualTo("imessage.delivery.failed");
		JsonNode row = this.caller.get("/conversations/history/imessage/" + to + "/+15550001001")
			.data()
			.at("/conversation/0");
		assertThat(row.get("delivery").toString())
			.isEqualTo("{\"status\":\"failed\",\"delayed\":false,\"timestamp\":0}");
		this.caller.send(message(to, ",\"fallback\":{\"when\":[\"imessage_fails\"]}")).data();
		assertThat(sandbox.messages()).extracting(SandboxMessage::delivery)
			.containsExactly(Delivery.FAILED, Delivery.SMS);
	}

	@Test
	void recipientWhoIsSentTooMuch() throws Exception {
		SandboxCaller.Answer answer = this.caller.send(message("+15005550003", ""));
		answer.error(429);
		assertThat(answer.response().headers().firstValue("Retry-After")).contains("1");
		assertThat(sandbox.messages()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "+15005550004,1", "+15005550005,0" })
	void recipientsWhoseConnectionDrops(String to, int accepted) {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> send(message(to, ""), Duration.ofSeconds(20)))
			.isNotInstanceOf(HttpTimeoutException.class);
		assertThat(sandbox.messages()).hasSize(accepted);
	}

	@Test
	void recipientWhoBreaksTheServer() throws Exception {
		this.caller.send(message("+15005550006", "")).error(500);
		assertThat(sandbox.messages()).isEmpty();
	}

	@Test
	void recipientWhoIsNotAnswered() {
		assertThatExceptionOfType(HttpTimeoutException.class)
			.isThrownBy(() -> send(message("+15005550007", ""), Duration.ofSeconds(2)));
		assertThat(sandbox.messages()).hasSize(1);
	}

	@Test
	void recipientWithTermsToAgreeTo() throws Exception {
		SandboxCaller.Answer answer = this.caller.send(message("+15005550008", ""));
		answer.error(403);
		assertThat(answer.json().at("/data/agreement_url").asString()).startsWith("https://");
		assertThat(sandbox.messages()).isEmpty();
	}

	@Test
	void recipientBehindBrokenGateway() throws Exception {
		HttpResponse<String> response = send(message("+15005550009", ""), Duration.ofSeconds(20));
		assertThat(response.statusCode()).isEqualTo(502);
		assertThat(response.headers().firstValue("Content-Type")).contains("text/html");
		assertThat(response.body()).startsWith("<html>");
		assertThat(sandbox.messages()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "+15005550003", "+15005550004", "+15005550005", "+15005550006", "+15005550007",
			"+15005550008", "+15005550009" })
	void messageIsCheckedBeforeRecipientActs(String to) throws Exception {
		assertThat(this.caller.send("{\"to\":\"" + to + "\"}").error(400)).startsWith("'message' is required");
	}

	@Test
	void scriptedFaultsComeInOrder() throws Exception {
		sandbox.next(Fault.status(500), Fault.none(), Fault.status(503, Duration.ofMillis(1500)))
			.next(Fault.html(504), Fault.agreementRequired());
		this.caller.send(message(TO, "")).error(500);
		this.caller.send(message(TO, "")).data();
		SandboxCaller.Answer third = this.caller.get("/numbers/leased");
		third.error(503);
		assertThat(third.response().headers().firstValue("Retry-After")).contains("2");
		assertThat(send(message(TO, ""), Duration.ofSeconds(20)).statusCode()).isEqualTo(504);
		this.caller.send(message(TO, "")).error(403);
		this.caller.send(message(TO, "")).data();
		assertThat(sandbox.messages()).hasSize(2);
	}

	@Test
	void faultsForSendsWaitForSends() throws Exception {
		sandbox.nextSend(Fault.status(503)).next(Fault.status(502));
		this.caller.get("/numbers/leased").error(502);
		this.caller.get("/numbers/leased").data();
		this.caller.send(message("+12025550123", "")).error(503);
		this.caller.send(message("+12025550123", "")).data();
		sandbox.nextSend(Fault.status(503)).clear();
		this.caller.send(message("+12025550123", "")).data();
	}

	@Test
	void smsThatFails() throws Exception {
		sandbox.failSmsTo("+15005550001");
		String id = this.caller.send(message("+15005550001", ",\"fallback\":{\"when\":[\"imessage_unsupported\"]}"))
			.data()
			.get("message_id")
			.asString();
		assertThat(sandbox.messages()).singleElement()
			.extracting(SandboxMessage::delivery)
			.isEqualTo(Delivery.SMS_FAILED);
		JsonNode message = this.caller.get("/conversations/history/message/" + id + "?tracking=true").data();
		assertThat(message.get("status").asString()).isEqualTo("failed");
		assertThat(message.at("/tracking/1/event").asString()).isEqualTo("text.delivery.failed");
	}

	@Test
	void fallbackFromLineWithoutSmsIsRefused() throws Exception {
		sandbox.lease(SandboxLines.line("+15550001001"),
				new Line("+15550001002", "", "active", null, Set.of("imessage")));
		assertThat(this.caller
			.send(message("+15005550001",
					",\"fallback\":{\"when\":[\"imessage_unsupported\"],\"from\":\"+15550001002\"}"))
			.error(400)).isEqualTo("'fallback.from' is not a leased line that sends SMS or RCS");
	}

	@Test
	void fallbackFromLineWithRcsGoesOut() throws Exception {
		sandbox.lease(SandboxLines.line("+15550001001"), new Line("+15550001002", "", "active", null, Set.of("rcs")));
		this.caller
			.send(message("+15005550001",
					",\"fallback\":{\"when\":[\"imessage_unsupported\"],\"from\":\"+15550001002\"}"))
			.data();
		assertThat(sandbox.messages()).singleElement().extracting(SandboxMessage::delivery).isEqualTo(Delivery.SMS);
	}

	@Test
	void connectionsDropBeforeOrAfterAccepting() throws Exception {
		sandbox.next(Fault.dropBeforeAccepting(), Fault.dropAfterAccepting());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.caller.send(message(TO, "")));
		assertThat(sandbox.messages()).isEmpty();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.caller.send(message(TO, "")));
		assertThat(sandbox.messages()).hasSize(1);
		this.caller.send(message(TO, "")).data();
	}

	@Test
	void answerIsCutShort() throws Exception {
		sandbox.next(Fault.cutShort());
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.caller.send(message(TO, "")));
		assertThat(sandbox.messages()).hasSize(1);
		this.caller.send(message(TO, "")).data();
	}

	@Test
	void answerIsLate() throws Exception {
		sandbox.next(Fault.late(Duration.ofMillis(200)));
		long start = System.nanoTime();
		this.caller.send(message(TO, "")).data();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(200),
				Duration.ofSeconds(20));
	}

	@Test
	void invalidRequestIsRefusedInSpiteOfFaultThatAccepts() throws Exception {
		sandbox.next(Fault.dropAfterAccepting());
		assertThat(this.caller.send("{}").error(400)).isEqualTo("'to' is required");
	}

	@Test
	void requestsThatAreNotForTheApiUseUpNoFault() throws Exception {
		sandbox.next(Fault.status(500));
		this.caller.get("/unknown").error(404);
		this.caller.call(this.caller.request("/numbers/leased").setHeader("Authorization", "Token x")).error(401);
		this.caller.get("/numbers/leased").error(500);
	}

	@Test
	void clearForgetsFaults() throws Exception {
		sandbox.next(Fault.status(500)).failing(1, 7);
		sandbox.clear();
		this.caller.send(message(TO, "")).data();
	}

	@Test
	void randomFaultsAreTheSameForTheSameSeed() {
		sandbox.failing(0.3, 42);
		List<String> first = outcomes(60);
		sandbox.clear();
		sandbox.failing(0.3, 42);
		assertThat(outcomes(60)).isEqualTo(first);
		assertThat(first).contains("200", "500", "503", "dropped");
		assertThat(Collections.frequency(first, "200")).isBetween(30, 55);
		sandbox.failing(0.3, 43);
		assertThat(outcomes(60)).isNotEqualTo(first);
		sandbox.failing(0, 42);
		assertThat(outcomes(20)).containsOnly("200");
	}

	@Test
	void impossibleFaultsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> sandbox.failing(1.1, 0))
			.withMessageContaining("probability");
		assertThatIllegalArgumentException().isThrownBy(() -> sandbox.failing(-0.1, 0))
			.withMessageContaining("probability");
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.status(200)).withMessageContaining("status");
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.html(600)).withMessageContaining("status");
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.late(Duration.ofMillis(-1)))
			.withMessage("'delay' must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> Fault.status(429, Duration.ofSeconds(-1)))
			.withMessageContaining("retryAfter");
		assertThat(Fault.status(429, Duration.ofSeconds(1))).hasToString("Fault[status 429 with Retry-After]");
	}

	private List<String> outcomes(int count) {
		List<String> outcomes = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			try {
				outcomes.add(String.valueOf(send(message(TO, ""), Duration.ofSeconds(20)).statusCode()));
			}
			catch (IOException ex) {
				outcomes.add("dropped");
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		return outcomes;
	}

	private HttpResponse<String> send(String json, Duration timeout) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.baseUrl() + "/send/imessage"))
			.timeout(timeout)
			.header("Authorization", "Token " + sandbox.token())
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build();
		return CLIENT.send(request, BodyHandlers.ofString());
	}

	private static String message(String to, String more) {
		return "{\"to\":\"" + to + "\",\"from\":\"+15550001001\",\"message\":\"Hello\"" + more + "}";
	}

}
