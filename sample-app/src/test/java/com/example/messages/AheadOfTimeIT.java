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

package com.example.messages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the application's jar when Spring starts from what was generated ahead of
 * time.
 */
class AheadOfTimeIT {

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final Pattern ADDRESS = Pattern.compile("Open (http://\\S+)/");

	private static final HttpClient http = HttpClient.newHttpClient();

	private static final List<String> log = new CopyOnWriteArrayList<>();

	private static Process application;

	private static String address;

	@BeforeAll
	static void start() throws IOException {
		application = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Dspring.aot.enabled=true",
				"-jar", System.getProperty("sample.jar"), "--server.port=0", "--spring.datasource.url=jdbc:h2:mem:aot",
				"--contiguity.retry.enabled=false")
			.redirectErrorStream(true)
			.start();
		Thread reader = new Thread(AheadOfTimeIT::readLog);
		reader.setDaemon(true);
		reader.start();
		Awaitility.waitAtMost(PATIENCE)
			.until(() -> !application.isAlive() || log.stream().anyMatch(ADDRESS.asPredicate()));
		assertThat(application.isAlive()).as("%s", log).isTrue();
		address = log.stream()
			.map(ADDRESS::matcher)
			.filter(Matcher::find)
			.map((matcher) -> matcher.group(1))
			.findFirst()
			.orElseThrow();
	}

	@AfterAll
	static void stop() {
		application.destroy();
	}

	private static void readLog() {
		new BufferedReader(new InputStreamReader(application.getInputStream(), StandardCharsets.UTF_8)).lines()
			.forEach(log::add);
	}

	@Test
	void startsFromWhatWasGenerated() {
		assertThat(log).anyMatch((line) -> line.contains("Starting AOT-processed MessagesApplication"));
	}

	@Test
	void sendsAndReadsMessages() throws Exception {
		HttpResponse<String> sent = post("/messages", "{\"to\": \"+15557650020\", \"message\": \"Hello\"}");
		assertThat(sent.statusCode()).isEqualTo(201);
		String id = JsonPath.read(sent.body(), "$.id");
		assertThat(get("/messages/" + id + "?tracking=true")).contains("Hello");
		assertThat(get("/conversations/+15557650020")).contains("Hello");
		assertThat(get("/availability/+15557650020")).contains("true");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/reactions | {"tapback": "love", "message": "How are you?"}
			/typing    | {"action": "start"}
			/read      | {}
			""")
	void doesWhatConversationsNeed(String path, String body) throws Exception {
		assertThat(post("/messages", "{\"to\": \"+15557650021\", \"message\": \"How are you?\"}").statusCode())
			.isEqualTo(201);
		assertThat(post("/conversations/+15557650021" + path, body).statusCode()).isBetween(200, 204);
	}

	@ParameterizedTest
	@CsvSource({ "+15005550003, 503", "+15005550004, 504", "+15005550008, 502" })
	void tellsHowASendFailed(String recipient, int status) throws Exception {
		assertThat(post("/messages", "{\"to\": \"" + recipient + "\", \"message\": \"Hello\"}").statusCode())
			.isEqualTo(status);
	}

	@Test
	void confirmsAnOrderByTheOutbox() throws Exception {
		assertThat(post("/orders", "{\"customer\": \"+15557650022\", \"item\": \"Pizza\"}").statusCode())
			.isEqualTo(201);
		Awaitility.waitAtMost(PATIENCE)
			.until(() -> get("/conversations/+15557650022").contains("Thank you for your order: Pizza"));
		assertThat(get("/actuator/contiguity")).contains("outbox");
	}

	@Test
	void answersAMessageThatComesInByAWebhook() throws Exception {
		assertThat(
				post("/sandbox/messages", "{\"from\": \"+15557650023\", \"message\": \"Anybody there?\"}").statusCode())
			.isEqualTo(202);
		Awaitility.waitAtMost(PATIENCE)
			.until(() -> get("/conversations/+15557650023").contains("Thank you for your message"));
	}

	@Test
	void showsItsPageAndItsState() throws Exception {
		assertThat(get("/")).contains("<title>Messages</title>");
		assertThat(get("/actuator/health")).contains("\"contiguity\"");
		assertThat(get("/actuator/prometheus")).contains("contiguity_imessage");
	}

	private static String get(String path) throws IOException, InterruptedException {
		HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(address + path)).build(),
				BodyHandlers.ofString());
		assertThat(response.statusCode()).as(path).isEqualTo(200);
		return response.body();
	}

	private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return http.send(HttpRequest.newBuilder(URI.create(address + path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
	}

}
