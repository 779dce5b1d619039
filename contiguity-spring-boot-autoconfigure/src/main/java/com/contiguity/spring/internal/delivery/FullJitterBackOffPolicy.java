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

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.retry.backoff.ExponentialBackOffPolicy;
import org.springframework.retry.backoff.Sleeper;

/**
 * Waits a random time between zero and an exponentially growing maximum, so that callers
 * that failed at the same time do not retry at the same time.
 *
 * @since 0.1.0
 */
public final class FullJitterBackOffPolicy extends ExponentialBackOffPolicy {

	private FullJitterBackOffPolicy() {
	}

	/**
	 * Create a policy.
	 * @param initialInterval the maximum of the first wait
	 * @param multiplier the factor by which the maximum grows with each wait
	 * @param maxInterval the upper limit of the maximum
	 */
	public FullJitterBackOffPolicy(Duration initialInterval, double multiplier, Duration maxInterval) {
		setInitialInterval(initialInterval.toMillis());
		setMultiplier(multiplier);
		setMaxInterval(maxInterval.toMillis());
	}

	@Override
	protected ExponentialBackOffPolicy newInstance() {
		return new FullJitterBackOffPolicy();
	}

	@Override
	public ExponentialBackOffPolicy withSleeper(Sleeper sleeper) {
		return super.withSleeper((limit) -> sleeper.sleep(ThreadLocalRandom.current().nextLong(limit + 1)));
	}

}
