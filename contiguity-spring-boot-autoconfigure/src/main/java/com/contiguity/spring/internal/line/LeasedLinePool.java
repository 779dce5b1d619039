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
import com.contiguity.spring.imessage.LeasedLine;
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
 * The account's own lines as a pool: those that can send iMessages now. Read when they
 * are first needed and from then on at intervals; if that fails, the lines stay as they
 * are. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LeasedLinePool {

	private static final Log logger = LogFactory.getLog(LeasedLinePool.class);

	private final Mono<List<LeasedLine>> leasedLines;

	private final Duration refreshInterval;

	private final Scheduler scheduler;

	private final AtomicReference<Readings> readings = new AtomicReference<>(new Readings());

	private volatile boolean closed;

	/**
	 * Create a pool.
	 * @param leasedLines reads the lines
	 * @param refreshInterval the time between two readings
	 * @param scheduler gives the time
	 */
	public LeasedLinePool(Mono<List<LeasedLine>> leasedLines, Duration refreshInterval, Scheduler scheduler) {
		this.leasedLines = leasedLines;
		this.refreshInterval = refreshInterval;
		this.scheduler = scheduler;
	}

	/**
	 * Return the lines.
	 * @return the lines' numbers in E.164 format; none before they were first read
	 */
	public List<String> lines() {
		List<String> lines = this.readings.get().lines;
		return (lines != null) ? lines : List.of();
	}

	/**
	 * Wait for the lines to be read for the first time.
	 * @return completes once they are, or fails as reading them failed
	 */
	public Mono<Void> ready() {
		return Mono.defer(() -> this.readings.get().ready());
	}

	/**
	 * Stop reading the lines, until they are needed again. A reading that is under way is
	 * given up, and who waits for it fails.
	 */
	public void stop() {
		Readings next = new Readings();
		this.readings.getAndSet(next).stop();
		if (this.closed) {
			next.stop();
		}
	}

	/**
	 * Stop reading the lines for good: who needs them fails.
	 */
	public void close() {
		this.closed = true;
		stop();
	}

	/**
	 * What is read from one stop to the next. None of it outlives the stop, whenever that
	 * comes: the next readings begin anew.
	 */
	private final class Readings {

		private final AtomicReference<@Nullable Mono<Void>> firstLoad = new AtomicReference<>();

		private final Disposable.Swap refresh = Disposables.swap();

		private final Sinks.Empty<Void> stopped = Sinks.empty();

		private volatile @Nullable List<String> lines;

		Mono<Void> ready() {
			if (this.lines != null) {
				return Mono.empty();
			}
			Mono<Void> firstLoad = this.firstLoad.updateAndGet((current) -> (current != null) ? current : firstLoad());
			Assert.state(firstLoad != null, "'firstLoad' must not be null");
			return firstLoad;
		}

		// those who come while it is under way wait for the same; after a failure the
		// next one tries again
		private Mono<Void> firstLoad() {
			return load(this.stopped.asMono()).doOnSuccess((nothing) -> startRefreshing())
				.doOnError((failure) -> this.firstLoad.set(null))
				.cache();
		}

		private Mono<Void> load(Mono<Void> end) {
			return Mono.firstWithSignal(end, LeasedLinePool.this.leasedLines.doOnNext(this::keep).then());
		}

		private void keep(List<LeasedLine> leased) {
			this.lines = leased.stream().filter(LeasedLine::sendsImessages).map(LeasedLine::number).sorted().toList();
		}

		private void startRefreshing() {
			long interval = LeasedLinePool.this.refreshInterval.toNanos();
			// disposed of at once after a stop
			this.refresh.update(LeasedLinePool.this.scheduler.schedulePeriodically(this::refresh, interval, interval,
					TimeUnit.NANOSECONDS));
		}

		private void refresh() {
			// nobody waits, so a stop is no failure
			load(this.stopped.asMono().onErrorComplete()).subscribe(null,
					(failure) -> logger.warn("The leased lines could not be read again: " + failure.getMessage()));
		}

		void stop() {
			this.refresh.dispose();
			this.stopped.tryEmitError(new ContiguityException(
					"The leased lines are not read any more: the template is stopped or closed", Outcome.NOT_SENT));
		}

	}

}
