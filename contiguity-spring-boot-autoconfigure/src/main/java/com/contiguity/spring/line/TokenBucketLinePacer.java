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

package com.contiguity.spring.line;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.LineBusyException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * Paces each line by a token bucket of its own, within this process. Whoever comes takes
 * the next token at once, even one of the future, and then waits for its time: so nobody
 * overtakes, and nothing blocks.
 * <p>
 * A line costs memory only while its bucket is not full.
 *
 * @since 0.1.0
 */
public final class TokenBucketLinePacer implements LinePacer {

	/** How many lines to keep before looking for those that rest. */
	private static final int LINES_BEFORE_SWEEP = 64;

	private final ConcurrentHashMap<String, PacedLine> lines = new ConcurrentHashMap<>();

	private final Scheduler scheduler;

	private final int burst;

	private final long nanosPerToken;

	/**
	 * Create a pacer.
	 * @param rate how many messages a line sends in a second, sustained; Contiguity's
	 * documented limit is 1
	 * @param burst how many messages a rested line sends at once; Contiguity's documented
	 * limit is 5
	 * @param scheduler gives the time and wakes those that wait
	 */
	public TokenBucketLinePacer(double rate, int burst, Scheduler scheduler) {
		Assert.isTrue(rate > 0, "'rate' must be positive");
		Assert.isTrue(burst > 0, "'burst' must be positive");
		this.burst = burst;
		this.nanosPerToken = Math.max(1, Math.round(TimeUnit.SECONDS.toNanos(1) / rate));
		this.scheduler = scheduler;
	}

	@Override
	public Mono<Permit> acquire(String line, @Nullable Duration maxWait) {
		return Mono.defer(() -> {
			Reservation reservation = reserve(line, maxWait);
			if (reservation.waitNanos == 0) {
				reservation.grant();
				return Mono.just(reservation);
			}
			return Mono.delay(Duration.ofNanos(reservation.waitNanos), this.scheduler).<Permit>map((tick) -> {
				reservation.grant();
				return reservation;
			}).doOnCancel(reservation::abandon);
		});
	}

	private Reservation reserve(String number, @Nullable Duration maxWait) {
		if (this.lines.size() >= LINES_BEFORE_SWEEP && !this.lines.containsKey(number)) {
			sweep();
		}
		AtomicReference<@Nullable Reservation> reservation = new AtomicReference<>();
		// inside compute, so that no line is swept away between finding and using it
		this.lines.compute(number, (key, line) -> {
			PacedLine paced = (line != null) ? line : new PacedLine();
			reservation.set(paced.reserve(key, maxWait));
			return paced;
		});
		Reservation reserved = reservation.get();
		Assert.state(reserved != null, "'reserved' must not be null");
		return reserved;
	}

	// line by line, so that none is reserved between looking at it and removing it
	private void sweep() {
		for (String number : this.lines.keySet()) {
			this.lines.computeIfPresent(number, (key, line) -> (line.rests()) ? null : line);
		}
	}

	@Override
	public Load load(String line) {
		PacedLine paced = this.lines.get(line);
		return (paced != null) ? paced.load() : new Load(this.burst, 0);
	}

	/**
	 * Let all lines rest: each can take its whole burst at once again. For tests that
	 * share an application; who waits already goes on waiting.
	 */
	public void rest() {
		this.lines.clear();
	}

	int size() {
		return this.lines.size();
	}

	private final class PacedLine {

		private final AtomicInteger waiting = new AtomicInteger();

		private final Bucket bucket = Bucket.builder()
			.addLimit((limit) -> limit.capacity(TokenBucketLinePacer.this.burst)
				.refillGreedy(1, Duration.ofNanos(TokenBucketLinePacer.this.nanosPerToken)))
			.withCustomTimePrecision(new SchedulerTime(TokenBucketLinePacer.this.scheduler))
			.build();

		Reservation reserve(String number, @Nullable Duration maxWait) {
			if (maxWait != null) {
				long wait = this.bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
				if (wait > maxWait.toNanos()) {
					throw new LineBusyException(number, Duration.ofNanos(wait));
				}
			}
			long wait = this.bucket.consumeIgnoringRateLimits(1);
			this.waiting.incrementAndGet();
			return new Reservation(this, wait);
		}

		boolean rests() {
			return this.waiting.get() == 0 && this.bucket.getAvailableTokens() >= TokenBucketLinePacer.this.burst;
		}

		Load load() {
			return new Load(Math.max(0, this.bucket.getAvailableTokens()), this.waiting.get());
		}

	}

	private static final class Reservation implements Permit {

		private final PacedLine line;

		private final long waitNanos;

		private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

		Reservation(PacedLine line, long waitNanos) {
			this.line = line;
			this.waitNanos = waitNanos;
		}

		void grant() {
			if (this.state.compareAndSet(State.WAITING, State.GRANTED)) {
				this.line.waiting.decrementAndGet();
			}
		}

		void abandon() {
			if (this.state.compareAndSet(State.WAITING, State.GIVEN_BACK)) {
				this.line.waiting.decrementAndGet();
				this.line.bucket.addTokens(1);
			}
		}

		@Override
		public void giveBack() {
			if (this.state.compareAndSet(State.GRANTED, State.GIVEN_BACK)) {
				this.line.bucket.addTokens(1);
			}
		}

		private enum State {

			WAITING, GRANTED, GIVEN_BACK

		}

	}

	private record SchedulerTime(Scheduler scheduler) implements TimeMeter {

		@Override
		public long currentTimeNanos() {
			return this.scheduler.now(TimeUnit.NANOSECONDS);
		}

		@Override
		public boolean isWallClockBased() {
			return false;
		}

	}

}
