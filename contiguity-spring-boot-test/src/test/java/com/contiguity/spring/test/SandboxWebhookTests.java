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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.line.Line;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the sandbox's webhooks and {@link WebhookSigner}.
 */
@ExtendWith(OutputCaptureExtension.class)
class SandboxWebhookTests {

	private static final String BOB = "+15551234567";

	private static final String LINE = "+15550001001";

	private static final String SECRET = "whsec_test";

	private final List<JsonNode> events = new CopyOnWriteArrayList<>();

	private final List<String> signatures = new CopyOnWriteArrayList<>();

	private final CountDownLatch arrived = new CountDownLatch(1);

	private volatile long arrivedAt;

	private volatile CountDownLatch release = new CountDownLatch(0);

	private final Set<String> ids = ConcurrentHashMap.newKeySet();

	private HttpServer application;

	private ContiguitySandbox sandbox;

	private ImessageTemplate template;

	@BeforeEach
	void start() throws IOException {
		this.application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.application.createContext("/contiguity/webhook", this::take);
		this.application.start();
		this.sandbox = ContiguitySandbox.start().webhooks(url(), SECRET);
		this.template = ImessageTemplate.builder()
			.baseUrl(this.sandbox.baseUrl())
			.token(this.sandbox::token)
			.linePacer(null)
			.build();
	}

	@AfterEach
	void stop() {
		this.release.countDown();
		this.template.stop();
		this.sandbox.close();
		this.application.stop(0);
	}

	private String url() {
		return "http://127.0.0.1:" + this.application.getAddress().getPort() + "/contiguity/webhook";
	}

	// as an application does: 401 for a wrong signature, and the same event only once
	private void take(HttpExchange exchange) throws IOException {
		try (exchange) {
			byte[] body = exchange.getRequestBody().readAllBytes();
			String header = exchange.getRequestHeaders().getFirst(WebhookSigner.HEADER);
			this.signatures.add(header);
			this.arrivedAt = System.nanoTime();
			this.arrived.countDown();
			await(this.release);
			long time = Long.parseLong(header.substring("t=".length(), header.indexOf(',')));
			boolean valid = new WebhookSigner(SECRET).sign(body, Instant.ofEpochSecond(time)).equals(header)
					&& Math.abs(time - Instant.now().getEpochSecond()) < 300;
			if (valid) {
				JsonNode event = JsonMapper.shared().readTree(body);
				if (this.ids.add(event.get("id").stringValue())) {
					this.events.add(event);
				}
			}
			exchange.sendResponseHeaders((valid) ? 204 : 401, -1);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void signatureIsThatOfContiguity() {
		// echo -n '1726502400.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
		assertThat(new WebhookSigner(SECRET).sign("{\"id\":\"evt_1\"}", Instant.ofEpochSecond(1726502400L)))
			.isEqualTo("t=1726502400,v1=c5087aed0e29b484b21541ebd268a04797e42345a76e857ddc2e6f0a28572495");
	}

	@Test
	void incomingMessageIsPostedAndTheReplyShowsInTheHistory() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Are you there?");
		assertThat(webhook.status()).isEqualTo(204);
		JsonNode event = this.events.get(0);
		assertThat(event.get("id").stringValue()).isEqualTo(webhook.id());
		assertThat(event.get("type").stringValue()).isEqualTo("imessage.incoming");
		JsonNode data = event.get("data");
		assertThat(data.get("body").stringValue()).isEqualTo("Are you there?");
		IncomingImessage received = new IncomingImessage(webhook.id(), data.get("from").stringValue(),
				data.get("to").stringValue(), data.get("body").stringValue(), Instant.now(), Collections.emptyList());
		this.template.reply(received, "Yes");
		assertThat(this.template.history(BOB, LINE).messages()).extracting(ConversationMessage::message)
			.containsExactly("Yes", "Are you there?");
		assertThat(this.template.history(BOB, LINE).messages()).extracting(ConversationMessage::from)
			.containsExactly(LINE, BOB);
		assertThat(this.sandbox.messages()).extracting(SandboxMessage::text).containsExactly("Yes");
	}

	@Test
	void repeatsTheSameEvent() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Hello");
		assertThat(webhook.repeat().status()).isEqualTo(204);
		assertThat(webhook.repeat().id()).isEqualTo(webhook.id());
		assertThat(this.events).hasSize(1);
	}

