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
 * Prevents frequent occurrences from flooding the log. The first one is logged
 * immediately, later ones are summarized. Changes of the system clock have no effect.
 * Thread-safe.
 */
final class LogThrottle {

	static final Duration INTERVAL = Duration.ofMinutes(1);

	private final LongSupplier nanoTime;

	private long untold;

	private boolean told;

	private long lastTold;

	/**
	 * Create a throttle.
	 * @param nanoTime provides the time, as {@link System#nanoTime()} does
	 */
	LogThrottle(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Count an occurrence.
	 * @return how many occurrences to log now; {@code 0} for none
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
