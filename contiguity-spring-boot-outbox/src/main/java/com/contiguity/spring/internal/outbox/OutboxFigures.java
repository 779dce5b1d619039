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

import com.contiguity.spring.outbox.OutboxState;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the outbox. The database is queried at most every ten seconds, no matter
 * how often the figures are read. Thread-safe.
 */
public final class OutboxFigures {

	private static final Duration MAX_AGE = Duration.ofSeconds(10);

	private final OutboxRepository repository;

	private @Nullable Map<OutboxState, Long> entries;

	private Duration oldestAge = Duration.ZERO;

	private long readAt;

	OutboxFigures(OutboxRepository repository) {
		this.repository = repository;
	}

	/**
	 * Return how many entries are in a state.
	 * @param state the state
	 * @return the number of entries
	 */
	public synchronized long entries(OutboxState state) {
		return read().getOrDefault(state, 0L);
	}

	/**
	 * Return how long the oldest due entry has been due.
	 * @return the time; zero if none is due
	 */
	public synchronized Duration oldestAge() {
		read();
		return this.oldestAge;
	}

	private Map<OutboxState, Long> read() {
		long now = System.nanoTime();
		Map<OutboxState, Long> entries = this.entries;
		if (entries == null || now - this.readAt >= MAX_AGE.toNanos()) {
			entries = this.repository.countByState();
			this.oldestAge = this.repository.oldestAge();
			this.entries = entries;
			this.readAt = now;
		}
		return entries;
	}

	/**
	 * Return how many waiting entries expire within a time.
	 * @param time the time
	 * @return the number of entries
	 */
	public long expiringWithin(Duration time) {
		return this.repository.countExpiringWithin(time);
	}

}
