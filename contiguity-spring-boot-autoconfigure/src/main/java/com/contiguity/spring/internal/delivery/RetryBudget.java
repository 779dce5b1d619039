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

package com.contiguity.spring.internal.delivery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prevents retries from multiplying the load during an outage. Each retry takes tokens
 * from a bucket that successful calls refill. While the bucket is empty, failures are
 * returned immediately. First attempts are never delayed.
 * <p>
 * The figures are those of the AWS SDKs' standard retry mode: 500 tokens, a retry costs
 * 5, and a success returns 1.
 */
final class RetryBudget {

	static final int CAPACITY = 500;

	static final int RETRY_COST = 5;

	private final AtomicInteger tokens = new AtomicInteger(CAPACITY);

	/**
	 * Take the tokens of a retry.
	 * @return whether there were enough tokens
	 */
	boolean tryRetry() {
		int before = this.tokens
			.getAndUpdate((available) -> (available >= RETRY_COST) ? available - RETRY_COST : available);
		return before >= RETRY_COST;
	}

	void success() {
		if (this.tokens.get() < CAPACITY) {
			this.tokens.updateAndGet((available) -> Math.min(CAPACITY, available + 1));
		}
	}

	void refill() {
		this.tokens.set(CAPACITY);
	}

	int available() {
		return this.tokens.get();
	}

}
