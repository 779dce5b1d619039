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
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import javax.sql.DataSource;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.OutboxEntry;
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

	private final Map<Process, String> processes = new LinkedHashMap<>();

	private final Map<String, Instant> killed = new HashMap<>();

	/** What was enqueued, by the ids of entries. */
	private final Map<String, String> texts = new HashMap<>();

	/**
	 * One for all questions: a server that has many idle connections closes those of the
	 * instances after an answer.
	 */
	private final HttpClient apiClient = HttpClient.newHttpClient();

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
		keepJournal(new JdbcTemplate(this.dataSource));
		this.template = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.baseUrl(this.apiUrl)
			.from(StubContiguity.LINE)
			.buildReactive();
		this.outbox = new Outbox(this.dataSource, "CONTIGUITY_", null, settings(), this.template, null, (event) -> {
		});
	}

	String apiUrl() {
		return this.apiUrl;
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

	/**
	 * Let the database write down which process marked which attempt, and what became of
	 * those of unknown outcome: the rows themselves only say how it ended.
	 */
	private static void keepJournal(JdbcTemplate jdbc) {
		jdbc.execute("create table journal (at timestamptz not null, process text not null, id text not null,"
				+ " attempt int not null, before text not null, after text not null, error_kind text)");
		jdbc.execute("""
				create function write_journal() returns trigger language plpgsql as $$
				begin
				  insert into journal values (clock_timestamp(), current_setting('application_name'), new.id,
				    new.attempts, old.state, new.state, new.error_kind);
				  return null;
				end $$""");
		jdbc.execute("create trigger journal after update on CONTIGUITY_OUTBOX for each row"
				+ " when (old.state <> new.state and (new.state in ('SENDING', 'UNKNOWN') or old.state = 'UNKNOWN'))"
				+ " execute function write_journal()");
	}

	private static OutboxSettings settings() {
		return new OutboxSettings(Duration.ofMillis(500), 10, 5, Duration.ofMillis(500), Duration.ofSeconds(1),
				Duration.ofHours(1), 1_000_000, true, Duration.ofSeconds(4), Duration.ofMinutes(10), true,
				Duration.ofDays(1), Duration.ZERO, Duration.ofSeconds(10));
	}

	@AfterEach
	void stop() {
		this.processes.keySet().forEach(Process::destroyForcibly);
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
		return worker(CrashingWorker.class, systemProperties, properties);
	}

	Process worker(Class<?> main, Map<String, String> systemProperties, String... properties) throws IOException {
		Map<String, String> all = new HashMap<>(systemProperties);
		String name = "worker-" + this.processes.size();
		all.put("crash.url", this.url + ((this.url.contains("?")) ? "&" : "?") + "ApplicationName=" + name);
		List<String> arguments = new ArrayList<>(List.of("--contiguity.token=contiguity_sk_test",
				"--contiguity.base-url=" + this.apiUrl, "--contiguity.from=" + StubContiguity.LINE,
				"--contiguity.pacing.enabled=false", "--contiguity.http.read-timeout=1s",
				"--contiguity.http.connect-timeout=1s", "--contiguity.reconcile.settle-time=0s",
				"--contiguity.outbox.worker.poll-interval=500ms", "--contiguity.outbox.worker.send-window=1s",
				"--contiguity.outbox.worker.heartbeat-interval=500ms", "--contiguity.outbox.reconcile.settle-time=4s",
				"--logging.level.root=ERROR", "--spring.main.banner-mode=off",
				"--spring.docker.compose.enabled=false"));
		for (String property : properties) {
			String start = property.substring(0, property.indexOf('=') + 1);
			// one that is given twice is a list
			arguments.removeIf((argument) -> argument.startsWith(start));
			arguments.add(property);
		}
		Process process = java(main, all, arguments).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(LOG))
			.start();
		this.processes.put(process, name);
		return process;
	}

	void kill(Process process) throws InterruptedException {
		this.killed.put(this.processes.get(process), Instant.now());
		process.destroyForcibly().waitFor();
	}

	/**
	 * Wait until an instance dies at its point.
	 * @param process the instance
	 */
	void awaitDeath(Process process) throws InterruptedException {
		assertThat(process.waitFor()).isEqualTo(9);
		this.killed.put(this.processes.get(process), Instant.EPOCH);
	}

	OutboxEntry enqueue(SendRequest request) {
		OutboxEntry entry = this.outbox.operations().enqueue(request);
		this.texts.put(entry.id(), request.message());
		return entry;
	}

	void knowTheOnlyEntry(String text) {
		this.texts.put(
				new JdbcTemplate(this.dataSource).queryForObject("select id from CONTIGUITY_OUTBOX", String.class),
				text);
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
				enqueue(SendRequest.to(to).from(line).message((rollback) ? "Rolled back " + text : text).build());
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
		List<StubContiguity.Sent> sent = new ArrayList<>();
		for (JsonNode message : JsonMapper.shared().readTree(askApi("/sent"))) {
			sent.add(new StubContiguity.Sent(message.path("to").asString(), message.path("from").asString(),
					message.path("text").asString(), message.path("at").asLong(), message.path("id").asString()));
		}
		return sent;
	}

	int countSent() {
		return Integer.parseInt(askApi("/sent/count"));
	}

	private String askApi(String path) {
		try {
			return this.apiClient
				.send(HttpRequest.newBuilder(URI.create(this.apiUrl + path)).build(),
						HttpResponse.BodyHandlers.ofString())
				.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
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
		assertSettledAsTheServerSays();
		Map<String, Integer> last = new HashMap<>();
		for (StubContiguity.Sent message : sent) {
			int number = Integer.parseInt(message.text().substring("Message ".length()));
			assertThat(last.getOrDefault(message.to(), -1)).isLessThan(number);
			last.put(message.to(), number);
		}
	}

	/**
	 * Compare each entry with what the server itself says: what was settled as sent was
	 * there by then, and what was settled as not sent was not.
	 */
	void assertSettledAsTheServerSays() {
		Map<String, StubContiguity.Sent> byText = new HashMap<>();
		sent().forEach((message) -> byText.put(message.text(), message));
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		Set<String> asked = new HashSet<>();
		for (Change change : journal()) {
			if (change.before().equals("UNKNOWN")) {
				asked.add(change.id());
				boolean there = !Instant.ofEpochMilli(byText.get(this.texts.get(change.id())).at())
					.isAfter(change.at());
				assertThat(change.after()).as(change.toString()).isEqualTo((there) ? "ACCEPTED" : "PENDING");
			}
		}
		jdbc.query("select id, state, message_id from CONTIGUITY_OUTBOX", (RowCallbackHandler) (row) -> {
			String id = row.getString("id");
			StubContiguity.Sent message = byText.get(this.texts.get(id));
			assertThat(message).as(id).isNotNull();
			assertThat(row.getString("state")).as(id).isEqualTo("ACCEPTED");
			// a history tells no message id
			if (row.getString("message_id") != null || !asked.contains(id)) {
				assertThat(row.getString("message_id")).as(id).isEqualTo(message.id());
			}
		});
	}

	/**
	 * Look for the process that marked each attempt of unknown outcome.
	 * @return how many attempts there are of unknown outcome
	 */
	int assertOnlyKilledProcessesLeftAnythingUnknown() {
		Map<String, String> markedBy = new HashMap<>();
		List<String> ofLivingOnes = new ArrayList<>();
		int unknown = 0;
		for (Change change : journal()) {
			String attempt = change.id() + " " + change.attempt();
			if (change.after().equals("SENDING")) {
				markedBy.put(attempt, change.process());
			}
			else if (change.after().equals("UNKNOWN")) {
				unknown++;
				String owner = markedBy.get(attempt);
				Instant death = this.killed.get(owner);
				if (death == null || change.at().isBefore(death)) {
					ofLivingOnes.add(change + " of " + owner + ", killed at " + death);
				}
			}
		}
		assertThat(ofLivingOnes).isEmpty();
		// there was something to be looked at
		assertThat(unknown).isPositive();
		return unknown;
	}

	/**
	 * Return who marked a message last.
	 * @param alive the instances to choose from
	 * @return the one, or any if it is not among them
	 */
	Process lastSender(List<Process> alive) {
		List<String> names = new JdbcTemplate(this.dataSource)
			.queryForList("select process from journal where after = 'SENDING' order by at desc limit 1", String.class);
		return alive.stream()
			.filter((process) -> names.contains(this.processes.get(process)))
			.findAny()
			.orElse(alive.get(0));
	}

	private List<Change> journal() {
		return new JdbcTemplate(this.dataSource).query("select * from journal order by at",
				(row, index) -> new Change(row.getObject("at", OffsetDateTime.class).toInstant(),
						row.getString("process"), row.getString("id"), row.getInt("attempt"), row.getString("before"),
						row.getString("after"), row.getString("error_kind")));
	}

	/**
	 * Wait as long as messages go on to be taken or settled: a busy machine may need long
	 * for all of them.
	 * @param messages how many there are
	 */
	void awaitAllAccepted(int messages) {
		Map<String, Long> all = Map.of("ACCEPTED", (long) messages);
		Map<String, Long> states = states();
		while (!states.equals(all)) {
			Map<String, Long> before = states;
			await("a change of " + before, () -> !states().equals(before));
			states = states();
		}
	}

	/**
	 * Wait until so many more messages were taken, or nearly all.
	 * @param more how many
	 * @param committed how many there are
	 */
	void awaitProgress(int more, int committed) {
		int before = countSent();
		await("more than " + before + " messages", () -> countSent() >= Math.min(before + more, committed - 1));
	}

	void await(String what, Callable<Boolean> condition) {
		Awaitility.await(what).pollInterval(Duration.ofMillis(50)).atMost(Duration.ofMinutes(3)).until(condition);
	}

	static void signal(long pid, String signal) throws Exception {
		new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
	}

	private record Change(Instant at, String process, String id, int attempt, String before, String after,
			String errorKind) {
	}

}
