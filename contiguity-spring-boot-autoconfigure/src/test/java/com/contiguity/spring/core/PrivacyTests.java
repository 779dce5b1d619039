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

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.CallStatistics;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.ObservationRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests that no number, text, URL of an attachment or token is visible, even if all
 * loggers are enabled.
 */
class PrivacyTests {

	private static final String ALL = "%s %s (%s) %s %s".formatted(Canaries.RECIPIENT, Canaries.LINE.substring(1),
			Canaries.TEXT, Canaries.ATTACHMENT, Canaries.TOKEN);

	private static final Reply SUCCESS = Reply.data("""
			{"message_id":"imsg_1","id":"imsg_1","status":"sent to %1$s","message":"%2$s","to":"%1$s","from":"%3$s",
			"available":true,"attachments":["%4$s"],"conversation":[{"to":"%1$s","from":"%3$s","message":"%2$s",
			"delivery":{"status":"delivered to %1$s"},"attachments":["%4$s"]}],
			"reactions":[{"reaction":"love","on":"%2$s","from":"%1$s","action":"added by %1$s"}]}"""
		.formatted(Canaries.RECIPIENT, Canaries.TEXT, Canaries.LINE, Canaries.ATTACHMENT));

	// the API cannot repeat a text that it did not receive
	private static final Set<String> TAKE_NO_TEXT = Set.of("get", "reactById", "history", "read", "typing",
			"showTyping", "availability");

	private final List<Object> seen = new CopyOnWriteArrayList<>();

	private RecordingServer server;

	private LogRecorder log;

	@BeforeEach
	void startServer() {
		this.log = new LogRecorder();
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
		this.log.close();
	}

