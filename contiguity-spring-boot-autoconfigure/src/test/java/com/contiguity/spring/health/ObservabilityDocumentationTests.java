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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.WebhooksDescriptor;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.internal.webhook.DirectDelivery;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.internal.webhook.WebhookDispatcher;
import com.contiguity.spring.internal.webhook.WebhookHandler;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.observation.ContiguityKeyName;
import com.contiguity.spring.observation.ContiguityMeterDocumentation;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.ContiguityObservationDocumentation;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.health.contributor.Health;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the tables and examples in {@code docs/observability.md} match the code.
 * With {@code -Dcontiguity.docs.update=true} it writes them instead.
 */
class ObservabilityDocumentationTests {

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	// so that the examples are the same each time
	private static final Duration NOON = Duration.between(Instant.EPOCH, Instant.parse("2026-11-23T12:00:00Z"));

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(SerializationFeature.INDENT_OUTPUT)
		.changeDefaultPropertyInclusion((inclusion) -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
		.build();

	@Test
	void thePageMatchesTheCode() throws IOException {
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
		StringBuilder tables = new StringBuilder();
		spans().forEach((observation, span) -> {
			tables.append((tables.isEmpty()) ? "" : "\n")
				.append("| Observation `%s`, span `%s` | Where | Value |\n|---|---|---|\n".formatted(name(observation),
						span));
			for (KeyName key : observation.getLowCardinalityKeyNames()) {
				row(tables, code(key.asString()), "meters and spans", ((ContiguityKeyName) key).description());
			}
			for (KeyName key : observation.getHighCardinalityKeyNames()) {
				row(tables, code(key.asString()), "spans", ((ContiguityKeyName) key).description());
			}
		});
		return tables.toString();
	}

	private static Map<ContiguityObservationDocumentation, String> spans() {
		Map<ContiguityObservationDocumentation, String> spans = new LinkedHashMap<>();
		spans.put(ContiguityObservationDocumentation.CALL, "imessage <operation>");
		spans.put(ContiguityObservationDocumentation.WEBHOOK, "webhook <type>");
		assertThat(spans).containsOnlyKeys(ContiguityObservationDocumentation.values());
		return spans;
	}

	private static String name(ContiguityObservationDocumentation observation) {
		return BeanUtils.instantiateClass(observation.getDefaultConvention()).getName();
	}

	private static String meters() {
		StringBuilder table = new StringBuilder("| Meter | Type | Keys | Description |\n|---|---|---|---|\n");
		Set<ContiguityKeyName> all = EnumSet.noneOf(ContiguityKeyName.class);
		Map<ContiguityObservationDocumentation, List<String>> observed = Map.of(ContiguityObservationDocumentation.CALL,
				List.of("Completed calls", "Current calls"), ContiguityObservationDocumentation.WEBHOOK,
				List.of("Handled webhook events", "Webhook events that are being handled"));
		for (ContiguityObservationDocumentation observation : spans().keySet()) {
			String name = name(observation);
			ContiguityKeyName[] keys = Arrays.copyOf(observation.getLowCardinalityKeyNames(),
					observation.getLowCardinalityKeyNames().length, ContiguityKeyName[].class);
			all.addAll(List.of(keys));
			row(table, code(name), "timer", names(keys) + ", `error`",
					observed.get(observation).get(0) + ", recorded by the observation.");
			row(table, code(name + ".active"), "long task timer", names(keys), observed.get(observation).get(1)
					+ ", recorded by the observation. Keys that are known only at the end are `none`.");
		}
		for (ContiguityMeterDocumentation meter : ContiguityMeterDocumentation.values()) {
			all.addAll(List.of(meter.getKeys()));
			row(table, code(meter.getName()), meter.getType(), names(meter.getKeys()), meter.getDescription());
		}
		table.append("\n| Key | Value |\n|---|---|\n");
		for (ContiguityKeyName key : all) {
			row(table, code(key.asString()), key.description());
		}
		row(table, code("error"),
				"Class of the error, or `none`. Micrometer adds it to timers of observations. Use `exception` instead.");
		return table.toString();
	}

	private static String names(ContiguityKeyName... keys) {
		return Arrays.stream(keys).map((key) -> code(key.asString())).collect(Collectors.joining(", "));
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
			sections.put("endpoint-example",
					json(new ContiguityEndpoint(Map.of("default", template), () -> webhooks(receiver()), null)
						.contiguity()));
			time.advanceTimeBy(Duration.ofMinutes(5));
			Health health = new ContiguityHealthIndicator(template, Duration.ofMinutes(5)).health().block(TIMEOUT);
			Map<String, Object> shown = new LinkedHashMap<>();
			shown.put("details", health.getDetails());
			shown.put("status", health.getStatus().getCode());
			sections.put("health-example", json(shown));
		}
		finally {
			time.dispose();
		}
	}

	private static WebhooksDescriptor webhooks(WebhookReceiver receiver) {
		return new WebhooksDescriptor(receiver.statistics().deliveries(), receiver.statistics().handledEvents(),
				receiver.statistics().failedEvents(), receiver.pendingEvents());
	}

	private static WebhookReceiver receiver() {
		WebhookHandler handler = new WebhookHandler((event) -> {
		}, new InMemoryWebhookEventStore(Duration.ofHours(24)), ObservationRegistry.NOOP, null);
		// handled before the endpoint is called
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET),
					new WebhookDispatcher(handler, executor, 10), ContiguityMeters.NONE, Clock.systemUTC());
			byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, Canaries.TEXT);
			DirectDelivery.deliver(receiver, body);
			DirectDelivery.deliver(receiver, body);
			DirectDelivery.deliver(receiver, null, body);
			Awaitility.waitAtMost(TIMEOUT).until(() -> receiver.pendingEvents() == 0);
			return receiver;
		}
		finally {
			executor.shutdownNow();
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
