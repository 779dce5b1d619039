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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.line.Line;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * Keeps a pool up to date with the lines leased by the account. The lines are read when
 * they are first needed and then refreshed at intervals, one refresh after the other. If
 * a refresh fails, the previous lines are kept and the refresh is soon repeated, with
 * back-off. Thread-safe.
 */
public final class LeasedLinePool {

	private static final Log logger = LogFactory.getLog(LeasedLinePool.class);

	private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);

	private final LinePool pool;

	private final Mono<List<LeasedLine>> leasedLines;

	private final Duration refreshInterval;

	private final Scheduler scheduler;

	private volatile Readings readings = new Readings();

	private boolean closed;

	/**
	 * Create a pool.
	 * @param pool the pool to update
	 * @param leasedLines reads the lines
	 * @param refreshInterval the time from the end of a refresh to the next one
	 * @param scheduler provides the time
	 */
	public LeasedLinePool(LinePool pool, Mono<List<LeasedLine>> leasedLines, Duration refreshInterval,
			Scheduler scheduler) {
		this.pool = pool;
		this.leasedLines = leasedLines;
		this.refreshInterval = refreshInterval;
		this.scheduler = scheduler;
	}

	/**
	 * Return the lines, after they have been read for the first time.
	 * @return the lines to choose from, or the failure to read them
	 */
	public Mono<List<Line>> lines() {
		return Mono.defer(() -> this.readings.lines());
	}

	/**
	 * Stop refreshing the lines until they are needed again. A refresh in progress is
	 * cancelled, and its callers receive a failure.
	 */
	public void stop() {
		end(this.pool::clear, false);
	}

	/**
	 * Stop refreshing the lines permanently. Later callers receive a failure.
	 */
	public void close() {
		end(this.pool::clear, true);
	}

	/**
	 * Stop refreshing the lines until they are needed again, and discard their aliases.
	 */
	public void forget() {
		end(this.pool::forget, false);
	}

	private void end(Runnable clear, boolean close) {
		Readings ended;
		synchronized (this) {
			ended = this.readings;
			this.readings = new Readings();
			this.closed |= close;
			if (this.closed) {
				this.readings.stop();
			}
			clear.run();
		}
		ended.stop();
	}

	// a result that was read before a stop is not used after it
	private synchronized List<Line> update(Readings readings, List<LeasedLine> leased) {
		if (this.readings != readings) {
			throw stopped();
		}
		this.pool.update(leased);
		return this.pool.lines();
	}

	private static ContiguityException stopped() {
		return new ContiguityException("The leased lines are no longer refreshed: the template is stopped or closed",
				Outcome.NOT_SENT);
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	/**
	 * The refreshes between two stops.
	 */
	private final class Readings {

		private final AtomicReference<@Nullable Mono<List<Line>>> first = new AtomicReference<>();

		private final Disposable.Swap next = Disposables.swap();

		private final Sinks.Empty<List<LeasedLine>> stopped = Sinks.empty();

		private volatile @Nullable List<Line> lines;

		private volatile @Nullable Failure failure;

		/** Changed by one refresh at a time. */
		private volatile int failuresInARow;

		Mono<List<Line>> lines() {
			List<Line> lines = this.lines;
			if (lines != null) {
				return Mono.just(lines);
			}
			Failure failure = this.failure;
			if (failure != null && failure.retryAt() - now() > 0) {
				return Mono.error(() -> SharedFailure.copyOf(failure.cause()));
			}
			Mono<List<Line>> first = this.first.updateAndGet((current) -> (current != null) ? current : first());
			Assert.state(first != null, "'first' must not be null");
			return first.onErrorMap(SharedFailure::copyOf);
		}

		// concurrent callers wait for the same result
		private Mono<List<Line>> first() {
			return read(this.stopped.asMono()).doOnError((failure) -> {
				this.failure = new Failure(failure, now() + backOff().toNanos());
				this.first.set(null);
			}).cache();
		}

		private Mono<List<Line>> read(Mono<List<LeasedLine>> end) {
			return Mono.firstWithSignal(end, LeasedLinePool.this.leasedLines)
				.map(this::keep)
				.doOnError((failure) -> this.failuresInARow = this.failuresInARow + 1);
		}

		private List<Line> keep(List<LeasedLine> leased) {
			List<Line> lines = update(this, leased);
			this.lines = lines;
			// if no line can send, refresh again soon, as after a failure
			this.failuresInARow = (lines.isEmpty()) ? this.failuresInARow + 1 : 0;
			readAgainAfter((lines.isEmpty()) ? backOff() : LeasedLinePool.this.refreshInterval);
			return lines;
		}

		// disposed of immediately after a stop
		private void readAgainAfter(Duration delay) {
			this.next.replace(
					LeasedLinePool.this.scheduler.schedule(this::readAgain, delay.toNanos(), TimeUnit.NANOSECONDS));
		}

		private void readAgain() {
			// there is no caller, so a stop is not a failure
			read(this.stopped.asMono().onErrorComplete()).subscribe(null, (failure) -> {
				logger.warn("Failed to refresh the leased lines; keeping the previous ones: " + failure.getMessage());
				readAgainAfter(backOff());
			});
		}

		private Duration backOff() {
			Duration max = LeasedLinePool.this.refreshInterval;
			Duration backOff = FIRST_BACK_OFF.multipliedBy(1L << Math.min(20, this.failuresInARow - 1));
			return (backOff.compareTo(max) < 0) ? backOff : max;
		}

		void stop() {
			this.next.dispose();
			this.stopped.tryEmitError(LeasedLinePool.stopped());
		}

	}

	/**
	 * A failure of the first refresh.
	 *
	 * @param cause the cause
	 * @param retryAt when the lines may be read again
	 */
	private record Failure(Throwable cause, long retryAt) {
	}

}
