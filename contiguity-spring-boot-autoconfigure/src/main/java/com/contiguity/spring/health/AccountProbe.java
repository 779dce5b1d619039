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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.internal.client.LeasedLine;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the account for its lines, at most once in an interval, however many ask at a
 * time.
 */
class AccountProbe {

	private final Mono<List<LeasedLine>> leasedLines;

	private final Duration interval;

	private final Duration timeout;

	private final Scheduler scheduler;

	private final AtomicReference<@Nullable Probe> current = new AtomicReference<>();

	private volatile @Nullable Remembered last;

	AccountProbe(Mono<List<LeasedLine>> leasedLines, Duration interval, Duration timeout, Scheduler scheduler) {
		this.leasedLines = leasedLines;
		this.interval = interval;
		this.timeout = timeout;
		this.scheduler = scheduler;
	}

	/**
	 * Ask, unless that was done within the interval.
	 * @param memory what was told counts as long as this is the same
	 * @return what the account said
	 */
	Mono<Result> probe(int memory) {
		return Mono.defer(() -> {
			Instant now = now();
			Probe probe = this.current
				.updateAndGet((before) -> (before != null && before.counts(memory, now, this.interval)) ? before
						: start(memory, now));
			return (probe != null) ? probe.result() : Mono.empty();
		});
	}

	/**
	 * Return what the account said last.
	 * @param memory what was told counts as long as this is the same
	 * @return the result, or {@code null} if it was not asked yet
	 */
	@Nullable Result last(int memory) {
		Remembered last = this.last;
		return (last != null && last.memory() == memory) ? last.result() : null;
	}

	Instant now() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	// asks only once somebody subscribes, and then once for all
	private Probe start(int memory, Instant now) {
		return new Probe(memory, now,
				this.leasedLines.timeout(this.timeout, this.scheduler)
					.map((lines) -> new Result(now(), usable(lines), null))
					.onErrorResume((failure) -> Mono.just(new Result(now(), null, failure)))
					.doOnNext((result) -> this.last = new Remembered(memory, result))
					.cache());
	}

	private static int usable(List<LeasedLine> lines) {
		return (int) lines.stream().filter(LeasedLine::sendsImessages).count();
	}

	/**
	 * What the account said.
	 *
	 * @param at when
	 * @param usableLines how many lines can send iMessages, or {@code null} if that is
	 * not known
	 * @param failure why there is no answer, or {@code null} if there is one
	 */
	record Result(Instant at, @Nullable Integer usableLines, @Nullable Throwable failure) {
	}

	private record Remembered(int memory, Result result) {
	}

	private record Probe(int memory, Instant startedAt, Mono<Result> result) {

		boolean counts(int memory, Instant now, Duration interval) {
			return this.memory == memory && now.isBefore(this.startedAt.plus(interval));
		}

	}

}
