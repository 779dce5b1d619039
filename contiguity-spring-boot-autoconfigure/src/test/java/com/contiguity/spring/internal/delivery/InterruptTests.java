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

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ConnectionPool;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for threads that are interrupted while they wait for a send, and for calls that
 * wait for a connection, on real sockets.
 */
class InterruptTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final HttpClientSettings SETTINGS = HttpClientSettings.defaults().withTimeouts(LONG, LONG);

	private static final SendRequest REQUEST = SendRequest.to("+15557654321")
		.from("+15551234567")
		.message("Hello")
		.build();

	private final List<Object> events = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@EnumSource
	void interruptAfterRequestLeftIsUnknown(Connector connector) throws Exception {
		AtomicBoolean received = new AtomicBoolean();
		try (FaultServer server = FaultServer.start((exchange) -> {
			exchange.read();
			received.set(true);
			exchange.keepSilent();
		})) {
			ImessageTemplate imessage = template(connector, server).linePacer(null).build();
			Interrupted call = new Interrupted(() -> endOf(imessage));
			Awaitility.waitAtMost(LONG).untilTrue(received);
			Object end = call.interrupt();
			assertThat(end).isInstanceOf(SendOutcomeUnknownException.class);
			assertThat(call.keptInterrupt()).isTrue();
			assertThat(this.events).singleElement().isInstanceOf(ImessageOutcomeUnknownEvent.class);
			assertThat(server.posts()).isEqualTo(1);
		}
	}

	@Test
	void interruptBeforeRequestLeftIsNotSent() throws Exception {
		try (FaultServer server = FaultServer.start(Fault.OK.script())) {
			CompletableFuture<Void> waiting = new CompletableFuture<>();
			ImessageTemplate imessage = template(Connector.REACTOR, server)
				.linePacer((line, maxWait) -> Mono.fromRunnable(() -> waiting.complete(null)).then(Mono.never()))
				.build();
			Interrupted call = new Interrupted(() -> endOf(imessage));
			waiting.get(LONG.toSeconds(), TimeUnit.SECONDS);
			Object end = call.interrupt();
			assertThat(end).isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT));
			assertThat(call.keptInterrupt()).isTrue();
			assertThat(this.events).singleElement().isInstanceOf(ImessageNotSentEvent.class);
			assertThat(server.posts()).isZero();
		}
	}

	@Test
	void interruptOfBulkLeavesNoRequestWithoutResult() throws Exception {
		try (FaultServer server = FaultServer.start((exchange) -> {
			boolean first = exchange.read().body().contains("Message 0");
			((first) ? Fault.OK : Fault.NO_ANSWER).script().play(exchange);
		})) {
			List<Object> events = new CopyOnWriteArrayList<>();
			ImessageTemplate imessage = template(Connector.REACTOR, server).linePacer(null)
				.eventPublisher(events::add)
				.build();
			List<SendRequest> requests = IntStream.range(0, 20)
				.mapToObj((number) -> REQUEST.mutate().message("Message " + number).build())
				.toList();
			List<SendResult> results = new ArrayList<>();
			Interrupted call = new Interrupted(() -> results.addAll(imessage.sendAll(requests)));
			Awaitility.waitAtMost(LONG).until(() -> server.posts() == 2);
			call.interrupt();
			assertThat(call.keptInterrupt()).isTrue();
			assertThat(results).extracting(SendResult::request).containsExactlyElementsOf(requests);
			assertThat(results.get(0)).isInstanceOf(SendResult.Accepted.class);
			assertThat(results.get(1)).extracting(InterruptTests::outcome).isEqualTo(Outcome.UNKNOWN);
			assertThat(results.subList(2, 20)).extracting(InterruptTests::outcome).containsOnly(Outcome.NOT_SENT);
			assertThat(results.subList(2, 20)).extracting((result) -> ((SendResult.Failed) result).exception())
				.allSatisfy((failure) -> assertThat(failure)
					.hasMessageContaining("interrupted before the message was sent"));
			assertThat(events)
				.hasOnlyElementsOfTypes(ImessageSentEvent.class, ImessageNotSentEvent.class,
						ImessageOutcomeUnknownEvent.class)
				.extracting((event) -> ((ImessageSendEvent) event).request().message())
				.containsExactlyInAnyOrderElementsOf(requests.stream().map(SendRequest::message).toList());
			assertThat(server.posts()).isEqualTo(2);
		}
	}

	@Test
	void waitForConnectionEndsAtDeadlineAsNotSent() {
		ConnectionProvider single = ConnectionProvider.create("single", 1);
		ClientHttpConnectorBuilder<?> transport = ClientHttpConnectorBuilder.reactor()
			.withHttpClientFactory(() -> HttpClient.create(single));
		try (FaultServer server = FaultServer.start(Fault.NO_ANSWER.script())) {
			ImessageTemplate patient = template(transport, server).linePacer(null).build();
			ImessageTemplate hasty = template(transport, server).linePacer(null)
				.timeout(Duration.ofMillis(300))
				.build();
			CompletableFuture<?> first = patient.sendAsync(REQUEST);
			Awaitility.waitAtMost(LONG).until(() -> server.posts() == 1);
			assertThat(endOf(hasty)).isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT));
			assertThat(server.posts()).isEqualTo(1);
			first.cancel(true);
		}
		finally {
			single.disposeLater().block(LONG);
		}
	}

	@Test
	void waitForConnectionThatIsTooLongIsNotSent() {
		try (FaultServer server = FaultServer.start(Fault.NO_ANSWER.script())) {
			ImessageTemplate imessage = ImessageTemplate.builder()
				.token("contiguity_sk_test")
				.baseUrl(server.uri().toString())
				.transport(ClientHttpConnectorBuilder.reactor(), SETTINGS)
				.connectionPool(new ConnectionPool(1, Duration.ofMillis(100), null))
				.build();
			CompletableFuture<?> first = imessage.sendAsync(REQUEST);
			Awaitility.waitAtMost(LONG).until(() -> server.posts() == 1);
			assertThat(endOf(imessage)).isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT));
			assertThat(server.posts()).isEqualTo(1);
			first.cancel(true);
		}
	}

	private ImessageTemplateBuilder template(Connector connector, FaultServer server) {
		return template(connector.builder(), server);
	}

	private ImessageTemplateBuilder template(ClientHttpConnectorBuilder<?> transport, FaultServer server) {
		return ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.baseUrl(server.uri().toString())
			.transport(transport, SETTINGS)
			.timeout(LONG)
			.eventPublisher(this.events::add);
	}

	private static Object endOf(ImessageTemplate imessage) {
		try {
			return imessage.send(REQUEST);
		}
		catch (ContiguityException ex) {
			return ex;
		}
	}

	private static Outcome outcome(SendResult result) {
		return (result instanceof SendResult.Failed failed) ? failed.exception().outcome() : Outcome.ACCEPTED;
	}

	/**
	 * A call on a separate thread.
	 */
	private static final class Interrupted {

		private final CompletableFuture<Object> end = new CompletableFuture<>();

		private final Thread thread;

		private volatile boolean keptInterrupt;

		Interrupted(Supplier<Object> call) {
			this.thread = new Thread(() -> {
				try {
					Object result = call.get();
					this.keptInterrupt = Thread.currentThread().isInterrupted();
					this.end.complete(result);
				}
				catch (RuntimeException ex) {
					this.end.completeExceptionally(ex);
				}
			}, "interrupted");
			this.thread.setDaemon(true);
			this.thread.start();
		}

		Object interrupt() throws Exception {
			this.thread.interrupt();
			return this.end.get(LONG.toSeconds(), TimeUnit.SECONDS);
		}

		boolean keptInterrupt() {
			return this.keptInterrupt;
		}

	}

}
