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

	private boolean probing;

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
	 * Acquire permits to send entries. A probe must be returned by {@link #works()},
	 * {@link #refused} or {@link #notProbed()}.
	 * @param wanted the number of entries to send
	 * @return the number of entries that may be sent
	 */
	synchronized int permits(int wanted) {
		if (this.since == null || wanted <= 0) {
			return wanted;
		}
		if (this.probing || this.nanoTime.getAsLong() - this.nextProbe < 0) {
			return 0;
		}
		this.probing = true;
		return 1;
	}

	synchronized void notProbed() {
		this.probing = false;
	}

	synchronized void refused(String reason) {
		this.interval = (this.since == null) ? this.minInterval
				: (this.probing) ? min(this.interval.multipliedBy(2), this.maxInterval) : this.interval;
		if (this.since == null) {
			this.since = Instant.now();
			logger.error("Contiguity refuses the account (" + reason
					+ "). The outbox is paused. Entries are sent once the account works again");
		}
		this.reason = reason;
		this.nextProbe = this.nanoTime.getAsLong() + this.interval.toNanos();
		this.probing = false;
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
		this.probing = false;
	}

}