	private ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.retryPolicy(new NeverRetryPolicy())
			.eventPublisher(this.seen::add);
	}

	private static Map<String, Function<ImessageTemplate, Object>> operations() {
		SendRequest request = SendRequest.to(Canaries.RECIPIENT)
			.from(Canaries.LINE)
			.message(Canaries.TEXT)
			.attachment(Canaries.ATTACHMENT)
			.fallback(Fallback.always().from(Canaries.LINE))
			.build();
		IncomingImessage received = new IncomingImessage("evt_1", Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT,
				Instant.EPOCH, Collections.emptyList());
		Reaction toText = Reaction.of(Tapback.LOVE).toMessage(Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT);
		Map<String, Function<ImessageTemplate, Object>> operations = new LinkedHashMap<>();
		operations.put("send", (imessage) -> imessage.send(request));
		operations.put("sendAsync",
				(imessage) -> Mono.fromFuture(imessage.sendAsync(request)).block(Duration.ofMinutes(1)));
		operations.put("sendAll", (imessage) -> imessage.sendAll(List.of(request, request)));
		operations.put("reply", (imessage) -> imessage.reply(received, Canaries.TEXT));
		operations.put("get", (imessage) -> imessage.get("imsg_1", true));
		operations.put("history", (imessage) -> imessage
			.history(HistoryRequest.between(Canaries.RECIPIENT, Canaries.LINE).tracking(true).build()));
		operations.put("react", (imessage) -> imessage.react(ReactionAction.ADD, toText));
		operations.put("reactById",
				(imessage) -> imessage.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId("imsg_1")));
		operations.put("read", (imessage) -> imessage.read(Canaries.RECIPIENT, Canaries.LINE));
		operations.put("typing", (imessage) -> imessage.typing(TypingAction.START, Canaries.RECIPIENT, Canaries.LINE));
		operations.put("showTyping", (imessage) -> {
			try (TypingIndicator typing = imessage.showTyping(Canaries.RECIPIENT, Canaries.LINE)) {
				return typing;
			}
		});
		operations.put("availability", (imessage) -> imessage.availability(Canaries.RECIPIENT));
		return operations;
	}

	private void callAll(ImessageTemplate imessage, boolean succeeds) {
		call(imessage, succeeds, operations());
	}

	private void call(ImessageTemplate imessage, boolean succeeds,
			Map<String, Function<ImessageTemplate, Object>> operations) {
		operations.forEach((name, operation) -> {
			boolean succeeded;
			try {
				Object result = operation.apply(imessage);
				this.seen.add(name + ": " + result);
				succeeded = !(result instanceof List<?> results
						&& results.stream().anyMatch(SendResult.Failed.class::isInstance));
				if (result instanceof List<?> results) {
					results.stream()
						.filter(SendResult.Failed.class::isInstance)
						.forEach((failed) -> this.seen.add(((SendResult.Failed) failed).exception()));
				}
			}
			catch (RuntimeException ex) {
				succeeded = false;
				this.seen.add(ex);
			}
			assertThat(succeeded).as(name).isEqualTo(succeeds);
		});
	}

	private void assertThatNothingPrivateWasSeen() {
		assertThat(this.log.lines()).isNotEmpty();
		assertThat(leaks(this.log.lines())).as("what was logged").isEmpty();
		assertThat(this.seen).isNotEmpty();
		assertThat(leaks(this.seen.stream().map(PrivacyTests::show).toList())).as("what the application sees")
			.isEmpty();
	}

	private static String show(Object object) {
		return (object instanceof Throwable failure) ? LogRecorder.print(failure) : object.toString();
	}

	private static List<String> leaks(List<String> texts) {
		return texts.stream()
			.filter((text) -> Stream.of(Canaries.traces())
				.anyMatch((trace) -> text.toLowerCase(Locale.ROOT).contains(trace)))
			.toList();
	}

	@Test
	void nothingIsSeenOfWhatSucceeds() {
		this.server.otherwise(SUCCESS);
		callAll(builder().build(), true);
		assertThatNothingPrivateWasSeen();
		assertThat(this.server.requests()).extracting((request) -> request.methodAndPath())
			.contains("GET /conversations/availability/imessage/%2B15550198273",
					"GET /conversations/history/imessage/%2B15550198273/%2B15550164738/20?tracking=true");
		assertThat(this.server.requests())
			.allSatisfy((request) -> assertThat(request.header("Authorization")).isEqualTo("Token " + Canaries.TOKEN));
		assertThat(this.server.requests().get(0).bodyText()).contains(Canaries.RECIPIENT, Canaries.TEXT,
				Canaries.ATTACHMENT);
		assertThat(this.log.lines()).as("the transport's own loggers are listened to")
			.anyMatch((line) -> line.startsWith("reactor.netty"))
			.anyMatch((line) -> line.startsWith("org.springframework.web.reactive.function.client.ExchangeFunctions"));
	}

	@Test
	void nothingIsSeenOfWhatTheApiRefuses() {
		Map<String, Function<ImessageTemplate, Object>> withText = operations();
		Map<String, Function<ImessageTemplate, Object>> withoutText = operations();
		withText.keySet().removeAll(TAKE_NO_TEXT);
		withoutText.keySet().retainAll(TAKE_NO_TEXT);
		this.server.otherwise(Reply.error(400, "Cannot do " + ALL));
		call(builder().build(), false, withText);
		this.server.otherwise(Reply.error(400, "Cannot do " + ALL.replace(Canaries.TEXT, "")));
		call(builder().build(), false, withoutText);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfATokenThatIsNotAccepted() {
		this.server.otherwise(Reply.error(401, "Unknown token " + Canaries.TOKEN));
		callAll(builder().build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfATokenOfAnotherKindThatIsNotAccepted() {
		this.server.otherwise(Reply.error(401, "Unknown token canary0token"));
		callAll(builder().token("canary0token").build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfAnErrorThatRepeatsThingsInOtherWords() {
		this.server.otherwise(Reply.error(400, "Rejected: 'CANARYTEXT sings at d...' at "
				+ "HTTPS://FILES.EXAMPLE.COM/CANARYATTACHMENT.PNG for +1/555/019/8273 from 1 (555) 016-4738"));
		Map<String, Function<ImessageTemplate, Object>> withText = operations();
		withText.keySet().removeAll(TAKE_NO_TEXT);
		call(builder().build(), false, withText);
		assertThatNothingPrivateWasSeen();
		assertThat(this.seen).map(PrivacyTests::show)
			.noneMatch((shown) -> shown.contains("8273") && !shown.contains("•8273"))
			.noneMatch((shown) -> shown.contains("sings"));
	}

	@ParameterizedTest
	@MethodSource("transports")
	void nothingIsSeenOfATokenThatNoHeaderCanHave(ClientHttpConnectorBuilder<?> transport) {
		callAll(builder(transport).token(() -> Canaries.TOKEN + "\u0001").build(), false);
		callAll(builder(transport).token(() -> {
			throw new IllegalStateException("no rights for " + Canaries.TOKEN);
		}).build(), false);
		assertThat(this.seen).filteredOn(ContiguityException.class::isInstance)
			.isNotEmpty()
			.allSatisfy((failure) -> assertThat(((ContiguityException) failure).outcome()).isEqualTo(Outcome.NOT_SENT));
		assertThat(this.server.requests()).isEmpty();
		assertThatNothingPrivateWasSeen();
	}

	@ParameterizedTest
	@MethodSource("transports")
	void nothingIsSeenOfAnAnswerThatIsNotHttp(ClientHttpConnectorBuilder<?> transport) {
		this.server.otherwise((socket) -> {
			socket.getOutputStream().write(("GARBAGE " + ALL + "\r\n" + ALL + ": " + ALL + "\r\n\r\n").getBytes());
			return false;
		});
		callAll(builder(transport).build(), false);
		assertThat(this.seen).isNotEmpty();
		assertThat(leaks(this.seen.stream().map(PrivacyTests::show).toList())).isEmpty();
	}

	static Stream<ClientHttpConnectorBuilder<?>> transports() {
		return Stream.of(ClientHttpConnectorBuilder.reactor(), ClientHttpConnectorBuilder.jdk(),
				ClientHttpConnectorBuilder.jetty(), ClientHttpConnectorBuilder.httpComponents());
	}

	private ImessageTemplateBuilder builder(ClientHttpConnectorBuilder<?> transport) {
		return builder().transport(transport, HttpClientSettings.defaults().withReadTimeout(Duration.ofSeconds(20)));
	}

	@Test
	void nothingIsSeenOfALineSelectorThatFails() {
		Map<String, Function<ImessageTemplate, Object>> withoutLine = new LinkedHashMap<>();
		withoutLine.put("send", (imessage) -> imessage.send(Canaries.RECIPIENT, Canaries.TEXT));
		withoutLine.put("typing", (imessage) -> imessage.typing(TypingAction.START, Canaries.RECIPIENT));
		call(builder().lineSelector((selection) -> {
			throw new IllegalStateException("no line for %s of %s in %s".formatted(selection.recipient(),
					selection.request(), selection.lines()));
		}).build(), false, withoutLine);
		assertThat(this.server.requests()).isEmpty();
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfALinePacerThatFails() {
		Map<String, Function<ImessageTemplate, Object>> sends = operations();
		sends.keySet().retainAll(Set.of("send", "sendAsync", "sendAll", "reply"));
		call(builder().linePacer(new LinePacer() {

			@Override
			public Mono<Permit> acquire(String line, Duration maxWait) {
				return Mono.error(new IllegalStateException("no permit for " + line));
			}

			@Override
			public Load load(String line) {
				return new Load(0, 0);
			}

		}).build(), false, sends);
		assertThat(this.server.requests()).isEmpty();
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfAnErrorOfTheServer() {
		this.server.otherwise(Reply.html(500, "<html>" + ALL + "</html>"));
		callAll(builder().build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenOfAnAnswerThatCannotBeUsed() {
		this.server.otherwise(Reply.json(200, "{\"data\": \"" + ALL + "\""));
		callAll(builder().build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@ParameterizedTest
	@ValueSource(strings = { "%s", "\"%s\"", "\"+%s\"" })
	void nothingIsSeenOfANumberThatIsGivenForAnId(String form) {
		String id = form.formatted(Canaries.RECIPIENT.substring(1));
		String envelope = "{\"id\":" + id + ",\"api_version\":" + id + ",\"data\":%s}";
		this.server.otherwise(Reply.json(200, envelope.formatted(
				"{\"message_id\":%1$s,\"id\":%1$s,\"to\":\"+15550198273\",\"from\":\"+15550164738\",\"message\":\"Hello\","
					.formatted(id) + "\"status\":\"sent\"}")));
		ObservationRecorder observations = new ObservationRecorder();
		ReactiveImessageTemplate reactive = builder().observationRegistry(observations.registry())
			.webClientBuilder(WebClient.builder().observationRegistry(observations.registry()))
			.buildReactive();
		ImessageTemplate imessage = new ImessageTemplate(reactive);
		SendReceipt receipt = imessage.send(Canaries.RECIPIENT, Canaries.TEXT);
		assertThat(receipt.messageId()).isEqualTo(id.replace("\"", ""));
		this.server.take();
		ImessageMessage message = imessage.get(receipt.messageId());
		assertThat(message.id()).isEqualTo(receipt.messageId());
		assertThat(this.server.take().methodAndPath())
			.isEqualTo("GET /conversations/history/message/" + receipt.messageId().replace("+", "%2B"));
		Reaction reaction = Reaction.of(Tapback.LOVE).toMessageId(receipt.messageId());
		this.seen.addAll(List.of(receipt, message, reaction, imessage.react(ReactionAction.ADD, reaction)));
		this.server.otherwise(Reply.json(500, envelope.formatted("{\"error\":\"Oops\",\"status\":500}")));
		for (Runnable call : List.<Runnable>of(() -> imessage.send(Canaries.RECIPIENT, Canaries.TEXT),
				() -> imessage.get(receipt.messageId()))) {
			this.seen.add(catchThrowableOfType(ContiguityException.class, call::run));
		}
		CallStatistics statistics = reactive.unwrap(Account.class).delivery().statistics();
		this.seen.addAll(List.of(statistics.failures(), statistics.unknownSends(),
				String.valueOf(statistics.status().check(Mono.just(List.of()), Duration.ofMinutes(5)).block()),
				observations.shown()));
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenIfTheConnectionIsLost() {
		this.server.otherwise(Reply.hangUp());
		callAll(builder().build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenIfNobodyListens() {
		callAll(builder().baseUrl("http://localhost:1").build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenIfThereIsNoAnswerInTime() {
		this.server.otherwise(Reply.silence());
		callAll(builder()
			.transport(ClientHttpConnectorBuilder.reactor(),
					HttpClientSettings.defaults().withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(100)))
			.build(), false);
		assertThatNothingPrivateWasSeen();
	}

	@Test
	void nothingIsSeenIfAnApplicationWantsTheDetailsOfItsOwnRequestsLogged() {
		this.server.otherwise(SUCCESS);
		callAll(builder()
			.webClientBuilder(
					WebClient.builder().codecs((codecs) -> codecs.defaultCodecs().enableLoggingRequestDetails(true)))
			.build(), true);
		assertThatNothingPrivateWasSeen();
	}

	// only Reactor Netty allows the real address to be set as late as this
	@ParameterizedTest
	@MethodSource
	void otherTransportsShowWhatTheyAreToldToTheirOwnLoggersOnly(ClientHttpConnectorBuilder<?> transport,
			String loggers) {
		this.server.otherwise(SUCCESS);
		callAll(builder(transport).build(), true);
		assertThat(leaks(this.log.lines())).allSatisfy((line) -> assertThat(line).startsWith(loggers));
		assertThat(leaks(this.seen.stream().map(PrivacyTests::show).toList())).isEmpty();
	}

	static Stream<Arguments> otherTransportsShowWhatTheyAreToldToTheirOwnLoggersOnly() {
		return Stream.of(Arguments.of(ClientHttpConnectorBuilder.jdk(), "jdk.internal.httpclient"),
				Arguments.of(ClientHttpConnectorBuilder.jetty(), "org.eclipse.jetty"),
				Arguments.of(ClientHttpConnectorBuilder.httpComponents(), "org.apache.hc"));
	}

}
