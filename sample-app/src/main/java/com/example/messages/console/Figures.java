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

package com.example.messages.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.contiguity.spring.Outcome;
import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.ContiguityDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.LineDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxDescriptor;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * How sending is doing: what the actuator and the meters tell, and the last events.
 */
@Component
class Figures {

	private static final int MAX_EVENTS = 8;

	private static final int MAX_BARS = 40;

	private final HealthEndpoint health;

	private final ContiguityEndpoint endpoint;

	private final MeterRegistry meters;

	private final Deque<Happened> events = new ArrayDeque<>();

	private final Deque<Ended> ended = new ArrayDeque<>();

	private volatile Sample latest;

	Figures(HealthEndpoint health, ContiguityEndpoint endpoint, MeterRegistry meters) {
		this.health = health;
		this.endpoint = endpoint;
		this.meters = meters;
		this.latest = new Sample("UNKNOWN", new LinkedHashMap<>(), 0, List.of(), null, List.of(), List.of(), 0);
	}

	@EventListener
	void sent(ImessageSentEvent event) {
		ended(Outcome.ACCEPTED, event);
	}

	@EventListener
	void notSent(ImessageNotSentEvent event) {
		ended(event.exception().outcome(), event);
	}

	@EventListener
	void unknown(ImessageOutcomeUnknownEvent event) {
		ended(Outcome.UNKNOWN, event);
	}

	private void ended(Outcome outcome, ImessageSendEvent event) {
		happened(outcome + " after " + event.elapsed().toMillis() + " ms");
		synchronized (this) {
			keep(this.ended, new Ended(outcome, event.elapsed()), MAX_BARS);
		}
	}

	@EventListener
	void received(ImessageReceivedEvent event) {
		happened("a message was received");
	}

	@EventListener
	void delivered(TextDeliveryEvent event) {
		happened((event.error() != null) ? "an SMS was not delivered" : "an SMS was delivered");
	}

	private synchronized void happened(String what) {
		keep(this.events, new Happened(Instant.now(), what), MAX_EVENTS);
	}

	private static <T> void keep(Deque<T> latest, T element, int max) {
		latest.addFirst(element);
		if (latest.size() > max) {
			latest.removeLast();
		}
	}

	Sample latest() {
		return this.latest;
	}

	@EventListener(ApplicationReadyEvent.class)
	void sample() {
		Map<String, Long> outcomes = new LinkedHashMap<>();
		List<LineDescriptor> lines = new ArrayList<>();
		ContiguityDescriptor described = this.endpoint.contiguity();
		described.accounts().values().forEach((account) -> {
			account.calls()
				.getOrDefault("send", Map.of())
				.forEach((name, count) -> outcomes.merge(name, count, Long::sum));
			lines.addAll(account.lines());
		});
		long retries = (long) this.meters.find("contiguity.imessage.retries")
			.counters()
			.stream()
			.mapToDouble(Counter::count)
			.sum();
		String status = this.health.health().getStatus().getCode();
		synchronized (this) {
			long slowest = this.ended.stream().mapToLong((ended) -> ended.took().toMillis()).max().orElse(0);
			this.latest = new Sample(status, outcomes, retries, lines, described.outbox(), List.copyOf(this.events),
					chart(slowest), slowest);
		}
	}

	// from the oldest to the newest, in a box of 200 by 40; by square roots, so that one
	// slow send leaves the others visible
	private List<Bar> chart(long slowest) {
		List<Bar> bars = new ArrayList<>();
		for (Ended ended : this.ended) {
			long height = 2 + Math.round(38 * Math.sqrt((double) ended.took().toMillis() / Math.max(1, slowest)));
			bars.add(new Bar(200L * (this.ended.size() - 1 - bars.size()) / MAX_BARS, height, ended.outcome()));
		}
		return bars;
	}

	/**
	 * The figures of one moment.
	 *
	 * @param health the health of the application
	 * @param outcomes the number of sends by outcome
	 * @param retries the number of retries
	 * @param lines the lines
	 * @param outbox the outbox
	 * @param events the last events, the latest first
	 * @param bars the chart of how long the last sends took
	 * @param slowest the milliseconds of the slowest of the last sends
	 */
	record Sample(String health, Map<String, Long> outcomes, long retries, List<LineDescriptor> lines,
			@Nullable OutboxDescriptor outbox, List<Happened> events, List<Bar> bars, long slowest) {
	}

	/**
	 * An event.
	 *
	 * @param at when it happened
	 * @param what what happened
	 */
	record Happened(Instant at, String what) {
	}

	/**
	 * A bar of the chart.
	 *
	 * @param x where it begins
	 * @param height its height
	 * @param outcome how the send ended
	 */
	record Bar(long x, long height, Outcome outcome) {
	}

	private record Ended(Outcome outcome, Duration took) {
	}

}
