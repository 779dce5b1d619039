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
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.SandboxCaller.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockserver.client.MockServerClient;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ContiguitySandbox}: its lifecycle, its token and its routes.
 */
@ExtendWith(OutputCaptureExtension.class)
class ContiguitySandboxTests {

	private static final String MESSAGE = """
			{"to":"+12025550123","message":"Canary in a coal mine"}""";

	private final ContiguitySandbox sandbox = ContiguitySandbox.start();

	private final SandboxCaller caller = new SandboxCaller(this.sandbox);

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	@Test
	void startsOnLoopbackInterfaceWithTokenOfItsOwn() {
		assertThat(this.sandbox.baseUrl()).matches("http://127\\.0\\.0\\.1:\\d{4,5}");
		assertThat(this.sandbox.token()).startsWith("contiguity_sk_").hasSizeGreaterThan(30);
		assertThat(this.sandbox.messages()).isEmpty();
		assertThat(this.sandbox).hasToString("ContiguitySandbox[" + this.sandbox.baseUrl() + "]");
	}

	@Test
	void listensOnThePortThatIsSet() throws IOException {
		int port = URI.create(this.sandbox.baseUrl()).getPort();
		this.sandbox.close();
		try (ContiguitySandbox other = ContiguitySandbox.builder().port(port).start()) {
			assertThat(other.baseUrl()).isEqualTo("http://127.0.0.1:" + port);
		}
	}

