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

package com.contiguity.spring.internal.outbox;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import javax.sql.DataSource;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances in processes of their own that share a real database, and an API in another
 * one that says what it was sent.
 */
abstract class AbstractCrashTests {

	private static final int CONVERSATIONS = 40;

	private static final File LOG = new File("target/crash-tests/workers.log");

	private final List<Process> processes = new ArrayList<>();

	private Process api;

	private String apiUrl;

	private String url;

	HikariDataSource dataSource;

	Outbox outbox;

	private ReactiveImessageTemplate template;

	@BeforeEach
	void start() throws IOException {
		Files.createDirectories(LOG.toPath().getParent());
		this.api = java(StubContiguity.class, Map.of("stub.delay", String.valueOf(answerDelay())), List.of())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.api.getInputStream(), StandardCharsets.UTF_8));
		this.apiUrl = reader.readLine();
		this.url = databaseUrl();
		this.dataSource = (HikariDataSource) TestDatabases.dataSource(this.url);
		createTables(this.dataSource);
		this.template = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.baseUrl(this.apiUrl)
			.from(StubContiguity.LINE)
			.buildReactive();
		this.outbox = new Outbox(this.dataSource, "CONTIGUITY_", null, settings(), this.template, null, (event) -> {
		});
	}

	String databaseUrl() {
		return TestDatabases.postgresUrl();
	}

	/**
	 * How long the API takes for its answers.
	 * @return milliseconds
	 */
	int answerDelay() {
		return 0;
	}

	private static void createTables(DataSource dataSource) {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSchemaLocations(List.of("classpath:META-INF/contiguity/outbox/schema-postgresql.sql"));
		settings.setMode(DatabaseInitializationMode.ALWAYS);
		new DataSourceScriptDatabaseInitializer(dataSource, settings).initializeDatabase();
	}

	private static OutboxSettings settings() {
		return new OutboxSettings(Duration.ofMillis(500), 10, 5, Duration.ofMillis(500), Duration.ofSeconds(1),
				Duration.ofHours(1), 1_000_000, true, Duration.ofSeconds(4), Duration.ofMinutes(10), true,
				Duration.ofDays(1), Duration.ZERO, Duration.ofSeconds(10));
	}

	@AfterEach
	void stop() {
		this.processes.forEach(Process::destroyForcibly);
		this.api.destroyForcibly();
		this.template.close();
		this.dataSource.close();
	}

	ProcessBuilder java(Class<?> main, Map<String, String> systemProperties, List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-Xmx256m",
						"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
		systemProperties.forEach((name, value) -> command.add("-D" + name + "=" + value));
		command.add(main.getName());
		command.addAll(arguments);
		return new ProcessBuilder(command);
	}

	/**
	 * Start an instance.
	 * @param systemProperties how it crashes
	 * @param properties more of the application's
	 * @return the process
	 */
	Process worker(Map<String, String> systemProperties, String... properties) throws IOException {
		Map<String, String> all = new HashMap<>(systemProperties);
		all.put("crash.url", this.url);
		List<String> arguments = new ArrayList<>(List.of("--contiguity.token=contiguity_sk_test",
				"--contiguity.base-url=" + this.apiUrl, "--contiguity.from=" + StubContiguity.LINE,
				"--contiguity.pacing.enabled=false", "--contiguity.http.read-timeout=1s",
				"--contiguity.http.connect-timeout=1s", "--contiguity.reconcile.settle-time=0s",
				"--contiguity.outbox.worker.poll-interval=500ms", "--contiguity.outbox.worker.send-window=1s",
				"--contiguity.outbox.worker.heartbeat-interval=500ms", "--contiguity.outbox.reconcile.settle-time=4s",
				"--logging.level.root=ERROR", "--spring.main.banner-mode=off",
				"--spring.docker.compose.enabled=false"));
		for (String property : properties) {
			String name = property.substring(0, property.indexOf('=') + 1);
			// one that is given twice is a list
			arguments.removeIf((argument) -> argument.startsWith(name));
			arguments.add(property);
		}
		Process process = java(CrashingWorker.class, all, arguments).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(LOG))
			.start();
		this.processes.add(process);
		return process;
	}

	Set<String> enqueue(int messages) {
		return enqueue(0, messages);
	}

	Set<String> enqueue(int first, int messages) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		Set<String> committed = new LinkedHashSet<>();
		Random random = new Random(17 + first);
		for (int i = first; i < first + messages; i++) {
			String text = "Message " + i;
			String to = "+12065551" + String.format("%03d", i % CONVERSATIONS);
			String line = StubContiguity.LINES.get(i % StubContiguity.LINES.size());
			boolean rollback = random.nextInt(10) == 0;
			transaction.executeWithoutResult((status) -> {
				this.outbox.operations()
					.enqueue(SendRequest.to(to).from(line).message((rollback) ? "Rolled back " + text : text).build());
				if (rollback) {
					status.setRollbackOnly();
				}
			});
			if (!rollback) {
				committed.add(text);
			}
		}
		return committed;
	}

	Map<String, Long> states() {
		Map<String, Long> states = new TreeMap<>();
		new JdbcTemplate(this.dataSource).query("select state, count(*) as n from CONTIGUITY_OUTBOX group by state",
				(RowCallbackHandler) (row) -> states.put(row.getString("state"), row.getLong("n")));
		return states;
	}

	List<StubContiguity.Sent> sent() {
		try {
			String body = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create(this.apiUrl + "/sent")).build(),
						HttpResponse.BodyHandlers.ofString())
				.body();
			List<StubContiguity.Sent> sent = new ArrayList<>();
			for (JsonNode message : JsonMapper.shared().readTree(body)) {
				sent.add(new StubContiguity.Sent(message.path("to").asString(), message.path("from").asString(),
						message.path("text").asString(), message.path("at").asLong()));
			}
			return sent;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void assertEachSentOnceAndInOrder(Set<String> committed) {
		List<StubContiguity.Sent> sent = sent();
		assertThat(sent).extracting(StubContiguity.Sent::text).doesNotHaveDuplicates();
		assertThat(sent).extracting(StubContiguity.Sent::text).containsExactlyInAnyOrderElementsOf(committed);
		Map<String, Integer> last = new HashMap<>();
		for (StubContiguity.Sent message : sent) {
			int number = Integer.parseInt(message.text().substring("Message ".length()));
			assertThat(last.getOrDefault(message.to(), -1)).isLessThan(number);
			last.put(message.to(), number);
		}
	}

	void awaitAllAccepted(int messages) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.pollInterval(Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(states()).isEqualTo(Map.of("ACCEPTED", (long) messages)));
	}

	/**
	 * Wait until so many more messages were taken, or nearly all.
	 * @param more how many
	 * @param committed how many there are
	 */
	void awaitProgress(int more, int committed) {
		int before = sent().size();
		Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofMinutes(1))
			.until(() -> sent().size() >= Math.min(before + more, committed - 1));
	}

	static void signal(long pid, String signal) throws Exception {
		new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
	}

}
