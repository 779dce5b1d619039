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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.line.LinePacer;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.distributed.proxy.ExpiredEntriesCleaner;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * {@link LinePacer} that uses token buckets shared by all instances. A permit is reserved
 * at once, even if it becomes available later, so that no instance polls. Permits are
 * granted in order across all instances. If the buckets are not available, nothing is
 * sent.
 */
public final class SharedLinePacer implements LinePacer, DisposableBean {

	private static final Log logger = LogFactory.getLog(SharedLinePacer.class);

	/** Maximum time to wait for the buckets. A connection pool might wait longer. */
	private static final Duration STORE_TIMEOUT = Duration.ofSeconds(3);

	private static final int THREADS = 4;

	private static final int MAX_QUEUED = 10_000;

	private static final Duration CLEAN_UP_INTERVAL = Duration.ofMinutes(10);

	private static final int REMOVED_AT_ONCE = 1000;

	private final ProxyManager<String> buckets;

	private final Function<String, String> keys;

	private final BucketConfiguration configuration;

	/** The instance that starts last determines the rate for all instances. */
	private final long version = System.currentTimeMillis();

	private final Map<String, PacedLine> lines = new ConcurrentHashMap<>();

	private final Scheduler scheduler;

	private final ScheduledExecutorService timer;

	/**
	 * Create a pacer.
	 * @param buckets the buckets; may block
	 * @param keys returns the name of a line's bucket, without revealing the line's
	 * number
	 * @param rate how many messages per second a line can send continuously
	 * @param burst how many messages an idle line can send at once
	 */
	public SharedLinePacer(ProxyManager<String> buckets, Function<String, String> keys, double rate, int burst) {
		this.buckets = buckets;
		this.keys = keys;
		Duration each = Duration.ofNanos(Math.max(1, Math.round(1e9 / rate)));
		this.configuration = BucketConfiguration.builder()
			.addLimit((limit) -> limit.capacity(burst).refillGreedy(1, each))
			.build();
		this.scheduler = Schedulers.newBoundedElastic(THREADS, MAX_QUEUED, "contiguity-pacing", 60, true);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("contiguity-pacing-timer-");
		threads.setDaemon(true);
		this.timer = Executors.newSingleThreadScheduledExecutor(threads);
		if (buckets instanceof ExpiredEntriesCleaner cleaner) {
			this.scheduler.schedulePeriodically(() -> cleanUp(cleaner), CLEAN_UP_INTERVAL.toMillis(),
					CLEAN_UP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void cleanUp(ExpiredEntriesCleaner cleaner) {
		try {
			cleaner.removeExpired(REMOVED_AT_ONCE);
		}
		catch (RuntimeException ex) {
			logger.debug("Failed to remove old buckets; retrying next time");
		}
	}

	private PacedLine line(String number) {
		// not while the lock is held: this may be a remote call
		String key = this.keys.apply(number);
		return Objects.requireNonNull(this.lines.compute(number,
				(line, known) -> (known != null && known.key.equals(key)) ? known : new PacedLine(key, bucket(key))));
	}

	private Bucket bucket(String key) {
		return this.buckets.builder()
			.withImplicitConfigurationReplacement(this.version, TokensInheritanceStrategy.AS_IS)
			.build(key, () -> this.configuration);
	}

	@Override
	public Mono<Permit> acquire(String line, @Nullable Duration maxWait) {
		return Mono.defer(() -> {
			Place place = new Place(line);
			return Mono.fromCallable(() -> place.book(maxWait))
				.subscribeOn(this.scheduler)
				// a permit that is reserved too late is returned
				.doOnCancel(place::giveBack)
				.timeout(STORE_TIMEOUT)
				.onErrorMap((ex) -> !(ex instanceof LineBusyException), SharedLinePacer::unavailable)
				.flatMap((turn) -> place.await(turn).doOnCancel(place::giveBack));
		});
	}

	private static ContiguityException unavailable(Throwable failure) {
		return new ContiguityException(
				"No permit to send could be obtained, because the store of 'contiguity.pacing.store' is not available",
				Outcome.NOT_SENT, failure);
	}

	/**
	 * Returns what this instance knew last.
	 */
	@Override
	public @Nullable Load load(String line) {
		PacedLine paced = this.lines.get(line);
		return (paced != null) ? new Load(paced.available, paced.waiting.get()) : null;
	}

	@Override
	public void destroy() {
		this.scheduler.dispose();
		this.timer.shutdownNow();
	}

	private static final class PacedLine {

		private final String key;

		private final Bucket bucket;

		private final AtomicInteger waiting = new AtomicInteger();

		private volatile long available;

		PacedLine(String key, Bucket bucket) {
			this.key = key;
			this.bucket = bucket;
		}

	}

	/**
	 * A permit, which exists before it is reserved.
	 */
	private final class Place implements Permit {

		private final String number;

		private @Nullable PacedLine booked;

		private boolean left;

		Place(String number) {
			this.number = number;
		}

		/**
		 * Reserve a permit.
		 * @param maxWait the maximum time to wait, or {@code null}
		 * @return a future that completes when the permit may be used
		 */
		CompletableFuture<?> book(@Nullable Duration maxWait) {
			try {
				return tryToBook(maxWait);
			}
			catch (RuntimeException ex) {
				if (hasLeft()) {
					// the caller is gone
					return CompletableFuture.completedFuture(null);
				}
				throw ex;
			}
		}

		private synchronized boolean hasLeft() {
			return this.left;
		}

		private CompletableFuture<?> tryToBook(@Nullable Duration maxWait) {
			PacedLine line = line(this.number);
			ConsumptionProbe probe = line.bucket.tryConsumeAndReturnRemaining(1);
			line.available = probe.getRemainingTokens();
			if (probe.isConsumed()) {
				booked(line);
				return CompletableFuture.completedFuture(null);
			}
			Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
			if (maxWait != null && wait.compareTo(maxWait) > 0) {
				throw new LineBusyException(this.number, wait);
			}
			CompletableFuture<Boolean> turn = line.bucket.asScheduler()
				.tryConsume(1, (maxWait != null) ? nanos(maxWait) : Long.MAX_VALUE / 2, SharedLinePacer.this.timer);
			if (turn.isDone() && !turn.join()) {
				// another caller was faster
				throw new LineBusyException(this.number, wait);
			}
			booked(line);
			return turn;
		}

		private static long nanos(Duration duration) {
			return Math.max(1,
					(duration.compareTo(Duration.ofDays(365)) < 0) ? duration.toNanos() : Long.MAX_VALUE / 2);
		}

		private void booked(PacedLine line) {
			boolean late;
			synchronized (this) {
				this.booked = line;
				late = this.left;
			}
			if (late) {
				returnToken(line);
			}
		}

		private synchronized @Nullable PacedLine bookedLine() {
			return this.booked;
		}

		Mono<Permit> await(CompletableFuture<?> turn) {
			PacedLine line = bookedLine();
			if (line == null || turn.isDone()) {
				return Mono.just(this);
			}
			AtomicInteger waiting = line.waiting;
			return Mono.fromFuture(turn, true)
				.publishOn(Schedulers.parallel())
				.then(Mono.<Permit>just(this))
				.doOnSubscribe((subscription) -> waiting.incrementAndGet())
				.doFinally((signal) -> waiting.decrementAndGet());
		}

		@Override
		public void giveBack() {
			PacedLine line;
			synchronized (this) {
				line = (this.left) ? null : this.booked;
				this.left = true;
			}
			if (line != null && !SharedLinePacer.this.scheduler.isDisposed()) {
				SharedLinePacer.this.scheduler.schedule(() -> returnToken(line));
			}
		}

		private static void returnToken(PacedLine line) {
			try {
				line.bucket.addTokens(1);
			}
			catch (RuntimeException ex) {
				// the line sends one message later than it could
				logger.debug("Failed to return a permit");
			}
		}

	}

}