	@Test
	void tampersWithTheBodyOrTheTime() {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Hello");
		assertThat(webhook.repeatTampered().status()).isEqualTo(401);
		assertThat(webhook.repeatSignedAt(Instant.now().minusSeconds(3600)).status()).isEqualTo(401);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void fallbackIsConfirmed() {
		String id = this.template
			.send(SendRequest.to("+15005550001").from(LINE).message("Hello").fallback(Fallback.always()).build())
			.messageId();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		JsonNode event = this.events.get(0);
		assertThat(event.get("type").stringValue()).isEqualTo("text.delivery.confirmed");
		assertThat(event.get("data").get("message_id").stringValue()).isEqualTo(id);
	}

	@Test
	void failureAfterAFallbackIsReported() {
		this.sandbox.failSmsTo("+15005550001");
		String id = this.template.send(fallback().build()).messageId();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		JsonNode event = this.events.get(0);
		assertThat(event.get("type").stringValue()).isEqualTo("text.delivery.failed");
		assertThat(event.get("data").get("message_id").stringValue()).isEqualTo(id);
		assertThat(event.get("data").get("error").stringValue()).isNotEmpty();
		assertThat(event.get("data").get("from").stringValue()).isEqualTo(LINE);
	}

	@Test
	void fallbackGoesOutFromItsOwnLine() {
		this.template.send(fallback().fallback(Fallback.always().from("+15550001002")).build());
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		assertThat(this.events.get(0).get("data").get("from").stringValue()).isEqualTo("+15550001002");
	}

	@Test
	void fallbackFromALineWithoutSmsGoesOutFromAnotherOne() {
		this.sandbox.lease(new Line(LINE, "", "active", null, Set.of("imessage")),
				new Line("+15550001002", "", "active", null, Set.of("sms")));
		this.template.send(fallback().build());
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		assertThat(this.events.get(0).get("data").get("from").stringValue()).isEqualTo("+15550001002");
	}

	@Test
	void deliveryIsReportedAPauseAfterTheAnswer() {
		Duration late = Duration.ofSeconds(1);
		this.sandbox.nextSend(Fault.late(late));
		long start = System.nanoTime();
		String id = this.template.send(fallback().build()).messageId();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		assertThat(this.events.get(0).at("/data/message_id").stringValue()).isEqualTo(id);
		// it takes longer on a busy machine, but never less
		assertThat(Duration.ofNanos(this.arrivedAt - start)).isGreaterThanOrEqualTo(late.plusMillis(200));
	}

	@Test
	void deliveryIsReportedAlthoughTheConnectionDropped() {
		this.sandbox.nextSend(Fault.dropAfterAccepting());
		assertThatExceptionOfType(SendOutcomeUnknownException.class)
			.isThrownBy(() -> this.template.send(fallback().build()));
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
	}

	@Test
	void nothingIsPostedAfterClear() throws Exception {
		this.template.send(fallback().build());
		this.sandbox.clear();
		this.sandbox.webhooks(url(), SECRET);
		String id = this.template.send(fallback().build()).messageId();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.events.isEmpty());
		assertThat(this.events).extracting((event) -> event.at("/data/message_id").stringValue()).containsExactly(id);
	}

	@Test
	void clearWaitsForWhatIsBeingPosted() throws Exception {
		this.release = new CountDownLatch(1);
		this.template.send(fallback().build());
		assertThat(this.arrived.await(30, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> cleared = CompletableFuture.runAsync(this.sandbox::clear);
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> cleared.get(500, TimeUnit.MILLISECONDS));
		this.release.countDown();
		assertThat(cleared).succeedsWithin(Duration.ofSeconds(30));
		assertThat(this.events).hasSize(1);
	}

	@Test
	void whatARequestLeavesBehindThatWasOnItsWayOverClearIsForgotten() {
		SandboxWebhooks webhooks = new SandboxWebhooks(Clock.systemUTC());
		List<String> done = new CopyOnWriteArrayList<>();
		webhooks.target(url(), SECRET);
		int before = webhooks.generation();
		webhooks.clear();
		webhooks.target(url(), SECRET);
		webhooks.onceAnswered(before, "1", List.of((target) -> done.add("before")));
		webhooks.answered("1");
		webhooks.onceAnswered(webhooks.generation(), "2", List.of((target) -> done.add("after")));
		webhooks.answered("2");
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> done.contains("after"));
		assertThat(done).containsExactly("after");
		webhooks.clear();
	}

