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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Prometheus sees of the sample after every operation and every outcome, and that
 * the dashboard and the queries in the documentation ask for what is there.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.pacing.rate=1000", "contiguity.pacing.burst=1000",
				"contiguity.retry.initial-interval=1ms", "contiguity.retry.max-interval=1ms",
				"contiguity.http.read-timeout=1s" })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusTests {

	private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");

	private static final Pattern SELECTION = Pattern.compile("(contiguity_\\w+)(\\{[^}]*}|)");

	private static final Pattern OUR_METRIC = Pattern.compile("contiguity_\\w+");

	private static final Path DOCS = Path.of("..", "docs");

	private final RestClient client;

	private final ContiguitySandbox sandbox;

	private String scrape;

	PrometheusTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox) {
		this.client = SampleClient.at(port);
		this.sandbox = sandbox;
	}

	@BeforeEach
	void scrapeAfterEveryOperationAndOutcome() {
		if (this.scrape != null) {
			return;
		}
		this.sandbox.rateLimit(false);
		// asks the account, as no call was served yet
		get("/actuator/health");
		everything();
		for (Fault fault : List.of(Fault.status(400), Fault.status(401), Fault.status(403), Fault.status(500),
				Fault.dropBeforeAccepting())) {
			everything(fault);
		}
		Fault busy = Fault.status(429, Duration.ZERO);
		everything(busy, busy, busy);
		for (int recipient = 1; recipient <= 9; recipient++) {
			post("/messages", "{'to': '+1500555000%d', 'message': 'Hello'}".formatted(recipient));
		}
		post("/sandbox/messages", "{'from': '+15557654321', 'message': 'Hello'}");
		post("/contiguity/webhook", "{}");
		Awaitility.waitAtMost(30, TimeUnit.SECONDS)
			.until(() -> get("/actuator/prometheus").contains("contiguity_webhook_seconds_count{"));
		this.scrape = get("/actuator/prometheus");
	}

	private void everything(Fault... faults) {
		List<Runnable> operations = List.of(() -> post("/messages", "{'to': '+15557654321', 'message': 'Hello'}"),
				() -> post("/conversations/+15557654321/reactions", "{'tapback': 'love', 'message': 'Hello'}"),
				() -> post("/conversations/+15557654321/read", "{}"),
				() -> post("/conversations/+15557654321/typing", "{'action': 'start'}"),
				() -> get("/messages/" + this.sandbox.messages().get(0).id()), () -> get("/conversations/+15557654321"),
				() -> get("/availability/+15557654321"));
		for (Runnable operation : operations) {
			this.sandbox.next(faults);
			operation.run();
		}
	}

	private void post(String uri, String json) {
		this.client.post()
			.uri(uri)
			.contentType(MediaType.APPLICATION_JSON)
			.body(json.replace('\'', '"'))
			.retrieve()
			.toBodilessEntity();
	}

	private String get(String uri) {
		return this.client.get().uri(uri).retrieve().body(String.class);
	}

	@Test
	void hasEveryOperationAndEveryOutcome() {
		for (String outcome : List.of("accepted", "rejected", "not_sent", "unknown")) {
			assertThatItHas("send", outcome);
		}
		for (String operation : List.of("react", "read", "typing", "get", "history", "availability")) {
			for (String outcome : List.of("success", "rejected", "not_sent")) {
				assertThatItHas(operation, outcome);
			}
		}
		assertThatItHas("lines", "success");
	}

	private void assertThatItHas(String operation, String outcome) {
		assertThat(this.scrape).containsPattern(
				"contiguity_imessage_seconds_count\\{[^}]*operation=\"" + operation + "\",outcome=\"" + outcome + "\"");
	}

	@Test
	void eachMetricHasOneSetOfLabels() {
		Map<String, Set<String>> labels = new HashMap<>();
		this.scrape.lines().filter((line) -> !line.startsWith("#")).forEach((line) -> {
			Matcher sample = SAMPLE.matcher(line);
			assertThat(sample.matches()).as(line).isTrue();
			Set<String> names = LABEL.matcher((sample.group(2) != null) ? sample.group(2) : "")
				.results()
				.map((label) -> label.group(1))
				.collect(Collectors.toCollection(TreeSet::new));
			names.remove("le");
			if (sample.group(1).startsWith("contiguity") || sample.group(1).startsWith("http_client")) {
				assertThat(labels.computeIfAbsent(sample.group(1), (name) -> names)).as(line).isEqualTo(names);
			}
		});
		assertThat(labels).hasSizeGreaterThan(15);
	}

	@Test
	void promtoolFindsNothingWrong(@TempDir Path directory) throws Exception {
		assumePromtool();
		Path file = Files.writeString(directory.resolve("scrape.txt"), this.scrape);
		Promtool check = Promtool.run(file, "check", "metrics");
		// 3 is for advice on names, which others' metrics may need
		assertThat(check.exitCode()).as(check.output()).isIn(0, 3);
		// Micrometer has no help for what observations are made to
		assertThat(check.output().lines())
			.filteredOn((line) -> line.startsWith("contiguity") && !line.endsWith("no help text"))
			.isEmpty();
	}

	@Test
	void theDashboardAsksForWhatIsThere(@TempDir Path directory) throws Exception {
		List<String> queries = JsonMapper.shared()
			.readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")))
			.findValues("expr")
			.stream()
			.map(JsonNode::asString)
			.map((query) -> query.replace("$__rate_interval", "5m"))
			.toList();
		assertThat(queries).hasSizeGreaterThan(10);
		assertThatTheyAskForWhatIsThere(queries, directory);
	}

	@Test
	void theDashboardAsksForTheAccountOfWhatHasOne() throws Exception {
		Set<String> withAccount = this.scrape.lines()
			.filter((line) -> line.contains("account=\"default\""))
			.map((line) -> ofSummaryOrHistogram(line.split("[{ ]")[0]))
			.collect(Collectors.toSet());
		assertThat(withAccount).isNotEmpty();
		assertThat(JsonMapper.shared()
			.readTree(Files.readString(DOCS.resolve("grafana-dashboard.json")))
			.findValues("expr")).flatExtracting((query) -> SELECTION.matcher(query.asString()).results().toList())
			.isNotEmpty()
			.allSatisfy((selection) -> assertThat(selection.group(2).contains("account=~\"$account\""))
				.as(selection.group())
				.isEqualTo(withAccount.contains(ofSummaryOrHistogram(selection.group(1)))));
	}

	@Test
	void theQueriesInTheDocumentationAskForWhatIsThere(@TempDir Path directory) throws Exception {
		String page = Files.readString(DOCS.resolve("observability.md"));
		String block = page.substring(page.indexOf("```promql") + 9);
		List<String> queries = List.of(block.substring(0, block.indexOf("```")).split("(?m)^#.*$"))
			.stream()
			.filter((query) -> !query.isBlank())
			.toList();
		assertThat(queries).hasSizeGreaterThan(5);
		assertThatTheyAskForWhatIsThere(queries, directory);
	}

	private void assertThatTheyAskForWhatIsThere(List<String> queries, Path directory) throws Exception {
		Set<String> names = this.scrape.lines()
			.filter((line) -> !line.startsWith("#"))
			.map((line) -> line.split("[{ ]")[0])
			.map(PrometheusTests::ofSummaryOrHistogram)
			.collect(Collectors.toSet());
		List<String> asked = queries.stream()
			.flatMap((query) -> OUR_METRIC.matcher(query).results().map(MatchResult::group))
			.map(PrometheusTests::ofSummaryOrHistogram)
			.toList();
		assertThat(asked).isNotEmpty();
		assertThat(names).containsAll(asked);
		assumePromtool();
		String rules = queries.stream()
			.map((query) -> "  - record: a:b\n    expr: " + JsonMapper.shared().writeValueAsString(query.strip()))
			.collect(Collectors.joining("\n", "groups:\n- name: queries\n  rules:\n", "\n"));
		Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
		Promtool check = Promtool.run(null, "check", "rules", "--lint=none", file.toString());
		assertThat(check.exitCode()).as(check.output()).isZero();
	}

	// tasks under way are a summary, or a gauge histogram if percentiles are asked for
	private static String ofSummaryOrHistogram(String name) {
		return name.replace("_gcount", "_count").replace("_gsum", "_sum");
	}

	private static void assumePromtool() {
		boolean there;
		try {
			there = Promtool.run(null, "--version").exitCode() == 0;
		}
		catch (UncheckedIOException ex) {
			there = false;
		}
		Assumptions.assumeTrue(there, "promtool is not installed: it comes with Prometheus");
	}

	private record Promtool(int exitCode, String output) {

		static Promtool run(Path input, String... arguments) {
			ProcessBuilder builder = new ProcessBuilder("promtool").redirectErrorStream(true);
			builder.command().addAll(List.of(arguments));
			builder.redirectInput((input != null) ? input.toFile() : new File("/dev/null"));
			try {
				Process process = builder.start();
				String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
				return new Promtool(process.waitFor(), output);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
