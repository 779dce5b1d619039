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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.line.LinePacer;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * Paces each line with a token bucket and a queue, within this process. Each token goes
 * to the first place of the queue, whether it is new or was returned. Nothing blocks: a
 * timer for each queue wakes the first place.
 * <p>
 * A line takes memory only while its bucket is not full.
 */
public final class TokenBucketLinePacer implements LinePacer {

	/** Number of lines to keep before idle lines are removed. */
	private static final int LINES_BEFORE_SWEEP = 64;

	private final ConcurrentMap<String, PacedLine> lines = new ConcurrentHashMap<>();

	private final Scheduler scheduler;

	private final int burst;

	private final long nanosPerToken;

	/**
	 * Create a pacer.
	 * @param rate how many messages per second a line can send continuously; Contiguity's
	 * documented limit is 1
	 * @param burst how many messages an idle line can send at once; Contiguity's
	 * documented limit is 5
	 * @param scheduler provides the time and timers
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
		return Mono.defer(() -> enter(line, maxWait).turn());
	}

	private Place enter(String number, @Nullable Duration maxWait) {
		if (this.lines.size() >= LINES_BEFORE_SWEEP && !this.lines.containsKey(number)) {
			this.lines.forEach(this::removeIfIdle);
		}
		while (true) {
			PacedLine line = this.lines.computeIfAbsent(number, (key) -> new PacedLine());
			Place place = line.enter(number, maxWait);
			if (place != null) {
				return place;
			}
			this.lines.remove(number, line);
		}
	}

	private void removeIfIdle(String number, PacedLine line) {
		if (line.retireIfIdle()) {
			this.lines.remove(number, line);
		}
	}

	@Override
	public Load load(String line) {
		PacedLine paced = this.lines.get(line);
		return (paced != null) ? paced.load() : new Load(this.burst, 0);
	}

	/**
	 * Reset the pacing of all lines, so that each can send its whole burst at once again.
	 * Callers that already wait continue to wait.
	 */
	public void reset() {
		this.lines.clear();
	}

	int size() {
		return this.lines.size();
	}

	/**
	 * A line and its queue, guarded by its monitor. The queue is non-empty only while the
	 * bucket is empty, or until the timer fires.
	 */
	private final class PacedLine {

		private final Bucket bucket = Bucket.builder()
			.addLimit((limit) -> limit.capacity(TokenBucketLinePacer.this.burst)
				.refillGreedy(1, Duration.ofNanos(TokenBucketLinePacer.this.nanosPerToken)))
			.withCustomTimePrecision(new SchedulerTime(TokenBucketLinePacer.this.scheduler))
			.withSynchronizationStrategy(SynchronizationStrategy.NONE)
			.build();

		// a place is removed in constant time when its caller cancels
		private final Set<Place> queue = new LinkedHashSet<>();

		private boolean timed;

		private boolean retired;

		// null if this line has been removed from the map
		synchronized @Nullable Place enter(String number, @Nullable Duration maxWait) {
			if (this.retired) {
				return null;
			}
			wakeLater(serve());
			if (this.queue.isEmpty() && this.bucket.tryConsume(1)) {
				return new Place(this, true);
			}
			if (maxWait != null) {
				Duration wait = Duration.ofNanos(nanosToWait(this.queue.size()));
				if (wait.compareTo(maxWait) > 0) {
					throw new LineBusyException(number, wait);
				}
			}
			Place place = new Place(this, false);
			this.queue.add(place);
			startTimer();
			return place;
		}

		private long nanosToWait(int ahead) {
			long first = nanosToNextToken();
			long max = (Long.MAX_VALUE - first) / TokenBucketLinePacer.this.nanosPerToken;
			return (ahead < max) ? first + ahead * TokenBucketLinePacer.this.nanosPerToken : Long.MAX_VALUE;
		}

		private long nanosToNextToken() {
			return this.bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
		}

		private List<Place> serve() {
			if (this.queue.isEmpty()) {
				return List.of();
			}
			List<Place> served = new ArrayList<>();
			Iterator<Place> queue = this.queue.iterator();
			while (queue.hasNext() && this.bucket.tryConsume(1)) {
				served.add(queue.next());
				queue.remove();
			}
			return served;
		}

		// on another thread, so that a caller that enters or returns a permit does not
		// send for others
		private void wakeLater(List<Place> served) {
			if (!served.isEmpty()) {
				TokenBucketLinePacer.this.scheduler.schedule(() -> served.forEach(Place::wake));
			}
		}

		private void startTimer() {
			if (!this.timed && !this.queue.isEmpty()) {
				this.timed = true;
				TokenBucketLinePacer.this.scheduler.schedule(this::tokenDue, nanosToNextToken(), TimeUnit.NANOSECONDS);
			}
		}

		private void tokenDue() {
			List<Place> served;
			synchronized (this) {
				this.timed = false;
				served = serve();
				startTimer();
			}
			served.forEach(Place::wake);
		}

		synchronized void leave(Place place) {
			if (!this.queue.remove(place)) {
				this.bucket.addTokens(1);
				wakeLater(serve());
			}
		}

		synchronized boolean retireIfIdle() {
			this.retired = this.retired
					|| (this.queue.isEmpty() && availableTokens() >= TokenBucketLinePacer.this.burst);
			return this.retired;
		}

		synchronized Load load() {
			return new Load(availableTokens(), this.queue.size());
		}

		private long availableTokens() {
			return this.bucket.getAvailableTokens();
		}

	}

	/**
	 * A place in a queue, and the permit for which it waits. Guarded by its own monitor,
	 * which is never acquired while the line's monitor is held.
	 */
	private static final class Place implements Permit {

		private final PacedLine line;

		private final Sinks.@Nullable One<Permit> waiting;

		private boolean granted;

		private boolean left;

		Place(PacedLine line, boolean granted) {
			this.line = line;
			this.granted = granted;
			this.waiting = (granted) ? null : Sinks.one();
		}

		Mono<Permit> turn() {
			return (this.waiting != null)
					? this.waiting.asMono().doOnNext((permit) -> grant()).doOnCancel(() -> leave(false))
					: Mono.just(this);
		}

		void wake() {
			if (this.waiting != null) {
				this.waiting.tryEmitValue(this);
			}
		}

		private synchronized void grant() {
			this.granted = true;
		}

		@Override
		public void giveBack() {
			leave(true);
		}

		// a wait that is cancelled after the permit was granted returns nothing, because
		// the owner of the permit does
		private void leave(boolean granted) {
			synchronized (this) {
				if (this.left || this.granted != granted) {
					return;
				}
				this.left = true;
			}
			this.line.leave(this);
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
