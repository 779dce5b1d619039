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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.testsupport.Certificates;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for timeouts, redirects and TLS on real sockets, with every transport.
 */
class TransportTests {

	private static final String RECIPIENT = "+15557654321";

	private static final HttpClientSettings SETTINGS = HttpClientSettings.defaults();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	static Stream<Named<ClientHttpConnectorBuilder<?>>> transports() {
		return Stream.of(Named.of("Reactor Netty", ClientHttpConnectorBuilder.reactor()),
				Named.of("Jetty", ClientHttpConnectorBuilder.jetty()),
				Named.of("Apache HttpComponents", ClientHttpConnectorBuilder.httpComponents()),
				Named.of("JDK", ClientHttpConnectorBuilder.jdk()));
	}

	private static ImessageTemplate template(ClientHttpConnectorBuilder<?> transport, HttpClientSettings settings,
			String baseUrl) {
		return builder(transport, settings, baseUrl).build();
	}

	private static ImessageTemplateBuilder builder(ClientHttpConnectorBuilder<?> transport, HttpClientSettings settings,
			String baseUrl) {
		return ImessageTemplate.builder()
			.baseUrl(baseUrl)
			.token("contiguity_sk_transport")
			.retryPolicy(new NeverRetryPolicy())
			.transport(transport, settings);
	}

	@ParameterizedTest
	@MethodSource("transports")
	void writesTheRealAddressAndBody(ClientHttpConnectorBuilder<?> transport) {
		ImessageTemplate imessage = template(transport, SETTINGS, this.server.baseUrl());
		imessage.send(RECIPIENT, "Grüße");
		assertThat(this.server.take().bodyText()).isEqualTo("{\"to\":\"+15557654321\",\"message\":\"Grüße\"}");
		this.server.reply(Reply.data("{\"available\":true}"));
		assertThat(imessage.availability(RECIPIENT).available()).isTrue();
		assertThat(this.server.take().methodAndPath())
			.isEqualTo("GET /conversations/availability/imessage/%2B15557654321");
	}

