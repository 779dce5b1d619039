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

package com.contiguity.spring.internal.delivery;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.delivery.ApiAnswers.Row;
import com.contiguity.spring.internal.delivery.FaultServer.Exchange;
import com.contiguity.spring.internal.delivery.FaultServer.Script;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An API that fails at random, often after it has accepted the message, and records the
 * accepted messages. Faults depend only on the seed, the text and the number of its
 * occurrences, so that runs are reproducible.
 */
final class RandomApi implements Script {

	private static final Set<Fault> NEVER_TAKEN = EnumSet.of(Fault.MOVED, Fault.REDIRECT_LOOP, Fault.BAD_REQUEST,
			Fault.UNAUTHORIZED, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.CONFLICT, Fault.UNPROCESSABLE);

	private static final Set<Fault> NOT_YET_TAKEN = EnumSet.of(Fault.TOO_MANY, Fault.TOO_MANY_RETRY_AFTER,
			Fault.UNAVAILABLE_RETRY_AFTER);

	private static final Set<Fault> MAYBE_TAKEN = EnumSet.of(Fault.HTML, Fault.CUT_SHORT, Fault.NO_CONTENT,
			Fault.REQUEST_TIMEOUT, Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.GATEWAY_TIMEOUT,
			Fault.FIN, Fault.RESET);

	private static final Set<Fault> SLOW = EnumSet.of(Fault.NO_ANSWER, Fault.SLOW_BODY);

	private final long seed;

	private final Map<String, Queue<Row>> conversations = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> taken = new ConcurrentHashMap<>();

	private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();

	private final AtomicInteger deciding = new AtomicInteger();

	private volatile Duration skew = Duration.ZERO;

	RandomApi(long seed) {
		this.seed = seed;
	}

	/**
	 * Set how far the API's clock is ahead of all other clocks.
	 */
	void setSkew(Duration skew) {
		this.skew = skew;
	}

	/**
	 * Return how often the API accepted a message with a text.
	 */
	int taken(String text) {
		AtomicInteger taken = this.taken.get(text);
		return (taken != null) ? taken.get() : 0;
	}

	/**
	 * Return the fault of each request with a text, in order.
	 */
	List<Fault> faults(String text) {
		return List.copyOf(this.faults.getOrDefault(text, new ConcurrentLinkedQueue<>()));
	}

	/**
	 * Return whether it is known for all received requests whether they are accepted.
	 */
	boolean isIdle() {
		return this.deciding.get() == 0;
	}

	@Override
	public void play(Exchange exchange) throws IOException {
		Fault fault;
		this.deciding.incrementAndGet();
		try {
			exchange.read();
			if (exchange.path().startsWith("/conversations/history/imessage/")) {
				history(exchange);
				return;
			}
			if (exchange.path().equals("/numbers/leased")) {
				exchange.answer(200, ApiAnswers.JSON, ApiAnswers.leasedLines());
				return;
			}
			fault = take(exchange);
		}
		finally {
			this.deciding.decrementAndGet();
		}
		fault.script().play(exchange);
	}

	private Fault take(Exchange exchange) throws IOException {
		JsonNode body = JsonMapper.shared().readTree(exchange.body());
		String text = body.path("message").asString();
		Queue<Fault> before = this.faults.computeIfAbsent(text, (key) -> new ConcurrentLinkedQueue<>());
		SplittableRandom random = new SplittableRandom(this.seed + text.hashCode() * 31L + before.size() * 7919L);
		Fault fault = (!before.isEmpty() && random.nextBoolean()) ? any(NOT_YET_TAKEN, random) : fault(random);
		before.add(fault);
		if (fault == Fault.OK || (fault.outcome() == Outcome.UNKNOWN && random.nextBoolean())) {
			String to = body.path("to").asString();
			String from = body.path("from").asString();
			this.taken.computeIfAbsent(text, (key) -> new AtomicInteger()).incrementAndGet();
			this.conversations.computeIfAbsent(to + "/" + from, (key) -> new ConcurrentLinkedQueue<>())
				.add(new Row(to, from, text, Instant.now()));
		}
		return fault;
	}

	private static Fault fault(SplittableRandom random) {
		int percent = random.nextInt(100);
		if (percent < 60) {
			return Fault.OK;
		}
		if (percent < 68) {
			return any(NOT_YET_TAKEN, random);
		}
		if (percent < 79) {
			return any(NEVER_TAKEN, random);
		}
		return any((percent < 99) ? MAYBE_TAKEN : SLOW, random);
	}

	private static Fault any(Set<Fault> faults, SplittableRandom random) {
		return List.copyOf(faults).get(random.nextInt(faults.size()));
	}

	private void history(Exchange exchange) throws IOException {
		String[] path = exchange.path().replace("%2B", "+").split("/");
		Queue<Row> rows = this.conversations.get(path[4] + "/" + path[5]);
		List<Row> skewed = (rows != null) ? rows.stream()
			.map((row) -> new Row(row.to(), row.from(), row.text(), row.timestamp().plus(this.skew)))
			.toList() : Collections.emptyList();
		exchange.answer(200, ApiAnswers.JSON, ApiAnswers.history(Instant.now().plus(this.skew), skewed, skewed.size()));
	}

}
