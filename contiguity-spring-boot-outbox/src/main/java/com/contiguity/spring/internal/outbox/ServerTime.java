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

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.bucket4j.TimeMeter;

/**
 * The time of the server that keeps the buckets, which is queried from time to time. With
 * the clocks of instances, which can differ, buckets would be filled too fast.
 */
final class ServerTime implements TimeMeter {

	private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

	/** Several, because a single response may be late, and its time wrong. */
	private static final int QUESTIONS = 3;

	private final Supplier<Instant> clock;

	private boolean asked;

	private long askedAt;

	private long offset;

	ServerTime(Supplier<Instant> clock) {
		this.clock = clock;
	}

	@Override
	public synchronized long currentTimeNanos() {
		long now = System.nanoTime();
		if (!this.asked || now - this.askedAt >= INTERVAL) {
			ask();
			this.asked = true;
		}
		return System.nanoTime() + this.offset;
	}

	private void ask() {
		long fastest = Long.MAX_VALUE;
		for (int i = 0; i < QUESTIONS; i++) {
			long start = System.nanoTime();
			Instant serverTime = this.clock.get();
			long end = System.nanoTime();
			if (end - start < fastest) {
				fastest = end - start;
				this.offset = TimeUnit.SECONDS.toNanos(serverTime.getEpochSecond()) + serverTime.getNano() - end;
			}
		}
		this.askedAt = System.nanoTime();
	}

	@Override
	public boolean isWallClockBased() {
		return true;
	}

}