	@ParameterizedTest
	@MethodSource("transports")
	void givesUpWaitingForAnAnswer(ClientHttpConnectorBuilder<?> transport) {
		this.server.otherwise(Reply.silence());
		ImessageTemplate imessage = template(transport, SETTINGS.withReadTimeout(Duration.ofSeconds(1)),
				this.server.baseUrl());
		SendOutcomeUnknownException failure = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> imessage.send(RECIPIENT, "Hello"));
		assertThat(failure).cause()
			.isInstanceOfSatisfying(ContiguityTransportException.class,
					(cause) -> assertThat(cause.phase()).isEqualTo(Phase.EXCHANGE));
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource("transports")
	void givesUpConnecting(ClientHttpConnectorBuilder<?> transport) throws IOException {
		try (BlackHole blackHole = new BlackHole()) {
			ImessageTemplate imessage = template(transport, SETTINGS.withConnectTimeout(Duration.ofMillis(300)),
					blackHole.baseUrl());
			ContiguityTransportException failure = catchThrowableOfType(ContiguityTransportException.class,
					() -> imessage.send(RECIPIENT, "Hello"));
			assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
			assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void neverSendsTheTokenWhereARedirectPoints(ClientHttpConnectorBuilder<?> transport) {
		try (RecordingServer elsewhere = RecordingServer.start()) {
			ImessageTemplate imessage = template(transport, SETTINGS.withRedirects(HttpRedirects.FOLLOW),
					this.server.baseUrl());
			for (int status : new int[] { 301, 302, 303, 307, 308 }) {
				this.server.reply(Reply.empty(status, "Location: " + elsewhere.baseUrl() + "/send/imessage"),
						Reply.empty(status, "Location: " + elsewhere.baseUrl() + "/conversations"));
				// a POST that was processed may be answered by 302 or 303
				assertThat(catchThrowableOfType(ContiguityException.class, () -> imessage.send(RECIPIENT, "Hello")))
					.extracting(ContiguityException::outcome)
					.isEqualTo((status == 302 || status == 303) ? Outcome.UNKNOWN : Outcome.REJECTED);
				assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> imessage.get("imsg_1"))
					.satisfies((get) -> assertThat(get.outcome()).isEqualTo(Outcome.REJECTED));
			}
			assertThat(this.server.requests()).hasSize(10);
			assertThat(elsewhere.connections()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void sendsOnceWhenAConnectionInThePoolTurnsOutToBeClosed(ClientHttpConnectorBuilder<?> transport) {
		ImessageTemplate imessage = template(transport, SETTINGS, this.server.baseUrl());
		this.server.reply(Reply.accepted("imsg_1"), Reply.hangUp());
		imessage.send(RECIPIENT, "One");
		assertThatExceptionOfType(SendOutcomeUnknownException.class).isThrownBy(() -> imessage.send(RECIPIENT, "Two"));
		assertThat(this.server.requests()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 307 })
	void doesNotFollowARedirectToItself(int status) {
		this.server.otherwise(Reply.empty(status, "Location: /send/imessage"));
		ImessageTemplate imessage = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_transport")
			.build();
		assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> imessage.send(RECIPIENT, "Hello"));
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void givesUpTheWholeCallAtItsDeadline() {
		this.server.otherwise(Reply.silence());
		ImessageTemplate imessage = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_transport")
			.timeout(Duration.ofSeconds(2))
			.build();
		assertThatExceptionOfType(SendOutcomeUnknownException.class).isThrownBy(() -> imessage.send(RECIPIENT, "Hello"))
			.withMessageContaining("contiguity.timeout");
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@MethodSource("transports")
	void sendsNothingToAServerThatIsNotTrusted(ClientHttpConnectorBuilder<?> transport) {
		try (RecordingServer tls = RecordingServer.start(Certificates.server())) {
			ImessageTemplate imessage = template(transport, SETTINGS, tls.baseUrl());
			ContiguityTransportException failure = catchThrowableOfType(ContiguityTransportException.class,
					() -> imessage.send(RECIPIENT, "Hello"));
			assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
			assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
			assertThat(tls.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void sendsToAServerThatTheBundleTrusts(ClientHttpConnectorBuilder<?> transport) {
		try (RecordingServer tls = RecordingServer.start(Certificates.server())) {
			ImessageTemplate imessage = template(transport, SETTINGS.withSslBundle(Certificates.client()),
					tls.baseUrl());
			assertThat(imessage.send(RECIPIENT, "Hello").messageId()).isEqualTo("imsg_1");
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void leavesNothingThatKeepsAnApplicationRunning(ClientHttpConnectorBuilder<?> transport) throws Exception {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		ImessageTemplate imessage = template(transport, SETTINGS, this.server.baseUrl());
		imessage.send(RECIPIENT, "Hello");
		imessage.close();
		Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
		left.removeAll(before);
		left.removeIf(Thread::isDaemon);
		assertThatAllEnd(left);
	}

	@ParameterizedTest
	@MethodSource
	void endsItsThreads(ClientHttpConnectorBuilder<?> transport, String threads) throws Exception {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		ImessageTemplate imessage = template(transport, SETTINGS, this.server.baseUrl());
		imessage.send(RECIPIENT, "Hello");
		Set<Thread> started = threads(threads, before);
		assertThat(started).isNotEmpty();
		imessage.close();
		assertThatAllEnd(started);
		assertThatExceptionOfType(ContiguityTransportException.class).isThrownBy(() -> imessage.get("imsg_1"));
		assertThatExceptionOfType(ContiguityTransportException.class)
			.isThrownBy(() -> imessage.send(RECIPIENT, "Hello"))
			.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
		assertThat(threads(threads, before)).isEmpty();
	}

	// the threads of the other two are shared, or end by themselves
	static Stream<Arguments> endsItsThreads() {
		return Stream.of(Arguments.of(Named.of("Jetty", ClientHttpConnectorBuilder.jetty()), "HttpClient@"), Arguments
			.of(Named.of("Apache HttpComponents", ClientHttpConnectorBuilder.httpComponents()), "httpclient-"));
	}

	@Test
	void canBeClosedByAThreadOfItsOwn() throws Exception {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		ReactiveImessageTemplate imessage = builder(ClientHttpConnectorBuilder.jetty(), SETTINGS, this.server.baseUrl())
			.buildReactive();
		Set<Thread> started = new HashSet<>();
		AtomicReference<Thread> closer = new AtomicReference<>();
		AtomicBoolean interrupted = new AtomicBoolean();
		imessage.send(RECIPIENT, "Hello").doOnNext((receipt) -> {
			started.addAll(threads("HttpClient@", before));
			closer.set(Thread.currentThread());
			imessage.close();
			interrupted.set(Thread.currentThread().isInterrupted());
		}).block(Duration.ofSeconds(20));
		assertThat(started).contains(closer.get());
		assertThat(interrupted).isFalse();
		assertThatAllEnd(started);
	}

	private static Set<Thread> threads(String name, Set<Thread> except) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(name) && !except.contains(thread))
			.collect(Collectors.toSet());
	}

	private static void assertThatAllEnd(Set<Thread> threads) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		for (Thread thread : threads) {
			thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
		}
		assertThat(threads).noneMatch(Thread::isAlive);
	}

	/**
	 * A local address that does not accept or refuse connections, because its queue of
	 * connections is full.
	 */
	private static final class BlackHole implements AutoCloseable {

		private final ServerSocket serverSocket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

		private final List<Socket> queue = new ArrayList<>();

		BlackHole() throws IOException {
			boolean full = false;
			while (!full) {
				Socket socket = new Socket();
				this.queue.add(socket);
				try {
					socket.connect(
							new InetSocketAddress(InetAddress.getLoopbackAddress(), this.serverSocket.getLocalPort()),
							200);
				}
				catch (SocketTimeoutException ex) {
					full = true;
				}
			}
		}

		String baseUrl() {
			return "http://127.0.0.1:" + this.serverSocket.getLocalPort();
		}

		@Override
		public void close() throws IOException {
			for (Socket socket : this.queue) {
				socket.close();
			}
			this.serverSocket.close();
		}

	}

}
