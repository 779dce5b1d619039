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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Renews the claims of this instance and takes over events of instances that have died.
 * It stops taking over events before the receiver stops, and renews claims until the
 * context is closed, because listeners may still be running.
 */
public final class WebhookTakeover implements SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(WebhookTakeover.class);

	private static final Duration CLEAN_UP_INTERVAL = Duration.ofMinutes(1);

	private final JdbcWebhookEventStore store;

	private final Supplier<@Nullable WebhookReceiver> receiver;

	private @Nullable ScheduledExecutorService executor;

	private volatile boolean running;

	/**
	 * Create a takeover.
	 * @param store the store of the events
	 * @param receiver the receiver that handles them; supplies {@code null} if this
	 * application receives none
	 */
	public WebhookTakeover(JdbcWebhookEventStore store, Supplier<@Nullable WebhookReceiver> receiver) {
		this.store = store;
		this.receiver = receiver;
	}

	@Override
	public synchronized void start() {
		WebhookReceiver receiver = this.receiver.get();
		if (receiver == null) {
			return;
		}
		this.running = true;
		if (this.executor == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("contiguity-webhook-store-");
			threads.setDaemon(true);
			ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(threads);
			this.executor = executor;
			long interval = this.store.lease().toMillis() / OutboxSettings.MISSED_HEARTBEATS;
			executor.scheduleWithFixedDelay(() -> safely(() -> beat(receiver)), interval, interval,
					TimeUnit.MILLISECONDS);
			executor.scheduleWithFixedDelay(() -> safely(this.store::forgetOld), CLEAN_UP_INTERVAL.toMillis(),
					CLEAN_UP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void beat(WebhookReceiver receiver) {
		// first: this instance may have been frozen, and must not take over events from
		// itself
		this.store.renew();
		if (!this.running) {
			return;
		}
		for (JdbcWebhookEventStore.Left event : this.store.left()) {
			String body = this.store.read(event);
			if (body == null) {
				continue;
			}
			switch (receiver.takeOver(body, event.receivedAt(), () -> this.store.takeOver(event))) {
				case ACCEPTED -> logger.info("Took over a webhook event from an instance that died or stopped");
				case UNREADABLE -> this.store.giveUp(event, "its body is not an event");
				case REFUSED -> {
					// it is tried again
				}
			}
		}
	}

	private static void safely(Runnable work) {
		try {
			work.run();
		}
		catch (RuntimeException ex) {
			logger.warn("Failed to access the database of webhook events; retrying", MaskedFailure.of(ex));
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return WebhookReceiver.PHASE + 1;
	}

	@Override
	public synchronized void destroy() {
		if (this.executor != null) {
			this.executor.shutdownNow();
			this.executor = null;
		}
	}

}
