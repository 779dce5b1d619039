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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.SendWindow;
import com.contiguity.spring.outbox.OutboxState;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An attempt that ends about when its line gives it a permit.
 */
class FlightTests {

	private static final SendRequest REQUEST = SendRequest.to("+12065550100")
		.from(StubContiguity.LINE)
		.message("Waits for its line")
		.build();

	private final Queue<Runnable> marks = new ArrayDeque<>();

	private final Sinks.One<SendResult> attempt = Sinks.one();

	private final List<SendResult> landings = new ArrayList<>();

	private final List<SendWindow> windows = new ArrayList<>();

	private Flight start() {
		Instant now = Instant.now();
		StoredEntry entry = new StoredEntry("out_1", null, OutboxState.PENDING, now, now, now.plusSeconds(60), 0, null,
				null, false, "lane", "conversation", "hash", null, null, null, null, null, null, null);
		// without its tables: a mark would fail
		OutboxRepository repository = new OutboxRepository(TestDatabases.dataSource(TestDatabases.h2Url()), Dialect.H2,
				"CONTIGUITY_", false);
		Flight flight = new Flight(entry, REQUEST, new LaneHolder("lane", "instance", 1), repository,
				new Messages(new KeyedHash("key"), null), Duration.ofSeconds(5), this.marks::add, 0);
		flight.start(this.attempt.asMono(), (landed, result) -> this.landings.add(result));
		return flight;
	}

	private void end() {
		this.attempt.tryEmitValue(
				new SendResult.Failed(REQUEST, new ContiguityException("The application stops", Outcome.NOT_SENT)));
	}

	private void open(Flight flight) {
		flight.open(REQUEST).subscribe(this.windows::add, (failure) -> {
		});
	}

	@Test
	void anAttemptThatHasEndedIsNotMarkedAfterwards() {
		Flight flight = start();
		end();
		assertThat(this.landings).hasSize(1);
		open(flight);
		assertThat(this.marks).isEmpty();
		assertThat(this.windows).isEmpty();
		assertThat(flight.isUnasked()).isTrue();
	}

	@Test
	void anAttemptThatWasWithdrawnIsNotMarkedAfterwards() {
		Flight flight = start();
		assertThat(flight.withdraw()).isTrue();
		open(flight);
		assertThat(this.marks).isEmpty();
		assertThat(this.windows).isEmpty();
		end();
		assertThat(this.landings).isEmpty();
	}

	@Test
	void anAttemptThatEndsWhileItIsMarkedWaitsForTheMark() {
		Flight flight = start();
		open(flight);
		assertThat(flight.withdraw()).isFalse();
		end();
		assertThat(this.landings).isEmpty();
		this.marks.remove().run();
		assertThat(this.landings).hasSize(1);
	}

}
