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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what Prometheus reads of the application, and for the dashboard made for it.
 */
@SpringBootTest(properties = { "contiguity.retry.initial-interval=1ms", "contiguity.retry.max-interval=1ms",
		"contiguity.pacing.rate=1000", "contiguity.pacing.burst=1000",
		"management.metrics.distribution.percentiles-histogram.contiguity.imessage=true" })
@AutoConfigureMetrics
@AutoConfigureMockMvc
class PrometheusTests {

	private static final Path DASHBOARD = Path.of("..", "docs", "grafana-dashboard.json");

	private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");

	private static final Pattern METRIC = Pattern.compile("\\bcontiguity_[a-z_]+");

	private static final String TO = "+15557654321";

	private static final String FROM = "+15550001001";

	private final MockMvcTester mvc;

	private final ImessageOperations imessage;

	private final ContiguitySandbox sandbox;

	PrometheusTests(@Autowired MockMvcTester mvc, @Autowired ImessageOperations imessage,
			@Autowired ContiguitySandbox sandbox) {
		this.mvc = mvc;
		this.imessage = imessage;
		this.sandbox = sandbox;
	}

	@Test
	void theDashboardShowsWhatThereIs() throws IOException {
		everything();
		for (int status : new int[] { 400, 401, 429, 500 }) {
			this.sandbox.clear();
			// more than all calls with their retries take
			this.sandbox.next(Collections.nCopies(50, Fault.status(status)).toArray(Fault[]::new));
			everything();
		}
		this.sandbox.clear();
		Set<String> names = names();
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		Set<String> shown = new TreeSet<>();
		dashboard.path("panels")
			.forEach((panel) -> panel.path("targets").forEach((target) -> addMetrics(shown, target)));
		assertThat(dashboard.path("panels").size()).isEqualTo(8);
		assertThat(shown).hasSizeGreaterThan(6);
		assertThat(names).containsAll(shown);
	}

	private static void addMetrics(Set<String> metrics, JsonNode target) {
		Matcher matcher = METRIC.matcher(target.path("expr").asString());
		assertThat(matcher.find()).isTrue();
		do {
			metrics.add(matcher.group());
		}
		while (matcher.find());
	}

	private Set<String> names() throws IOException {
		String scrape = this.mvc.get().uri("/actuator/prometheus").exchange().getResponse().getContentAsString();
		Files.writeString(Path.of("target", "scrape.txt"), scrape);
		Set<String> names = new TreeSet<>();
		scrape.lines().filter((line) -> !line.startsWith("#")).forEach((line) -> {
			Matcher matcher = LINE.matcher(line);
			assertThat(matcher.matches()).as(line).isTrue();
			names.add(matcher.group(1));
		});
		return names;
	}

	private void everything() {
		List<Runnable> calls = List.of(() -> this.imessage.send(TO, "Hello"), () -> this.imessage.history(TO, FROM),
				() -> this.imessage.availability(TO), () -> this.imessage.read(TO, FROM),
				() -> this.imessage.typing(TypingAction.START, TO, FROM),
				() -> this.imessage.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessage(TO, FROM, "Hello")),
				() -> this.imessage.get("imsg_unknown"));
		for (Runnable call : calls) {
			try {
				call.run();
			}
			catch (RuntimeException ex) {
				assertThat(ex.getMessage()).doesNotContain(TO);
			}
		}
	}

}
