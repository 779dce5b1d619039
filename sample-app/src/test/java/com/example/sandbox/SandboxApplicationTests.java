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

package com.example.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SandboxApplication}, with an application that is none of Spring's.
 */
class SandboxApplicationTests {

	private final HttpClient http = HttpClient.newHttpClient();

	private final BlockingQueue<Webhook> webhooks = new LinkedBlockingQueue<>();

	private HttpServer receiver;

	private ConfigurableApplicationContext sandbox;

	@BeforeEach
	void start() throws IOException {
		this.receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.receiver.createContext("/hook", (exchange) -> {
			this.webhooks.add(new Webhook(exchange.getRequestHeaders().getFirst("Contiguity-Signature"),
					exchange.getRequestBody().readAllBytes()));
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		this.receiver.start();
		this.sandbox = SandboxApplication.application()
			.run("--server.port=0", "--sandbox.port=0", "--sandbox.webhook.secret=whsec_mine",
					"--sandbox.webhook.url=http://127.0.0.1:" + this.receiver.getAddress().getPort() + "/hook");
	}

	@AfterEach
	void stop() {
		this.sandbox.close();
		this.receiver.stop(0);
	}

	@Test
	void takesMessagesWithAnyTokenAndShowsThem() throws Exception {
		try (ImessageTemplate template = ImessageTemplate.builder()
			.baseUrl(this.sandbox.getBean(ContiguitySandbox.class).baseUrl())
			.token("contiguity_sk_anything")
			.build()) {
			template.send("+15555550123", "Hello from elsewhere");
		}
		String page = this.http.send(HttpRequest.newBuilder(address("/")).build(), BodyHandlers.ofString()).body();
		assertThat(page).contains("+15555550123", "Hello from elsewhere");
	}

	@Test
	void postsWhatARecipientWrites() throws Exception {
		assertThat(write("+15555550123", "Are you open?").statusCode()).isEqualTo(200);
		Webhook webhook = this.webhooks.poll(30, TimeUnit.SECONDS);
		assertThat(webhook).isNotNull();
		assertThat(new String(webhook.body(), StandardCharsets.UTF_8)).contains("imessage.incoming", "+15555550123",
				"Are you open?");
		assertThat(new WebhookSignatureVerifier("whsec_mine").verify(webhook.signature(), webhook.body()))
			.isEqualTo(WebhookSignatureVerifier.Result.VALID);
	}

	@Test
	void tellsThatNobodyAnswersAndShowsTheMessageAllTheSame() throws Exception {
		this.receiver.stop(0);
		HttpResponse<String> answer = write("+15555550123", "Anybody there?");
		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("/hook");
		assertThat(this.sandbox.getBean(Phone.class).screen("+15555550123").messages()).singleElement()
			.satisfies((message) -> assertThat(message.text()).isEqualTo("Anybody there?"));
	}

	@Test
	void refusesWhatNobodyCanWrite() throws Exception {
		assertThat(write("nobody", "Hello").statusCode()).isEqualTo(400);
		assertThat(write("+15555550123", " ").statusCode()).isEqualTo(400);
		assertThat(this.sandbox.getBean(Phone.class).screens()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "localhost, 200", "127.0.0.1, 200", "[::1], 200", "rebound.example.com, 421" })
	void answersOnlyUnderTheNamesOfThisMachine(String host, int status) throws Exception {
		URI address = address("/");
		// a HttpClient does not let its host be set
		try (Socket socket = new Socket(address.getHost(), address.getPort())) {
			socket.getOutputStream()
				.write(("GET / HTTP/1.1\r\nHost: " + host + ":" + address.getPort() + "\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 " + status);
		}
	}

	private HttpResponse<String> write(String from, String text) throws IOException, InterruptedException {
		String form = "from=" + URLEncoder.encode(from, StandardCharsets.UTF_8) + "&text="
				+ URLEncoder.encode(text, StandardCharsets.UTF_8);
		return this.http.send(HttpRequest.newBuilder(address("/phone/messages"))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString(form))
			.build(), BodyHandlers.ofString());
	}

	private URI address(String path) {
		return URI.create("http://127.0.0.1:" + this.sandbox.getEnvironment().getProperty("local.server.port") + path);
	}

	private record Webhook(String signature, byte[] body) {
	}

}
