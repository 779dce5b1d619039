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

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.internal.webhook.WebhookDispatcher;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Tracks the beans of the application that send and receive, so that the application can
 * be made idle between tests.
 */
final class ApplicationUnderTest implements BeanPostProcessor, Restable {

	private final Set<Account> accounts = new CopyOnWriteArraySet<>();

	private final Set<WebhookDispatcher> dispatchers = new CopyOnWriteArraySet<>();

	private final Set<InMemoryWebhookEventStore> eventStores = new CopyOnWriteArraySet<>();

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		// the bean itself, because a test may replace it with a spy, which should only
		// see the application's calls
		if (bean instanceof ReactiveImessageTemplate template) {
			add(template);
		}
		else if (bean instanceof ImessageTemplate template) {
			add(template.reactive());
		}
		else if (bean instanceof WebhookDispatcher dispatcher) {
			this.dispatchers.add(dispatcher);
		}
		else if (bean instanceof InMemoryWebhookEventStore eventStore) {
			this.eventStores.add(eventStore);
		}
		return bean;
	}

	private void add(@Nullable ReactiveImessageTemplate template) {
		// a mock has no state to reset
		Account account = (template != null) ? template.unwrap(Account.class) : null;
		if (account != null) {
			this.accounts.add(account);
		}
	}

	@Override
	public boolean awaitRest(Duration patience) throws InterruptedException {
		boolean rests = true;
		for (WebhookDispatcher dispatcher : this.dispatchers) {
			rests &= dispatcher.awaitIdle(patience);
		}
		for (Account account : this.accounts) {
			rests &= account.delivery().awaitIdle(patience);
		}
		return rests;
	}

	@Override
	public void forget() {
		this.accounts.forEach((account) -> account.forget().run());
		this.eventStores.forEach(InMemoryWebhookEventStore::clear);
	}

}
