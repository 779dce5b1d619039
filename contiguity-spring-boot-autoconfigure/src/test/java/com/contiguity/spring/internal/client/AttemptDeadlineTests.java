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

package com.contiguity.spring.internal.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.Certificates;
import com.contiguity.spring.testsupport.RecordingServer;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JettyClientHttpConnectorBuilder;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for the deadlines of {@link Attempt}, with each transport.
 */
class AttemptDeadlineTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final SendRequest REQUEST = SendRequest.to("+15557654321").message("Hello").build();

	private ContiguityClient client;

	@AfterEach
	void closeClient() {
		this.client.close();
	}

	static Stream<Named<ClientHttpConnectorBuilder<?>>> transports() {
		return Stream.of(Named.of("Reactor Netty", ClientHttpConnectorBuilder.reactor()),
				Named.of("Jetty", ClientHttpConnectorBuilder.jetty()),
				Named.of("Apache HttpComponents", ClientHttpConnectorBuilder.httpComponents()),
				Named.of("JDK", ClientHttpConnectorBuilder.jdk()));
	}

	private void connectTo(ClientHttpConnectorBuilder<?> transport, String baseUrl) {
		HttpClientSettings settings = HttpClientSettings.defaults()
			.withTimeouts(LONG, LONG)
			.withSslBundle(Certificates.client());
		this.client = new ContiguityClient(WebClient::builder,
				() -> ContiguityConnector.create(transport, settings, true, null, null, LONG), baseUrl,
				() -> "contiguity_sk_deadline", (token) -> "Token " + token);
	}

	private ContiguityTransportException fail(Attempt attempt) {
		return catchThrowableOfType(ContiguityTransportException.class,
				() -> this.client.send(REQUEST, attempt).block(LONG));
	}

	private static void assertThatWasTooLate(Attempt attempt, ContiguityTransportException failure) {
		assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
		assertThat(attempt.isLate()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("transports")
	void sendsInTime(ClientHttpConnectorBuilder<?> transport) {
		try (RecordingServer server = RecordingServer.start(Certificates.server())) {
			connectTo(transport, server.baseUrl());
			Attempt attempt = new Attempt(System.nanoTime() + LONG.toNanos(), Instant.now().plus(LONG));
			assertThat(this.client.send(REQUEST, attempt).block(LONG)).extracting(AcceptedMessage::messageId)
				.isEqualTo("imsg_1");
			assertThat(attempt.isLate()).isFalse();
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void connectsToNobodyAfterItsDeadline(ClientHttpConnectorBuilder<?> transport) {
		try (RecordingServer server = RecordingServer.start(Certificates.server())) {
			connectTo(transport, server.baseUrl());
			Attempt late = new Attempt(System.nanoTime() - 1, Instant.now().plus(LONG));
			assertThatWasTooLate(late, fail(late));
			Attempt lateByTheClock = new Attempt(System.nanoTime() + LONG.toNanos(), Instant.now());
			assertThatWasTooLate(lateByTheClock, fail(lateByTheClock));
			assertThat(server.connections()).isZero();
		}
	}

	@ParameterizedTest
	@MethodSource("transports")
	void writesNothingIfItWasTooLateOnceConnected(ClientHttpConnectorBuilder<?> transport) throws Exception {
		try (ServerSocket serverSocket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			connectTo(transport, "https://localhost:" + serverSocket.getLocalPort());
			long nanoDeadline = System.nanoTime() + Duration.ofMillis(500).toNanos();
			Attempt attempt = new Attempt(nanoDeadline, Instant.now().plus(LONG));
			CompletableFuture<String> received = CompletableFuture.supplyAsync(() -> {
				try (Socket socket = serverSocket.accept()) {
					return receiveAfter(nanoDeadline, socket);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}, (task) -> new Thread(task, "slow-tls-server").start());
			ContiguityTransportException failure = fail(attempt);
			this.client.close();
			assertThatWasTooLate(attempt, failure);
			if (transport instanceof JettyClientHttpConnectorBuilder
					|| transport instanceof JdkClientHttpConnectorBuilder) {
				// these transports may write the headers before they request the body:
				// there is no body
				assertThat(received.get(20, TimeUnit.SECONDS)).doesNotContain("{");
			}
			else {
				assertThat(received.get(20, TimeUnit.SECONDS)).isEmpty();
			}
		}
	}

	@Test
	void writesNothingIfTheProcessStoodStillAfterTheRequestWasMade() {
		StandsStill process = new StandsStill();
		try (RecordingServer server = RecordingServer.start(Certificates.server())) {
			connectTo(ClientHttpConnectorBuilder.reactor()
				.withHttpClientCustomizer(
						(httpClient) -> httpClient.doOnConnected((connection) -> connection.addHandlerLast(process))),
					server.baseUrl());
			// opens the connection, so that only the write is late
			assertThat(this.client.send(REQUEST, inTime()).block(LONG)).isNotNull();
			long nanoDeadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
			process.until = nanoDeadline;
			Attempt attempt = new Attempt(nanoDeadline, Instant.now().plus(LONG));
			assertThatWasTooLate(attempt, fail(attempt));
			assertThat(process.stoodStill).isTrue();
			assertThat(server.requests()).hasSize(1);
			// the connection is gone, and the next request takes another one
			Attempt next = inTime();
			assertThat(this.client.send(REQUEST, next).block(LONG)).isNotNull();
			assertThat(next.isLate()).isFalse();
			assertThat(server.connections()).isEqualTo(2);
			assertThat(server.requests()).hasSize(2);
		}
	}

	@Test
	void whatWasWrittenInTimeIsNotLateWhenTheConnectionEndsLater() {
		try (RecordingServer server = RecordingServer.start(Certificates.server())) {
			connectTo(ClientHttpConnectorBuilder.reactor(), server.baseUrl());
			// opens the connection, so that the next request is written immediately
			assertThat(this.client.send(REQUEST, inTime()).block(LONG)).isNotNull();
			long nanoDeadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
			server.reply((socket) -> {
				while (System.nanoTime() - nanoDeadline <= 0) {
					Thread.onSpinWait();
				}
				return false;
			});
			Attempt attempt = new Attempt(nanoDeadline, Instant.now().plus(LONG));
			ContiguityTransportException failure = fail(attempt);
			assertThat(server.requests()).hasSize(2);
			assertThat(attempt.isLate()).isFalse();
			assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
		}
	}

	private static Attempt inTime() {
		return new Attempt(System.nanoTime() + LONG.toNanos(), Instant.now().plus(LONG));
	}

	// completes the handshake when it is too late for the request
	private static String receiveAfter(long nanoDeadline, Socket socket) throws Exception {
		CompletableFuture.runAsync(() -> {
		}, CompletableFuture.delayedExecutor(nanoDeadline - System.nanoTime(), TimeUnit.NANOSECONDS)).get();
		SSLSocket tls = (SSLSocket) Certificates.server()
			.getSocketFactory()
			.createSocket(socket, null, socket.getPort(), true);
		tls.setUseClientMode(false);
		tls.setSoTimeout(15_000);
		StringBuilder received = new StringBuilder();
		try (InputStream in = tls.getInputStream()) {
			for (int next = in.read(); next >= 0; next = in.read()) {
				received.append((char) next);
			}
		}
		catch (IOException ex) {
			// a reset connection is closed, too
		}
		return received.toString();
	}

	/**
	 * Delays writes until a point in time, like a frozen process.
	 */
	@ChannelHandler.Sharable
	private static final class StandsStill extends ChannelOutboundHandlerAdapter {

		private volatile long until = System.nanoTime();

		private volatile boolean stoodStill;

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
			while (System.nanoTime() - this.until < 0) {
				this.stoodStill = true;
				Thread.onSpinWait();
			}
			super.write(context, message, promise);
		}

	}

}
