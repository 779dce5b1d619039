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

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Statistics of webhooks since the start, for the actuator endpoint. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookStatistics {

	private final Map<String, Map<String, Long>> deliveries = new TreeMap<>();

	private final LongAdder handled = new LongAdder();

	private final LongAdder failed = new LongAdder();

	WebhookStatistics() {
	}

	void received(String type, WebhookResult result) {
		synchronized (this.deliveries) {
			this.deliveries.computeIfAbsent(type, (key) -> new TreeMap<>()).merge(result.toString(), 1L, Long::sum);
		}
	}

	void handled() {
		this.handled.increment();
	}

	void failed() {
		this.failed.increment();
	}

	/**
	 * Return the number of deliveries by type and result.
	 * @return the numbers, by the names used in metrics
	 */
	public Map<String, Map<String, Long>> deliveries() {
		Map<String, Map<String, Long>> copy = new TreeMap<>();
		synchronized (this.deliveries) {
			this.deliveries.forEach((type, results) -> copy.put(type, new TreeMap<>(results)));
		}
		return copy;
	}

	/**
	 * Return how many events the listeners have handled.
	 * @return the number of events
	 */
	public long handledEvents() {
		return this.handled.sum();
	}

	/**
	 * Return the number of events whose listener failed, or that were given up at
	 * shutdown.
	 * @return the number of events
	 */
	public long failedEvents() {
		return this.failed.sum();
	}

}
