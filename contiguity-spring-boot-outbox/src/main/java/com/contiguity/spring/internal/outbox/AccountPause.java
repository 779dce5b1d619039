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
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Pauses this instance while the account is refused, so that an expired token does not
 * reject the whole backlog. From time to time, one entry is sent as a probe to check
 * whether the account works again. Thread-safe.
 */
public final class AccountPause {

	private static final Log logger = LogFactory.getLog(AccountPause.class);

	private final Duration minInterval;

	private final Duration maxInterval;

	private final LongSupplier nanoTime;

	private @Nullable Instant since;

	private @Nullable String reason;

	private Duration interval;

	private long nextProbe;

	/** The permit of the probe that has not ended; zero if there is none. */
	private long probe;

	private long probes;

	/**
	 * Create a pause that waits between 30 s and 5 minutes between probes.
	 */
	public AccountPause() {
		this(Duration.ofSeconds(30), Duration.ofMinutes(5), System::nanoTime);
	}

	AccountPause(Duration minInterval, Duration maxInterval, LongSupplier nanoTime) {
		this.minInterval = minInterval;
		this.maxInterval = maxInterval;
		this.nanoTime = nanoTime;
		this.interval = minInterval;
	}

	/**
	 * Return when the account was refused first.
	 * @return the instant, or {@code null} if the account is not refused
	 */
	public synchronized @Nullable Instant since() {
		return this.since;
	}

	/**
	 * Return why the account is refused.
	 * @return the reason, or {@code null} if the account is not refused
	 */
	public synchronized @Nullable String reason() {
		return this.reason;
	}

	/**
	 * Acquire permits to send entries. A probe must be ended by {@link #works()},
	 * {@link #refused}, {@link #notProbed} or {@link #unused}.
	 * @param wanted the number of entries to send
	 * @return the permits
	 */
	synchronized Permits permits(int wanted) {
		if (this.since == null || wanted <= 0) {
			return new Permits(wanted, 0);
		}
		long now = this.nanoTime.getAsLong();
		if (this.probe != 0 || now - this.nextProbe < 0) {
			return new Permits(0, 0);
		}
		this.nextProbe = now + this.interval.toNanos();
		this.probe = ++this.probes;
		return new Permits(1, this.probe);
	}

	/**
	 * End a probe that did not show whether the account works.
	 * @param probe the permit, or zero if the entry was not a probe
	 */
	synchronized void notProbed(long probe) {
		end(probe);
	}

	/**
	 * End a probe that was not sent. Another one can be sent immediately.
	 * @param probe the permit, or zero if the entry was not a probe
	 */
	synchronized void unused(long probe) {
		if (end(probe)) {
			this.nextProbe = this.nanoTime.getAsLong();
		}
	}

	private boolean end(long probe) {
		if (probe == 0 || probe != this.probe) {
			// of an entry that was not a probe, or of an earlier pause
			return false;
		}
		this.probe = 0;
		return true;
	}

	/**
	 * Record that the account was refused.
	 * @param reason the reason
	 * @param probe the permit, or zero if the entry was not a probe
	 */
	synchronized void refused(String reason, long probe) {
		boolean probed = end(probe);
		this.interval = (this.since == null) ? this.minInterval
				: (probed) ? min(this.interval.multipliedBy(2), this.maxInterval) : this.interval;
		if (this.since == null) {
			this.since = Instant.now();
			logger.error("Contiguity refuses the account (" + reason
					+ "). The outbox is paused. Entries are sent once the account works again");
		}
		this.reason = reason;
		this.nextProbe = this.nanoTime.getAsLong() + this.interval.toNanos();
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	synchronized void works() {
		if (this.since != null) {
			logger.info("The account works again. The outbox has resumed");
		}
		this.since = null;
		this.reason = null;
		this.probe = 0;
	}

	/**
	 * Permits to send entries.
	 *
	 * @param number the number of entries
	 * @param probe identifies the permit if the entry is a probe; otherwise zero
	 */
	record Permits(int number, long probe) {
	}

}
