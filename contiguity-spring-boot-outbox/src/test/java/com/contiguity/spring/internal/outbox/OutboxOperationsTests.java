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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxEntryDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxLaneDescriptor;
import com.contiguity.spring.autoconfigure.actuate.ContiguityEndpointAutoConfiguration;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.outbox.StubContiguity.Answer;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxEntryEvent;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxEndpointAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxHealthContributorAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What those who run an outbox see of it: events, meters, health and the endpoint.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutboxOperationsTests extends AbstractOutboxTests {

	private ApplicationContextRunner runner(Dialect dialect, String... properties) {
		return application(dialect, properties)
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ContiguityOutboxMetricsAutoConfiguration.class,
					ContiguityOutboxHealthContributorAutoConfiguration.class,
					ContiguityOutboxEndpointAutoConfiguration.class, ContiguityEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=contiguity")
			.withBean(Listener.class);
	}

	private static List<String> events(ApplicationContext context) {
		return context.getBean(Listener.class).events;
	}

	private static OutboxDescriptor section(ApplicationContext context) {
		return context.getBean(ContiguityEndpoint.class).contiguity().outbox();
	}

	private static double entries(ApplicationContext context, OutboxState state) {
		return context.getBean(MeterRegistry.class)
			.get("contiguity.outbox.entries")
			.tag("state", state.name().toLowerCase(Locale.ROOT))
			.gauge()
			.value();
	}

	private static Health health(ApplicationContext context) {
		return context.getBean("contiguityOutboxHealthContributor", HealthIndicator.class).health();
	}

	@DatabaseTest
	void tellsOfEachChangeAfterItsCommit(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.answer((message) -> (asked.getAndIncrement() == 0) ? Answer.tooMany(0)
				: (message.text().equals("Refused")) ? Answer.refuse(400) : Answer.ACCEPT);
		runner(dialect).run((context) -> {
			OutboxEntry entry = transaction(context).execute((status) -> {
				OutboxEntry enqueued = outbox(context).enqueue(request("Busy at first"));
				assertThat(events(context)).isEmpty();
				return enqueued;
			});
			await(context, entry.id(), OutboxState.ACCEPTED);
			Awaitility.await()
				.untilAsserted(() -> assertThat(events(context)).containsExactly("null -> PENDING 0 null",
						"SENDING -> PENDING 1 null", "SENDING -> ACCEPTED 2 imsg_1"));
			events(context).clear();
			await(context, outbox(context).enqueue(request("Refused")).id(), OutboxState.REJECTED);
			Awaitility.await()
				.untilAsserted(() -> assertThat(events(context)).containsExactly("null -> PENDING 0 null",
						"SENDING -> REJECTED 1 null"));
		});
	}

	@DatabaseTest
	void tellsOfAChangeWhoseCommitWasNotConfirmed(Dialect dialect, CapturedOutput output) {
		FaultyDatabase database = new FaultyDatabase(TestDatabases.dataSource(TestDatabases.url(dialect)));
		AtomicInteger outcomes = new AtomicInteger();
		database.failAfter(
				(sql) -> sql.startsWith("update") && sql.contains("message_id = ") && outcomes.incrementAndGet() == 1);
		runner(dialect).withBean(DataSource.class, () -> database).run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Committed"));
			await(context, entry.id(), OutboxState.ACCEPTED);
			Awaitility.await()
				.untilAsserted(() -> assertThat(events(context)).containsExactly("null -> PENDING 0 null",
						"SENDING -> ACCEPTED 1 imsg_1"));
			assertThat(database.failures()).isOne();
			assertThat(output).doesNotContain("another outcome", "The connection is lost");
		});
	}

	@DatabaseTest
	void tellsNothingOfWhatWasRolledBack(Dialect dialect) {
		runner(dialect, "contiguity.outbox.worker.enabled=false").run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("To be cancelled"), OutboxOptions.key("key"));
			events(context).clear();
			transaction(context).executeWithoutResult((status) -> {
				outbox(context).enqueue(request("Never"));
				outbox(context).cancel(entry.id());
				status.setRollbackOnly();
			});
			outbox(context).enqueue(request("To be cancelled"), OutboxOptions.key("key"));
			assertThat(events(context)).isEmpty();
			outbox(context).cancel("key");
			assertThat(events(context)).containsExactly("PENDING -> CANCELLED 0 null");
		});
	}

	@DatabaseTest
	void aListenerThatFailsChangesNothing(Dialect dialect) {
		runner(dialect).withBean(FailingListener.class).run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Sent all the same"));
			await(context, entry.id(), OutboxState.ACCEPTED);
		});
	}

	@DatabaseTest
	void measuresEntriesByStateAndTheAgeOfTheOldest(Dialect dialect) {
		runner(dialect, "contiguity.outbox.worker.enabled=false").run((context) -> {
			outbox(context).enqueue(request("Waits"));
			outbox(context).enqueue(request("Scheduled"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(60)));
			outbox(context).cancel(outbox(context).enqueue(request("Cancelled")).id());
			context.getBean(JdbcTemplate.class)
				.update("update CONTIGUITY_OUTBOX set next_attempt_at = created_at - interval '90' second"
						+ " where state = 'PENDING' and next_attempt_at <= created_at");
			assertThat(entries(context, OutboxState.PENDING)).isEqualTo(2);
			assertThat(entries(context, OutboxState.CANCELLED)).isEqualTo(1);
			assertThat(entries(context, OutboxState.UNKNOWN)).isZero();
			assertThat(context.getBean(MeterRegistry.class)
				.get("contiguity.outbox.oldest.age")
				.timeGauge()
				.value(TimeUnit.SECONDS)).isBetween(90.0, 120.0);
		});
	}

	@DatabaseTest
	void countsWhatAnInstanceThatDiedLeftBehind(Dialect dialect) {
		runner(dialect, "contiguity.outbox.reconcile.settle-time=1h").run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Left behind"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(60)));
			context.getBean(JdbcTemplate.class)
				.update("update CONTIGUITY_OUTBOX set state = 'SENDING', in_flight = conversation, attempts = 1,"
						+ " fence = 1, owner = 'dead', started_at = created_at");
			await(context, entry.id(), OutboxState.UNKNOWN);
			assertThat(context.getBean(MeterRegistry.class).get("contiguity.outbox.died").functionCounter().count())
				.isEqualTo(1);
		});
	}

	@DatabaseTest
	void anExpiredTokenIsDownAndAllIsSentOnceItWorksAgain(Dialect dialect) {
		AtomicBoolean expired = new AtomicBoolean(true);
		this.api.answer((message) -> (expired.get()) ? Answer.refuse(401) : Answer.ACCEPT);
		runner(dialect).withUserConfiguration(ProbingSoon.class).run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			List<String> ids = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				ids.add(outbox(context)
					.enqueue(SendRequest.to("+1206555020" + i % 4).message("Message " + i).build(),
							(i == 11) ? OutboxOptions.none().expiresAt(Instant.now().plusSeconds(600))
									: OutboxOptions.none())
					.id());
			}
			Awaitility.await().until(() -> health(context).getStatus().equals(Status.DOWN));
			assertThat(health(context).getDetails()).containsKeys("reason", "pausedSince")
				.containsEntry("expireWithinTheHour", 1L);
			assertThat(section(context).pausedSince()).isNotNull();
			// some probes later
			Awaitility.await()
				.until(() -> outbox(context).find(ids.get(0)).orElseThrow().attempts() >= 2 || attempts(context) >= 5);
			assertThat(context.getBean(Outbox.class).repository().countByState())
				.doesNotContainKeys(OutboxState.REJECTED, OutboxState.ACCEPTED);
			expired.set(false);
			ids.forEach((id) -> await(context, id, OutboxState.ACCEPTED));
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(this.api.texts()).doesNotHaveDuplicates().hasSize(12);
		});
	}

	@Test
	void aProbeThatFailsWithTheDatabaseIsMadeAgain() {
		AtomicBoolean expired = new AtomicBoolean(true);
		this.api.answer((message) -> (expired.get()) ? Answer.refuse(401) : Answer.ACCEPT);
		runner(Dialect.H2).withUserConfiguration(ProbingSoon.class).run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			OutboxEntry entry = outbox(context).enqueue(request("Waits for the account"));
			Awaitility.await().until(() -> health(context).getStatus().equals(Status.DOWN));
			// only the selection of what to send needs this column
			jdbc.execute("alter table CONTIGUITY_OUTBOX alter column SEQ rename to AWAY");
			Awaitility.await()
				.until(() -> jdbc.queryForObject("select max(consecutive_failures) from CONTIGUITY_OUTBOX_LANE",
						Integer.class) != null);
			expired.set(false);
			jdbc.execute("alter table CONTIGUITY_OUTBOX alter column AWAY rename to SEQ");
			await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
		});
	}

	private static long attempts(ApplicationContext context) {
		return context.getBean(JdbcTemplate.class)
			.queryForObject("select sum(attempts) from CONTIGUITY_OUTBOX", Long.class);
	}

	@DatabaseTest
	void theEndpointTellsWhatWaitsAndWhatNobodyKnows(Dialect dialect) {
		this.api.answer((message) -> Answer.BREAK_OFF);
		runner(dialect, "contiguity.outbox.reconcile.settle-time=1h").run((context) -> {
			assertThat(section(context).entries()).isEmpty();
			OutboxEntry lost = outbox(context).enqueue(request("Canary text").mutate().reference("order-1").build(),
					OutboxOptions.key("canary-key"));
			outbox(context).enqueue(request("After it"));
			await(context, lost.id(), OutboxState.UNKNOWN);
			OutboxDescriptor section = section(context);
			assertThat(section.entries()).isEqualTo(Map.of("pending", 1L, "unknown", 1L));
			assertThat(section.oldestDue()).isPositive();
			assertThat(section.pausedSince()).isNull();
			assertThat(section.lanes()).singleElement().satisfies((lane) -> {
				assertThat(lane.alias()).isEqualTo("line-1");
				assertThat(lane.waiting()).isEqualTo(1);
			});
			assertThat(section.unsettled()).singleElement().satisfies((entry) -> {
				assertThat(entry.id()).isEqualTo(lost.id());
				assertThat(entry.state()).isEqualTo("unknown");
				assertThat(entry.reference()).isEqualTo("order-1");
				assertThat(entry.attempts()).isOne();
			});
			assertThat(section.toString()).doesNotContain("anary", "2065550100", "2065550001");
		});
	}

	@DatabaseTest
	void theEndpointTellsWhoWorksOnALane(Dialect dialect) {
		runner(dialect, "contiguity.outbox.worker.enabled=false").run((context) -> {
			outbox(context).enqueue(SendRequest.to("+12065550100").from("+12065550009").message("Other").build());
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			OutboxRepository repository = context.getBean(Outbox.class).repository();
			jdbc.queryForList("select lane from CONTIGUITY_OUTBOX", String.class)
				.forEach((lane) -> repository.bringForward(lane, Instant.now()));
			repository.bringForward("bucket-3", Instant.now());
			jdbc.update("update CONTIGUITY_OUTBOX_LANE set picked = true, picked_by = 'outbox-1'"
					+ " where task_instance = 'bucket-3'");
			assertThat(section(context).lanes()).containsExactlyInAnyOrder(
					new OutboxLaneDescriptor("bucket-3", 0, "outbox-1"), new OutboxLaneDescriptor("other", 1, null));
		});
	}

	@DatabaseTest
	void theEndpointSettlesWhatNobodyKnows(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.answer((message) -> (asked.getAndIncrement() == 0) ? Answer.BREAK_OFF : Answer.ACCEPT);
		runner(dialect, "contiguity.outbox.resend-when-not-sent=false").run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Lost"));
			await(context, entry.id(), OutboxState.UNDECIDED);
			ContiguityEndpoint endpoint = context.getBean(ContiguityEndpoint.class);
			assertThat(section(context).unsettled()).extracting(OutboxEntryDescriptor::reason)
				.containsExactly("not-sent");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.settle(entry.id(), Verdict.UNDECIDED));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.settle("out_0", Verdict.SENT));
			assertThat(endpoint.settle(entry.id(), Verdict.NOT_SENT).state()).isEqualTo("pending");
			await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("Lost");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.settle(entry.id(), Verdict.SENT))
				.withMessageContaining("cannot be settled");
			assertThat(section(context).unsettled()).isEmpty();
		});
	}

	@Test
	void theEndpointSettlesOverHttp() throws Exception {
		this.api.answer((message) -> Answer.BREAK_OFF);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(WebApplication.class).run(
				"--server.port=0", "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID(),
				"--contiguity.token=contiguity_sk_test", "--contiguity.base-url=" + this.api.baseUrl(),
				"--contiguity.from=" + StubContiguity.LINE, "--spring.main.banner-mode=off",
				"--management.endpoints.web.exposure.include=contiguity", "--db-scheduler.enabled=false")) {
			String id = outbox(context).enqueue(request("Lost")).id();
			await(context, id, OutboxState.UNKNOWN);
			URI endpoint = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
					+ "/actuator/contiguity");
			HttpClient client = HttpClient.newHttpClient();
			assertThat(
					client.send(HttpRequest.newBuilder(endpoint).build(), HttpResponse.BodyHandlers.ofString()).body())
				.contains("\"outbox\":{\"entries\":{\"unknown\":1},\"oldestDue\":\"PT0S\"", id);
			HttpRequest.Builder settle = HttpRequest.newBuilder(URI.create(endpoint + "/" + id))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"verdict\":\"SENT\"}"));
			HttpResponse<String> settled = client.send(settle.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(settled.statusCode()).as(settled.body()).isEqualTo(200);
			assertThat(settled.body()).contains("\"state\":\"accepted\"");
			assertThat(client.send(settle.build(), HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(400);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WebApplication {

	}

	static class Listener {

		private final List<String> events = new CopyOnWriteArrayList<>();

		@EventListener
		void changed(OutboxEntryEvent event) {
			this.events.add(event.previousState() + " -> " + event.entry().state() + " " + event.entry().attempts()
					+ " " + event.entry().messageId());
		}

	}

	static class FailingListener {

		@EventListener
		void changed(OutboxEntryEvent event) {
			throw new IllegalStateException("A listener that fails");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProbingSoon {

		@Bean
		@DependsOnDatabaseInitialization
		Outbox contiguityOutbox(DataSource dataSource, ReactiveImessageTemplate template,
				ApplicationEventPublisher publisher) {
			OutboxSettings settings = new OutboxSettings(Duration.ofMillis(200), 10, 5, Duration.ofMillis(500),
					Duration.ofSeconds(1), Duration.ofHours(10), 1000, true, Duration.ofSeconds(3),
					Duration.ofMinutes(1), true, Duration.ofDays(1), Duration.ZERO, Duration.ofSeconds(5));
			return new Outbox(dataSource, "CONTIGUITY_", "key", settings, template, null, publisher,
					new AccountPause(Duration.ofMillis(100), Duration.ofMillis(400), System::nanoTime));
		}

	}

}
