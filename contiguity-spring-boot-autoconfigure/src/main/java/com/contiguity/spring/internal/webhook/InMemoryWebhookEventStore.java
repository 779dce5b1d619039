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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.webhook.WebhookEventStore;

import org.springframework.util.Assert;

/**
 * {@link WebhookEventStore} in the memory of this process. If there are too many handled
 * events, it removes the oldest ones. Thread-safe.
 *
 * @since 0.1.0
 */
public final class InMemoryWebhookEventStore implements WebhookEventStore {

	/** Maximum number of handled events. */
	private static final int MAX_EVENTS = 100_000;

	/** Maximum size of the events in memory. */
	private static final long MAX_BYTES = 16 * 1024 * 1024;

	/** Approximate memory of an event in addition to the characters of its id. */
	private static final int OVERHEAD = 128;

	private final Duration window;

	private final int maxEvents;

	private final long maxBytes;

	private final Clock clock;

	private final Set<String> claimed = new HashSet<>();

	// in the order in which they were handled
	private final Map<String, Instant> done = new LinkedHashMap<>();

	private long bytes;

	/**
	 * Create a store.
	 * @param window how long handled events are remembered
	 */
	public InMemoryWebhookEventStore(Duration window) {
		this(window, MAX_EVENTS, MAX_BYTES, Clock.systemUTC());
	}

	/**
	 * Create a store.
	 * @param window how long handled events are remembered
	 * @param maxEvents the maximum number of handled events
	 * @param maxBytes their approximate maximum size in memory
	 * @param clock the clock
	 */
	public InMemoryWebhookEventStore(Duration window, int maxEvents, long maxBytes, Clock clock) {
		Assert.isTrue(!window.isNegative() && !window.isZero(), "'window' must be positive");
		Assert.isTrue(maxEvents > 0, "'maxEvents' must be positive");
		Assert.isTrue(maxBytes > 0, "'maxBytes' must be positive");
		this.window = window;
		this.maxEvents = maxEvents;
		this.maxBytes = maxBytes;
		this.clock = clock;
	}

	@Override
	public synchronized boolean claim(ContiguityWebhookEvent event) {
		forget(this.clock.instant());
		return !this.done.containsKey(event.id()) && this.claimed.add(event.id());
	}

	@Override
	public synchronized void done(String eventId) {
		Instant now = this.clock.instant();
		this.claimed.remove(eventId);
		if (this.done.put(eventId, now) == null) {
			this.bytes += bytes(eventId);
		}
		forget(now);
	}

	@Override
	public synchronized void release(String eventId) {
		this.claimed.remove(eventId);
	}

	/**
	 * Remove all events, for tests that share an application.
	 */
	public synchronized void clear() {
		this.claimed.clear();
		this.done.clear();
		this.bytes = 0;
	}

	synchronized int size() {
		return this.done.size();
	}

	private void forget(Instant now) {
		Instant oldest = now.minus(this.window);
		Iterator<Map.Entry<String, Instant>> entries = this.done.entrySet().iterator();
		while (entries.hasNext()) {
			Map.Entry<String, Instant> entry = entries.next();
			boolean tooMany = this.done.size() > this.maxEvents || this.bytes > this.maxBytes;
			if (!tooMany && entry.getValue().isAfter(oldest)) {
				return;
			}
			this.bytes -= bytes(entry.getKey());
			entries.remove();
		}
	}

	private static long bytes(String eventId) {
		return OVERHEAD + 2L * eventId.length();
	}

}
