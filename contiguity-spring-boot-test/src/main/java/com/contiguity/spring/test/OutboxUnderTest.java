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

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

import com.contiguity.spring.internal.outbox.JdbcWebhookEventStore;
import com.contiguity.spring.internal.outbox.Outbox;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Tracks the outbox of the application, so that it can be made idle between tests. Not
 * loaded if there is no outbox on the class path.
 */
final class OutboxUnderTest implements BeanPostProcessor, Restable {

	private final Set<Outbox> outboxes = new CopyOnWriteArraySet<>();

	private final Set<JdbcWebhookEventStore> eventStores = new CopyOnWriteArraySet<>();

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof Outbox outbox) {
			this.outboxes.add(outbox);
		}
		else if (bean instanceof JdbcWebhookEventStore eventStore) {
			this.eventStores.add(eventStore);
		}
		return bean;
	}

	@Override
	public boolean awaitRest(Duration patience) throws InterruptedException {
		boolean rests = true;
		for (Outbox outbox : this.outboxes) {
			rests &= outbox.drop(patience);
		}
		return rests;
	}

	@Override
	public void forget() {
		this.outboxes.forEach(Outbox::clear);
		this.eventStores.forEach(JdbcWebhookEventStore::clear);
	}

}
