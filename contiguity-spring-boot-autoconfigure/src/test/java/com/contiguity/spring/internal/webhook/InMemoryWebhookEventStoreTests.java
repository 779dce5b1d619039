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
import java.time.Instant;

import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.MovableClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link InMemoryWebhookEventStore}.
 */
class InMemoryWebhookEventStoreTests {

	private final MovableClock now = new MovableClock(Instant.EPOCH);

	@Test
	void claimsOnce() {
		InMemoryWebhookEventStore store = store(10, 10_000);
		assertThat(store.claim(Deliveries.withId("a"))).isTrue();
		assertThat(store.claim(Deliveries.withId("a"))).isFalse();
		store.done("a");
		assertThat(store.claim(Deliveries.withId("a"))).isFalse();
	}

	@Test
	void claimsReleasedEventsAgain() {
		InMemoryWebhookEventStore store = store(10, 10_000);
		store.claim(Deliveries.withId("a"));
		store.release("a");
		assertThat(store.claim(Deliveries.withId("a"))).isTrue();
	}

	@Test
	void forgetsAfterTheWindowButNotWhatIsUnderWay() {
		InMemoryWebhookEventStore store = store(10, 10_000);
		store.claim(Deliveries.withId("a"));
		store.done("a");
		store.claim(Deliveries.withId("b"));
		this.now.set(Instant.EPOCH.plus(Duration.ofHours(1)).minusMillis(1));
		assertThat(store.claim(Deliveries.withId("a"))).isFalse();
		this.now.set(Instant.EPOCH.plus(Duration.ofHours(1)));
		assertThat(store.claim(Deliveries.withId("a"))).isTrue();
		assertThat(store.claim(Deliveries.withId("b"))).isFalse();
	}

	@Test
	void forgetsTheOldestWhenThereAreTooMany() {
		InMemoryWebhookEventStore store = store(2, 10_000);
		for (String id : new String[] { "a", "b", "c" }) {
			store.claim(Deliveries.withId(id));
			store.done(id);
		}
		assertThat(store.size()).isEqualTo(2);
		assertThat(store.claim(Deliveries.withId("c"))).isFalse();
		assertThat(store.claim(Deliveries.withId("b"))).isFalse();
		assertThat(store.claim(Deliveries.withId("a"))).isTrue();
	}

	@Test
	void forgetsTheOldestWhenTheyAreTooLarge() {
		InMemoryWebhookEventStore store = store(1000, 10_000);
		for (int i = 0; i < 100; i++) {
			String id = "%04d".formatted(i).repeat(200);
			store.claim(Deliveries.withId(id));
			store.done(id);
		}
		assertThat(store.size()).isEqualTo(5);
	}

	@Test
	void takesAFewMegabytesHoweverManyEventsArriveInADay() {
		InMemoryWebhookEventStore store = new InMemoryWebhookEventStore(Duration.ofDays(1));
		for (int i = 0; i < 100_100; i++) {
			store.done("evt_" + i);
		}
		assertThat(store.size()).isEqualTo(100_000);
		String longId = "evt_".repeat(250);
		for (int i = 0; i < 10_000; i++) {
			store.done(longId + i);
		}
		assertThat(store.size()).isBetween(7_000, 8_000);
	}

	private InMemoryWebhookEventStore store(int maxEvents, long maxBytes) {
		return new InMemoryWebhookEventStore(Duration.ofHours(1), maxEvents, maxBytes, this.now);
	}

}
