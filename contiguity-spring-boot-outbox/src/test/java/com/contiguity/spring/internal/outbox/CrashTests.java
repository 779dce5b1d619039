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
import java.util.Arrays;
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
import com.contiguity.spring.outbox.OutboxEntry;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
 * Instances in processes of their own are killed while they send; what arrives is counted
 * in another one. On one JDK only: they take two minutes.
 */
@EnabledOnJre(JRE.JAVA_17)
class CrashTests {

	private static final int MESSAGES = Integer.getInteger("crash.messages", 2000);

	private static final int KILLS = Integer.getInteger("crash.kills", 12);

	private static final int CONVERSATIONS = 40;

	private static final File LOG = new File("target/crash-tests/workers.log");

	private final List<Process> processes = new ArrayList<>();

	private Process api;

	private String apiUrl;

	private String url;

	private HikariDataSource dataSource;

	private Outbox outbox;

	private ReactiveImessageTemplate template;

	@BeforeEach
	void start() throws IOException {
		Files.createDirectories(LOG.toPath().getParent());
		this.api = java(StubContiguity.class, Map.of(), List.of()).redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.api.getInputStream(), StandardCharsets.UTF_8));
		this.apiUrl = reader.readLine();
		this.url = TestDatabases.postgresUrl();
		this.dataSource = (HikariDataSource) TestDatabases.dataSource(this.url);
		createTables(this.dataSource);
		this.template = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.baseUrl(this.apiUrl)
			.from(StubContiguity.LINE)
			.buildReactive();
		this.outbox = new Outbox(this.dataSource, "CONTIGUITY_", "unused", false, settings(), this.template, null,
				(event) -> {
				});
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

	private static ProcessBuilder java(Class<?> main, Map<String, String> systemProperties, List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-Xmx256m",
						"-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
		systemProperties.forEach((name, value) -> command.add("-D" + name + "=" + value));
		command.add(main.getName());
		command.addAll(arguments);
		return new ProcessBuilder(command);
	}

	private Process worker(Map<String, String> systemProperties) throws IOException {
		Map<String, String> all = new HashMap<>(systemProperties);
		all.put("crash.url", this.url);
		Process process = java(CrashingWorker.class, all, Arrays.asList("--contiguity.token=contiguity_sk_test",
				"--contiguity.base-url=" + this.apiUrl, "--contiguity.from=" + StubContiguity.LINE,
				"--contiguity.pacing.enabled=false", "--contiguity.http.read-timeout=1s",
				"--contiguity.http.connect-timeout=1s", "--contiguity.reconcile.settle-time=0s",
				"--contiguity.outbox.worker.poll-interval=500ms", "--contiguity.outbox.worker.send-window=1s",
				"--contiguity.outbox.worker.heartbeat-interval=500ms", "--contiguity.outbox.reconcile.settle-time=4s",
				"--logging.level.root=ERROR", "--spring.main.banner-mode=off", "--spring.docker.compose.enabled=false"))
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(LOG))
			.start();
		this.processes.add(process);
		return process;
	}

	private Set<String> enqueue(int messages) {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		Set<String> committed = new LinkedHashSet<>();
		Random random = new Random(17);
		for (int i = 0; i < messages; i++) {
			String text = "Message " + i;
			String to = "+12065551" + String.format("%03d", i % CONVERSATIONS);
			boolean rollback = random.nextInt(10) == 0;
			transaction.executeWithoutResult((status) -> {
				this.outbox.operations()
					.enqueue(SendRequest.to(to).message((rollback) ? "Rolled back " + text : text).build());
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

	private Map<String, Long> states() {
		Map<String, Long> states = new TreeMap<>();
		new JdbcTemplate(this.dataSource).query("select state, count(*) as n from CONTIGUITY_OUTBOX group by state",
				(RowCallbackHandler) (row) -> states.put(row.getString("state"), row.getLong("n")));
		return states;
	}

	private List<StubContiguity.Sent> sent() {
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

	private void assertEachSentOnceAndInOrder(Set<String> committed) {
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

	private void awaitAllAccepted(int messages) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.pollInterval(Duration.ofMillis(200))
			.untilAsserted(() -> assertThat(states()).isEqualTo(Map.of("ACCEPTED", (long) messages)));
	}

	@Test
	void killsAtRandomTimesLoseNothingAndSendNothingTwice() throws Exception {
		Set<String> committed = enqueue(MESSAGES);
		Random random = new Random(4711);
		List<Process> alive = new ArrayList<>(List.of(worker(Map.of()), worker(Map.of())));
		for (int kill = 0; kill < KILLS; kill++) {
			int before = sent().size();
			int more = 20 + random.nextInt(100);
			Awaitility.await()
				.pollInterval(Duration.ofMillis(5))
				.atMost(Duration.ofMinutes(1))
				.until(() -> sent().size() >= Math.min(before + more, committed.size() - 1));
			Process victim = alive.remove(random.nextInt(alive.size()));
			victim.destroyForcibly().waitFor();
			alive.add(worker(Map.of()));
		}
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@ParameterizedTest
	@EnumSource(CrashPoint.class)
	void aDeathAtAPointLosesNothingAndSendsNothingTwice(CrashPoint point) throws Exception {
		Set<String> committed = enqueue(60);
		Process victim = worker(Map.of("crash.point", point.name(), "crash.after", "20"));
		assertThat(victim.waitFor()).isEqualTo(9);
		assertThat(states()).containsKey("SENDING");
		worker(Map.of());
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@Test
	void whatWasCommittedBeforeAnybodyWasToldIsSent() throws Exception {
		// this process enqueues, and nobody nudges
		OutboxEntry entry = this.outbox.operations()
			.enqueue(SendRequest.to("+12065551999").message("Message 0").build());
		worker(Map.of());
		awaitAllAccepted(1);
		assertThat(sent()).hasSize(1);
		assertThat(this.outbox.operations().find(entry.id()).orElseThrow().attempts()).isOne();
	}

}
