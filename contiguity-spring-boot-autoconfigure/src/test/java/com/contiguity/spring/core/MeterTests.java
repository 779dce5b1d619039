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

package com.contiguity.spring.core;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.observation.ContiguityMeterDocumentation;
import com.contiguity.spring.observation.MicrometerContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the values and the number of meters.
 */
class MeterTests {

	private static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message(Canaries.TEXT).build();

	private final MeterRegistry meters = new SimpleMeterRegistry();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ImessageTemplateBuilder builder() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(this.meters));
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.lines(List.of(Canaries.LINE))
			.backOffPolicy(new NoBackOffPolicy())
			.observationRegistry(registry)
			.meters(new MicrometerContiguityMeters(this.meters));
	}

	@Test
	void countsCallsAttemptsAndRetries() {
		this.server.reply(Reply.error(429, "Later"), Reply.error(503, "Later", "Retry-After: 0"));
		builder().build().send(REQUEST);
		assertThat(this.meters.get("contiguity.imessage")
			.tags("operation", "send", "outcome", "accepted", "status", "200", "exception", "none")
			.timer()
			.count()).isEqualTo(1);
		assertThat(this.meters.get("contiguity.imessage.attempts").tag("operation", "send").summary().totalAmount())
			.isEqualTo(3);
		assertThat(this.meters.get("contiguity.imessage.retries").tag("reason", "429").counter().count()).isEqualTo(1);
		assertThat(this.meters.get("contiguity.imessage.retries").tag("reason", "503").counter().count()).isEqualTo(1);
	}

	@Test
	void reportsTheReasonOfARetryWithoutAResponse() {
		ImessageTemplate imessage = builder().build();
		this.server.reply(Reply.hangUp());
		this.server.otherwise(Reply.data("{\"available\":true}"));
		imessage.availability(Canaries.RECIPIENT);
		assertThat(this.meters.get("contiguity.imessage.retries")
			.tags("operation", "availability", "reason", "exchange")
			.counter()
			.count()).isEqualTo(1);
	}

	@Test
	void measuresLinesByTheirPlaceInThePool() {
		ImessageTemplate imessage = builder().lines(List.of(Canaries.LINE, "+15550001002")).pacing(0.001, 5).build();
		assertThat(this.meters.get("contiguity.line.available").tag("line", "line-2").gauge().value()).isEqualTo(5);
		imessage.send(SendRequest.to(Canaries.RECIPIENT).from("+15550001002").message("a").build());
		imessage.send(SendRequest.to(Canaries.RECIPIENT).from("+15550001009").message("a").build());
		assertThat(this.meters.get("contiguity.line.available").tag("line", "line-2").gauge().value()).isEqualTo(4);
		assertThat(this.meters.get("contiguity.line.available").tag("line", "line-1").gauge().value()).isEqualTo(5);
		assertThat(this.meters.get("contiguity.line.wait").tag("line", "line-2").timer().count()).isEqualTo(1);
		assertThat(this.meters.get("contiguity.line.wait").tag("line", "other").timer().count()).isEqualTo(1);
	}

	@Test
	void distinguishesAccounts() {
		builder().build().send(REQUEST);
		builder().account("support").build().send(REQUEST);
		builder().account("support").build().send(REQUEST);
		for (String meter : List.of("contiguity.imessage", "contiguity.line.wait")) {
			assertThat(this.meters.get(meter).tag("account", "default").timer().count()).as(meter).isEqualTo(1);
			assertThat(this.meters.get(meter).tag("account", "support").timer().count()).as(meter).isEqualTo(2);
		}
		assertThat(this.meters.get("contiguity.imessage.attempts").tag("account", "support").summary().count())
			.isEqualTo(2);
		assertThat(this.meters.get("contiguity.line.available").tag("line", "line-1").gauges())
			.extracting((gauge) -> gauge.getId().getTag("account"))
			.containsExactlyInAnyOrder("default", "support");
	}

	@Test
	void tellsNoNumberOfALineThatNothingIsKnownOf() {
		builder().linePacer((line, maxWait) -> Mono.just(() -> {
		})).build().send(REQUEST);
		assertThat(this.meters.get("contiguity.line.available").tag("line", "line-1").gauge().value()).isNaN();
	}

	@Test
	void countsCallsUnderWay() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		this.server.otherwise((socket) -> {
			try {
				assertThat(answer.await(30, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			return Reply.accepted("imsg_1").write(socket);
		});
		var receipt = builder().build().sendAsync(REQUEST);
		this.server.take();
		LongTaskTimer active = this.meters.get("contiguity.imessage.active")
			.tags("operation", "send", "outcome", "none", "status", "none", "exception", "none")
			.longTaskTimer();
		assertThat(active.activeTasks()).isEqualTo(1);
		answer.countDown();
		receipt.get(30, TimeUnit.SECONDS);
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> active.activeTasks() == 0);
	}

	@Test
	void meterNamesHaveTheKeysThatAreDocumented() {
		this.server.reply(Reply.error(429, "Later"));
		builder().build().send(REQUEST);
		new MicrometerContiguityMeters(this.meters).webhookReceived("imessage.incoming", "accepted");
		for (ContiguityMeterDocumentation documented : ContiguityMeterDocumentation.values()) {
			assertThat(this.meters.get(documented.getName()).meters()).isNotEmpty()
				.allSatisfy((meter) -> assertThat(meter.getId().getTags()).extracting(Tag::getKey)
					.containsExactlyInAnyOrderElementsOf(
							List.of(documented.getKeys()).stream().map((key) -> key.asString()).toList()));
		}
	}

	@Test
	void metersThatFailChangeNothingForTheSend() {
		this.meters.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				throw new IllegalStateException("a bug");
			}

		});
		this.server.reply(Reply.error(429, "Later"));
		assertThat(builder().build().send(REQUEST).attempts()).isEqualTo(2);
	}

	@Test
	void aHundredThousandRecipientsAddNoMeter() {
		ReactiveImessageTemplate template = builder().pacing(1_000_000, 1_000_000)
			.webClientBuilder(WebClient.builder()
				.filter((request,
						next) -> Mono.just(ClientResponse.create(HttpStatus.OK)
							.header("Content-Type", "application/json")
							.body("{\"id\":\"req_1\",\"data\":{\"message_id\":\"imsg_1\"}}")
							.build())))
			.buildReactive();
		send(template, 0, 10);
		Set<String> before = ids();
		send(template, 10, 100_000);
		assertThat(ids()).isEqualTo(before).hasSizeLessThan(10);
		assertThat(this.meters.get("contiguity.imessage").timer().count()).isEqualTo(100_010);
		assertThat(this.server.requests()).isEmpty();
	}

	private static void send(ReactiveImessageTemplate template, int from, int count) {
		Flux.range(from, count)
			.flatMap((i) -> template.send(SendRequest.to("+1555%07d".formatted(i)).message("Hello " + i).build()))
			.blockLast(Duration.ofSeconds(60));
	}

	private Set<String> ids() {
		return this.meters.getMeters()
			.stream()
			.map((meter) -> meter.getId().toString())
			.collect(Collectors.toCollection(TreeSet::new));
	}

}
