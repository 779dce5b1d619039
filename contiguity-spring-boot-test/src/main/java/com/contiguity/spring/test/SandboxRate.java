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

package com.contiguity.spring.test;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The rate limit of lines: one message per second, five at once. Thread-safe.
 */
final class SandboxRate {

	private static final long INTERVAL = 1000;

	private static final long BURST = 5;

	private final Clock clock;

	private final boolean firstLimited;

	/** When a line has its full burst again, in milliseconds. */
	private final Map<String, Long> restedAt = new HashMap<>();

	private boolean limited;

	SandboxRate(Clock clock, boolean limited) {
		this.clock = clock;
		this.firstLimited = limited;
		this.limited = limited;
	}

	synchronized void clear() {
		this.restedAt.clear();
		this.limited = this.firstLimited;
	}

	synchronized void limited(boolean limited) {
		this.limited = limited;
	}

	/**
	 * Take a line's permit to send one message.
	 * @param line the line's number
	 * @throws SandboxRefusal if the line has none left
	 */
	synchronized void take(String line) {
		if (!this.limited) {
			return;
		}
		long now = this.clock.millis();
		long rested = Math.max(now, this.restedAt.getOrDefault(line, now));
		long wait = rested - now - (BURST - 1) * INTERVAL;
		if (wait > 0) {
			throw SandboxRefusal.tooManyRequests(Duration.ofMillis(wait));
		}
		this.restedAt.put(line, rested + INTERVAL);
	}

}
