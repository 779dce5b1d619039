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
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for clients that are not used: idle connections, and threads of clients that are
 * not closed.
 */
class IdleClientTests {

	private static final Duration MAX_IDLE_TIME = Duration.ofMillis(300);

	private static final HttpClientSettings SETTINGS = HttpClientSettings.defaults()
		.withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	// the JDK's client can only be configured with a system property
	static Stream<Named<ClientHttpConnectorBuilder<?>>> transportsWithMaxIdleTime() {
		return Stream.of(Named.of("Reactor Netty", ClientHttpConnectorBuilder.reactor()),
				Named.of("Jetty", ClientHttpConnectorBuilder.jetty()),
				Named.of("Apache HttpComponents", ClientHttpConnectorBuilder.httpComponents()));
	}

	private ImessageTemplate template(ClientHttpConnectorBuilder<?> transport) {
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_idle")
			.transport(transport, SETTINGS)
			.connectionPool(new ConnectionPool(null, null, MAX_IDLE_TIME))
			.build();
	}

	@ParameterizedTest
	@MethodSource("transportsWithMaxIdleTime")
	void closesAConnectionThatIsIdle(ClientHttpConnectorBuilder<?> transport) throws Exception {
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		this.server.reply((socket) -> {
			Reply.accepted("imsg_1").write(socket);
			closed.complete(isClosedByClient(socket));
			return false;
		});
		try (ImessageTemplate imessage = template(transport)) {
			imessage.send("+15557654321", "Hello");
			assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	private static boolean isClosedByClient(Socket socket) {
		try {
			return socket.getInputStream().read() < 0;
		}
		catch (IOException ex) {
			// closed with a reset
			return true;
		}
	}

	@ParameterizedTest
	@MethodSource("transportsWithMaxIdleTime")
	void waitsLongerForAnAnswer(ClientHttpConnectorBuilder<?> transport) {
		this.server.reply((socket) -> {
			CompletableFuture.runAsync(() -> {
			}, CompletableFuture.delayedExecutor(4 * MAX_IDLE_TIME.toMillis(), TimeUnit.MILLISECONDS)).join();
			return Reply.accepted("imsg_late").write(socket);
		});
		try (ImessageTemplate imessage = template(transport)) {
			assertThat(imessage.send("+15557654321", "Hello").messageId()).isEqualTo("imsg_late");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "reactor", "jetty", "jdk" })
	void letsAProgramEndThatDoesNotCloseIt(String transport, @TempDir Path directory) throws Exception {
		Path output = directory.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), SendAndReturn.class.getName(), transport, this.server.baseUrl())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		boolean ended = process.waitFor(60, TimeUnit.SECONDS);
		process.destroyForcibly();
		assertThat(this.server.requests()).as(Files.readString(output)).hasSize(1);
		assertThat(ended).as("end of the program").isTrue();
		assertThat(process.exitValue()).isZero();
	}

}