	@Test
	void rejectedWebhooksAreLogged(CapturedOutput output) {
		this.sandbox.webhooks(url(), "whsec_other").receive(BOB, LINE, "Canary");
		assertThat(output).contains(url() + " with 401. Is it signed with one of 'contiguity.webhook.secrets'?");
		this.sandbox.webhooks(url().replace("/contiguity", "/other") + "?key=canary", SECRET);
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Canary");
		assertThat(output)
			.containsOnlyOnce("/other/webhook with 404. Is 'contiguity.webhook.secrets' set, and is the path correct?");
		webhook.repeat();
		assertThat(output.getAll().split("/other/webhook with 404", -1)).hasSize(3);
		assertThat(output).doesNotContainIgnoringCase("canary").doesNotContain(BOB, LINE, "whsec_");
	}

	@Test
	void otherRefusalsAreLoggedPlainly(CapturedOutput output) {
		this.application.createContext("/busy", (exchange) -> {
			exchange.sendResponseHeaders(503, -1);
			exchange.close();
		});
		this.sandbox.webhooks(url().replace("/contiguity/webhook", "/busy"), SECRET).receive(BOB, LINE, "Hello");
		assertThat(output).containsPattern("/busy with 503\\R");
	}

	@Test
	void reportsOfDeliveryThatTheApplicationDoesNotTakeAreLogged(CapturedOutput output) {
		this.sandbox.webhooks(url(), "whsec_other");
		this.template.send(fallback().build());
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> output.getAll().contains(" with 401. Is it signed"));
		this.sandbox.webhooks("http://127.0.0.1:1/contiguity/webhook?key=canary", SECRET);
		this.template.send(fallback().build());
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.until(() -> output.getAll().contains("does not respond at http://127.0.0.1:1/contiguity/webhook"));
		assertThat(output).doesNotContain("canary", "whsec_", "+15005550001", LINE);
	}

	@Test
	void whatIsTakenOrTamperedWithIsNotLogged(CapturedOutput output) {
		SandboxWebhook webhook = this.sandbox.receive(BOB, LINE, "Hello");
		webhook.repeat();
		assertThat(webhook.repeatTampered().status()).isEqualTo(401);
		assertThat(webhook.repeatSignedAt(Instant.now().minusSeconds(3600)).status()).isEqualTo(401);
		assertThat(output).doesNotContain("answered a webhook");
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "localhost:8080/contiguity/webhook", "/contiguity/webhook", "http:///contiguity/webhook",
			"ftp://localhost/contiguity/webhook", "http://local host/contiguity/webhook" })
	void addressThatCannotBePostedToIsRefused(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.sandbox.webhooks(url, SECRET))
			.withMessageStartingWith("'url' must ");
		// the previous URL is still that of the application
		assertThat(this.sandbox.receive(BOB, LINE, "Hello").status()).isEqualTo(204);
	}

	@Test
	void incomingMessageForALineThatIsNotLeasedIsRefused() {
		this.sandbox.lease(new Line(LINE, "", "active", null, Set.of("sms")));
		assertThatIllegalArgumentException().isThrownBy(() -> this.sandbox.receive(BOB, "+15550009999", "Hello"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.sandbox.receive(BOB, LINE, "Hello"));
		this.sandbox.lease(SandboxLines.line(LINE));
		assertThatIllegalArgumentException().isThrownBy(() -> this.sandbox.receive("Bob", LINE, "Hello"));
		assertThat(this.template.history(BOB, LINE).messages()).isEmpty();
		assertThat(this.events).isEmpty();
	}

	@Test
	void webhooksAreSignedAtTheTimeOfTheClock() {
		MovableClock clock = new MovableClock();
		try (ContiguitySandbox moving = ContiguitySandbox.builder().clock(clock).start()) {
			moving.webhooks(url(), SECRET);
			SandboxWebhook webhook = moving.receive(BOB, LINE, "Hello");
			assertThat(webhook.status()).isEqualTo(401);
			assertThat(this.signatures).last(InstanceOfAssertFactories.STRING)
				.startsWith("t=" + clock.instant().getEpochSecond() + ",");
			webhook.repeatTampered();
			assertThat(this.signatures).last(InstanceOfAssertFactories.STRING)
				.startsWith("t=" + clock.instant().getEpochSecond() + ",");
		}
	}

	private static SendRequest.Builder fallback() {
		return SendRequest.to("+15005550001").from(LINE).message("Hello").fallback(Fallback.always());
	}

	@Test
	void withoutAnAddressNothingIsPosted() {
		this.sandbox.clear();
		assertThatIllegalStateException().isThrownBy(() -> this.sandbox.receive(BOB, LINE, "Hello"))
			.withMessageContaining("webhooks(url, secret)");
		assertThat(this.template.history(BOB, LINE).messages()).isEmpty();
		this.template
			.send(SendRequest.to("+15005550001").from(LINE).message("Hello").fallback(Fallback.always()).build());
		assertThat(this.events).isEmpty();
	}

}
