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

package com.contiguity.spring.internal.webhook;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps what happens often from flooding the log: the first time is told at once, further
 * ones together. A clock that is set changes nothing. Thread-safe.
 */
final class LogThrottle {

	static final Duration INTERVAL = Duration.ofMinutes(1);

	private final LongSupplier nanoTime;

	private long untold;

	private boolean told;

	private long lastTold;

	/**
	 * Create a throttle.
	 * @param nanoTime tells the time, as {@link System#nanoTime()} does
	 */
	LogThrottle(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * It happened.
	 * @return how often it did since it was last told, if it is to be told now; {@code 0}
	 * if it is not
	 */
	synchronized long count() {
		this.untold++;
		long now = this.nanoTime.getAsLong();
		if (this.told && now - this.lastTold < INTERVAL.toNanos()) {
			return 0;
		}
		this.told = true;
		long count = this.untold;
		this.untold = 0;
		this.lastTold = now;
		return count;
	}

}
