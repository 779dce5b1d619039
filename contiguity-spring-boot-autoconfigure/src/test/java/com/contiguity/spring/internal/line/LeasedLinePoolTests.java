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

package com.contiguity.spring.internal.line;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.LeasedLine;
import com.contiguity.spring.testsupport.LogRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LeasedLinePool}.
 */
class LeasedLinePoolTests {

	private static final String FIRST = "+15550001001";

	private static final String SECOND = "+15550001002";

	private static final Duration INTERVAL = Duration.ofMinutes(10);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final AtomicInteger readings = new AtomicInteger();

	private Mono<List<LeasedLine>> account = Mono.just(List.of(line(SECOND), line(FIRST)));

	private final LeasedLinePool pool = new LeasedLinePool(Mono.defer(() -> {
		this.readings.incrementAndGet();
		return this.account;
	}), INTERVAL, this.time);

	@AfterEach
	void stop() {
		this.pool.stop();
	}

	private static LeasedLine line(String number) {
		return new LeasedLine(number, "active", Set.of("sms", "imessage"), 0.9);
	}

	private void awaitLines() {
		StepVerifier.create(this.pool.ready()).expectComplete().verify(Duration.ofSeconds(30));
	}

	@Test
	void readsNothingBeforeItIsNeeded() {
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(0);
		assertThat(this.pool.lines()).isEmpty();
	}

	@Test
	void hasOnlyLinesThatSendImessagesNow() {
		this.account = Mono.just(List.of(line(FIRST), new LeasedLine(SECOND, "paused", Set.of("imessage"), null),
				new LeasedLine("+15550001003", "active", Set.of("sms"), null)));
		awaitLines();
		assertThat(this.pool.lines()).containsExactly(FIRST);
	}

	@Test
	void readsOnceForAllWhoWait() {
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		AtomicInteger ready = new AtomicInteger();
		for (int i = 0; i < 10; i++) {
			this.pool.ready().subscribe(null, null, ready::incrementAndGet);
		}
		assertThat(ready).hasValue(0);
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(ready).hasValue(10);
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void readsAgainAtIntervals() {
		awaitLines();
		assertThat(this.pool.lines()).containsExactly(FIRST, SECOND);
		this.account = Mono.just(List.of(line(SECOND)));
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.pool.lines()).containsExactly(SECOND);
		assertThat(this.readings).hasValue(2);
	}

	@Test
	void keepsTheLinesWhereReadingAgainFails() {
		awaitLines();
		this.account = Mono.error(new ContiguityException("No answer", Outcome.NOT_SENT));
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.readings).hasValue(2);
		assertThat(this.pool.lines()).containsExactly(FIRST, SECOND);
	}

	@Test
	void triesAgainAfterAFirstReadingThatFailed() {
		Mono<List<LeasedLine>> later = this.account;
		this.account = Mono.error(new ContiguityException("No answer", Outcome.NOT_SENT));
		StepVerifier.create(this.pool.ready()).expectError(ContiguityException.class).verify(Duration.ofSeconds(30));
		this.account = later;
		awaitLines();
		assertThat(this.pool.lines()).containsExactly(FIRST, SECOND);
	}

	@Test
	void readsNoMoreOnceStopped() {
		awaitLines();
		this.pool.stop();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void givesUpAFirstReadingThatIsUnderWayWhenStopped() {
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		StepVerifier.create(this.pool.ready())
			.then(this.pool::stop)
			.expectErrorSatisfies((failure) -> assertThat(failure).isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT)))
			.verify(Duration.ofSeconds(30));
		assertThat(answer.currentSubscriberCount()).isZero();
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(this.pool.lines()).isEmpty();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void givesUpReadingAgainWhenStopped() {
		awaitLines();
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		this.time.advanceTimeBy(INTERVAL);
		try (LogRecorder log = new LogRecorder()) {
			this.pool.stop();
			assertThat(answer.currentSubscriberCount()).isZero();
			assertThat(log.lines()).noneMatch((line) -> line.contains("leased lines"));
		}
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(this.pool.lines()).isEmpty();
	}

	@Test
	void readsAnewAfterAStopThatCameWhileReading() {
		awaitLines();
		Sinks.One<List<LeasedLine>> late = Sinks.one();
		this.account = late.asMono();
		this.time.advanceTimeBy(INTERVAL);
		this.pool.stop();
		late.tryEmitValue(List.of(line(FIRST)));
		this.account = Mono.just(List.of(line(SECOND)));
		awaitLines();
		assertThat(this.pool.lines()).containsExactly(SECOND);
		this.account = Mono.just(List.of(line(FIRST), line(SECOND)));
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.pool.lines()).containsExactly(FIRST, SECOND);
		assertThat(this.readings).hasValue(4);
	}

}
