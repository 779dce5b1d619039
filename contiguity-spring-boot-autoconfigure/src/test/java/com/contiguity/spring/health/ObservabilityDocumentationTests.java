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

package com.contiguity.spring.health;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.observation.DefaultImessageObservationConvention;
import com.contiguity.spring.observation.ImessageMeterDocumentation;
import com.contiguity.spring.observation.ImessageObservationDocumentation.HighCardinalityKeyNames;
import com.contiguity.spring.observation.ImessageObservationDocumentation.LowCardinalityKeyNames;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.health.contributor.Health;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables and examples in {@code docs/observability.md} are made from the code. With
 * {@code -Dcontiguity.docs.update=true} this writes them; otherwise it fails if they are
 * stale.
 */
class ObservabilityDocumentationTests {

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	// the examples are the same each time
	private static final Duration NOON = Duration.between(Instant.EPOCH, Instant.parse("2026-11-23T12:00:00Z"));

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.INDENT_OUTPUT)
		.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
		.build();

	@Test
	void thePageSaysWhatTheCodeDoes() throws IOException {
		String page = Files.readString(PAGE);
		Map<String, String> sections = new LinkedHashMap<>();
		sections.put("observations", observations());
		sections.put("meters", meters());
		sections.put("events", events());
		sections.put("health", healthDetails());
		examples(sections);
		String fresh = page;
		for (Map.Entry<String, String> section : sections.entrySet()) {
			Pattern pattern = Pattern.compile(
					"(<!-- generated:start " + section.getKey() + " -->\n).*?(<!-- generated:end -->)", Pattern.DOTALL);
			assertThat(fresh).as(section.getKey()).containsPattern(pattern);
			fresh = pattern.matcher(fresh).replaceFirst("$1" + Matcher.quoteReplacement(section.getValue()) + "$2");
		}
		if (Boolean.getBoolean("contiguity.docs.update")) {
			Files.writeString(PAGE, fresh);
		}
		else {
			assertThat(page)
				.as("docs/observability.md is stale: run ./mvnw test -pl contiguity-spring-boot-autoconfigure "
						+ "-Dtest=ObservabilityDocumentationTests -Dcontiguity.docs.update=true")
				.isEqualTo(fresh);
		}
	}

	private static String observations() {
		StringBuilder table = new StringBuilder("| Observation `" + DefaultImessageObservationConvention.NAME
				+ "`, span `imessage <operation>` | Where | Value |\n|---|---|---|\n");
		for (LowCardinalityKeyNames key : LowCardinalityKeyNames.values()) {
			row(table, code(key.asString()), "meters and spans", key.description());
		}
		for (HighCardinalityKeyNames key : HighCardinalityKeyNames.values()) {
			row(table, code(key.asString()), "spans", key.description());
		}
		return table.toString();
	}

	private static String meters() {
		StringBuilder table = new StringBuilder("| Meter | Type | Keys | Description |\n|---|---|---|---|\n");
		String keys = Arrays.stream(LowCardinalityKeyNames.values())
			.map((key) -> code(key.asString()))
			.collect(Collectors.joining(", "));
		String name = DefaultImessageObservationConvention.NAME;
		row(table, code(name), "timer", keys + ", `error`", "Calls that ended, made from the observation.");
		row(table, code(name + ".active"), "long task timer", keys,
				"Calls under way, made from the observation; but for `operation` all keys are `none`.");
		for (ImessageMeterDocumentation meter : ImessageMeterDocumentation.values()) {
			row(table, code(meter.getName()), meter.getType(),
					Arrays.stream(meter.getKeys()).map((key) -> code(key.asString())).collect(Collectors.joining(", ")),
					meter.getDescription());
		}
		table.append("\n| Key | Value |\n|---|---|\n");
		for (ImessageMeterDocumentation.Keys key : ImessageMeterDocumentation.Keys.values()) {
			row(table, code(key.asString()), key.description());
		}
		return table.toString();
	}

	private static String events() {
		Map<String, String> when = Map.of("ImessageSentEvent", "`ACCEPTED`", "ImessageNotSentEvent",
				"`REJECTED` or `NOT_SENT`", "ImessageOutcomeUnknownEvent", "`UNKNOWN`");
		StringBuilder table = new StringBuilder("| Event | Outcome | Carries |\n|---|---|---|\n");
		for (Class<?> event : ImessageSendEvent.class.getPermittedSubclasses()) {
			assertThat(when).containsKey(event.getSimpleName());
			String carries = Arrays.stream(event.getRecordComponents())
				.map(RecordComponent::getName)
				.map((name) -> code(name + "()"))
				.collect(Collectors.joining(", "));
			row(table, code(event.getSimpleName()), when.get(event.getSimpleName()), carries);
		}
		return table.toString();
	}

	private static String healthDetails() {
		StringBuilder table = new StringBuilder("| Detail | Value |\n|---|---|\n");
		for (HealthDetail detail : HealthDetail.values()) {
			row(table, code(detail.key()), detail.description());
		}
		return table.toString();
	}

	private static void examples(Map<String, String> sections) {
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		time.advanceTimeBy(NOON);
		try (RecordingServer server = RecordingServer.start()) {
			ReactiveImessageTemplate template = ReactiveImessageTemplate.builder()
				.baseUrl(server.baseUrl())
				.token(Canaries.TOKEN)
				.lines(List.of("+15550001001", "+15550001002"))
				.retryPolicy(new NeverRetryPolicy())
				.scheduler(time)
				.buildReactive();
			server.reply(Reply.accepted("imsg_1"), Reply.error(400, "No"), Reply.error(500, "No"), Reply.data("""
					{"numbers":[
					{"id":"+15550001001","lease_status":"active","capabilities":{"channels":["imessage"]}},
					{"id":"+15550001002","lease_status":"active","capabilities":{"channels":["imessage"]}}]}"""));
			for (int i = 0; i < 3; i++) {
				template.send("+15557654321", "Hello")
					.onErrorResume(ContiguityException.class, (failure) -> Mono.empty())
					.block(TIMEOUT);
			}
			sections.put("endpoint-example", json(new ContiguityEndpoint(template).contiguity()));
			time.advanceTimeBy(Duration.ofMinutes(5));
			Health health = new ContiguityHealthIndicator(template, Duration.ofMinutes(5), time).health()
				.block(TIMEOUT);
			Map<String, Object> shown = new LinkedHashMap<>();
			shown.put("details", health.getDetails());
			shown.put("status", health.getStatus().getCode());
			sections.put("health-example", json(shown));
		}
		finally {
			time.dispose();
		}
	}

	private static String json(Object value) {
		return "```json\n" + MAPPER.writeValueAsString(value).replace("\r\n", "\n") + "\n```\n";
	}

	private static String code(String text) {
		return "`" + text + "`";
	}

	private static void row(StringBuilder table, String... cells) {
		table.append("| ").append(String.join(" | ", cells)).append(" |\n");
	}

}