	@Test
	void reportsThatAPortIsInUse() {
		int port = URI.create(this.sandbox.baseUrl()).getPort();
		ContiguitySandbox.Builder builder = ContiguitySandbox.builder().port(port);
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(builder::start)
			.withMessageContaining(String.valueOf(port))
			.havingRootCause()
			.withMessageContaining("in use");
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 65536 })
	void rejectsInvalidPorts(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> ContiguitySandbox.builder().port(port))
			.withMessage("'port' must be from 0 to 65535");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Token ", "token ", "Bearer ", "bearer " })
	void acceptsTokenInBothSchemes(String scheme) throws Exception {
		Answer answer = this.caller
			.call(this.caller.request("/numbers/leased").setHeader("Authorization", scheme + this.sandbox.token()));
		assertThat(answer.data().get("leased").asInt()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Token contiguity_sk_other", "Token", "Token ", "Basic dXNlcjpwYXNz", "contiguity_sk_x" })
	void whenTokenIsWrongRefuses(String authorization) throws Exception {
		Answer answer = this.caller
			.call(this.caller.request("/numbers/leased").setHeader("Authorization", authorization));
		assertThat(answer.error(401)).isEqualTo("Unauthorized");
	}

	@Test
	void whenTokenIsMissingRefusesBeforeAnythingElse() throws Exception {
		Answer answer = this.caller
			.call(java.net.http.HttpRequest.newBuilder(URI.create(this.sandbox.baseUrl() + "/no/such/path"))
				.POST(BodyPublishers.ofString("no JSON")));
		assertThat(answer.error(401)).isEqualTo("Unauthorized");
		assertThat(this.sandbox.messages()).isEmpty();
	}

	@Test
	void whenTokenStandsWithoutSchemeRefuses() throws Exception {
		Answer answer = this.caller
			.call(this.caller.request("/numbers/leased").setHeader("Authorization", this.sandbox.token()));
		assertThat(answer.error(401)).isEqualTo("Unauthorized");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/send", "/send/imessage/", "/send/imessages", "/send/imessage/typing/more",
			"/conversations/history/message/", "/conversations/history/imessage/%2B12025550123", "/numbers" })
	void whenPathIsUnknownAnswersNotFound(String path) throws Exception {
		assertThat(this.caller.get(path).error(404)).isEqualTo("Not Found");
		assertThat(this.caller.post(path, MESSAGE).error(404)).isEqualTo("Not Found");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/send/imessage", "/send/imessage/typing", "/send/imessage/reactions", "/send/imessage/read" })
	void whenMethodIsNotPostSaysWhatIs(String path) throws Exception {
		Answer answer = this.caller.get(path);
		assertThat(answer.error(405)).isEqualTo("Method Not Allowed");
		assertThat(answer.response().headers().firstValue("Allow")).contains("POST");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/numbers/leased", "/conversations/availability/imessage/%2B12025550123",
			"/conversations/history/message/imsg_1",
			"/conversations/history/imessage/%2B12025550123/%2B15550001001/20" })
	void whenMethodIsNotGetSaysWhatIs(String path) throws Exception {
		Answer answer = this.caller.post(path, "{}");
		assertThat(answer.error(405)).isEqualTo("Method Not Allowed");
		assertThat(answer.response().headers().firstValue("Allow")).contains("GET");
	}

	@Test
	void whenPathIsNotEncodedProperlyRefuses() throws Exception {
		String request = "GET /conversations/availability/imessage/%2 HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n";
		URI uri = URI.create(this.sandbox.baseUrl());
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
				.startsWith("HTTP/1.1 400 ")
				.contains("The path is not encoded properly");
		}
	}

	@Test
	void twoSandboxesAreIndependent() throws Exception {
		try (ContiguitySandbox other = ContiguitySandbox.builder().lines("+15550002001").start()) {
			SandboxCaller otherCaller = new SandboxCaller(other);
			assertThat(other.baseUrl()).isNotEqualTo(this.sandbox.baseUrl());
			assertThat(other.token()).isNotEqualTo(this.sandbox.token());
			otherCaller.send(MESSAGE).data();
			assertThat(this.sandbox.messages()).isEmpty();
			assertThat(other.messages()).singleElement().extracting(SandboxMessage::from).isEqualTo("+15550002001");
			Answer foreign = this.caller
				.call(this.caller.request("/numbers/leased").setHeader("Authorization", "Token " + other.token()));
			assertThat(foreign.error(401)).isEqualTo("Unauthorized");
			this.sandbox.clear();
			assertThat(other.messages()).hasSize(1);
			this.sandbox.close();
			assertThat(otherCaller.get("/numbers/leased").data().get("leased").asInt()).isEqualTo(1);
		}
	}

	@Test
	void clearForgetsEverythingAndKeepsRunning() throws Exception {
		String id = this.caller.send(MESSAGE).data().get("message_id").asString();
		this.caller.post("/send/imessage/typing", """
				{"to":"+12025550123","action":"start"}""").data();
		this.sandbox.lease(new Line("+15550002001", "", "active", 0.1, Set.of("imessage")));
		this.sandbox.mockServer()
			.when(HttpRequest.request("/numbers/leased"))
			.respond(HttpResponse.response("{}").withHeader("Content-Type", "application/json"));
		assertThat(this.caller.get("/numbers/leased").json().isEmpty()).isTrue();
		String baseUrl = this.sandbox.baseUrl();
		String token = this.sandbox.token();
		this.sandbox.clear();
		assertThat(this.sandbox.messages()).isEmpty();
		assertThat(this.sandbox.isTyping("+12025550123")).isFalse();
		assertThat(this.sandbox.lines()).extracting(Line::number).containsExactly("+15550001001", "+15550001002");
		assertThat(this.sandbox.mockServer().retrieveRecordedRequests(null)).isEmpty();
		assertThat(this.sandbox.baseUrl()).isEqualTo(baseUrl);
		assertThat(this.sandbox.token()).isEqualTo(token);
		assertThat(this.caller.get("/conversations/history/message/" + id).status()).isEqualTo(404);
		assertThat(this.caller.get("/numbers/leased").data().get("leased").asInt()).isEqualTo(2);
		this.caller.send(MESSAGE).data();
		assertThat(this.sandbox.messages()).hasSize(1);
	}

	@Test
	void clearForgetsRequestsThatNobodyAskedForYet() throws Exception {
		this.caller.send(MESSAGE).data();
		this.sandbox.clear();
		assertThat(this.sandbox.mockServer().retrieveRecordedRequests(null)).isEmpty();
		this.caller.send(MESSAGE).data();
		assertThat(this.sandbox.mockServer().retrieveRecordedRequests(null)).hasSize(1);
	}

	@Test
	void clearStartsNoServerAnew() throws Exception {
		String baseUrl = this.sandbox.baseUrl();
		MockServerClient mockServer = this.sandbox.mockServer();
		Integer port = mockServer.getPort();
		mockServer.when(HttpRequest.request("/numbers/leased"))
			.respond(HttpResponse.response("{}").withHeader("Content-Type", "application/json"));
		for (int i = 0; i < 3; i++) {
			this.caller.send(MESSAGE).data();
			this.sandbox.clear();
			assertThat(this.sandbox.messages()).isEmpty();
		}
		assertThat(this.sandbox.baseUrl()).isEqualTo(baseUrl);
		assertThat(this.sandbox.mockServer()).isSameAs(mockServer);
		assertThat(mockServer.getPort()).isEqualTo(port);
	}

	@Test
	void startInAFreshJvmLeavesLoggingAlone(@TempDir Path directory) throws Exception {
		Path output = directory.resolve("output");
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
				ColdStart.class.getName())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		boolean ended = process.waitFor(60, TimeUnit.SECONDS);
		process.destroyForcibly();
		assertThat(ended).as(() -> "end within a minute of what printed:\n" + read(output)).isTrue();
		assertThat(process.exitValue()).as(() -> "exit value of what printed:\n" + read(output)).isZero();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void closeFreesPortAndCanBeRepeated() throws Exception {
		this.sandbox.close();
		int port = URI.create(this.sandbox.baseUrl()).getPort();
		try (ServerSocket socket = new ServerSocket()) {
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
			assertThat(socket.isBound()).isTrue();
		}
		this.sandbox.close();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> this.caller.get("/numbers/leased"));
	}

	@Test
	void mockServerVerifiesAndTakesExpectations() throws Exception {
		this.caller.get("/numbers/leased").data();
		this.sandbox.mockServer().verify(HttpRequest.request("/numbers/leased").withMethod("GET"));
		this.sandbox.mockServer()
			.when(HttpRequest.request("/numbers/leased"))
			.respond(HttpResponse.response("{}").withStatusCode(503).withHeader("Content-Type", "application/json"));
		assertThat(this.caller.get("/numbers/leased").status()).isEqualTo(503);
		this.caller.send(MESSAGE).data();
	}

	@Test
	void timesComeFromClock() throws Exception {
		Instant now = Instant.parse("2026-11-23T12:00:00.123Z");
		try (ContiguitySandbox still = ContiguitySandbox.builder().clock(Clock.fixed(now, ZoneOffset.UTC)).start()) {
			Answer answer = new SandboxCaller(still).send(MESSAGE);
			assertThat(answer.json().get("timestamp").asLong()).isEqualTo(now.toEpochMilli());
			assertThat(still.messages()).singleElement().extracting(SandboxMessage::timestamp).isEqualTo(now);
		}
	}

	@Test
	void nothingIsLogged(CapturedOutput output) throws Exception {
		this.caller.send(MESSAGE).data();
		this.caller.send("{\"to\":\"+12025550123\",\"message\":7}").error(400);
		this.caller.get("/conversations/history/imessage/%2B12025550123/%2B15550001001/20").status();
		this.sandbox.clear();
		this.sandbox.close();
		assertThat(output.getAll()).doesNotContain("2025550123", "Canary", "contiguity_sk", "MockServer");
	}

}
