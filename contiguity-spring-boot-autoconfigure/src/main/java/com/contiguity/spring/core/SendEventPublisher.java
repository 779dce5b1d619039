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

package com.contiguity.spring.core;

import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.internal.delivery.SendCall;
import com.contiguity.spring.internal.failure.MaskedFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Publishes the outcomes of sends. A send has already ended when its event is published,
 * so that listeners cannot affect it. A shutdown waits for listeners.
 */
final class SendEventPublisher {

	private static final Log logger = LogFactory.getLog(SendEventPublisher.class);

	/**
	 * Maximum number of events that wait for a thread. Each takes a few hundred bytes.
	 */
	private static final int MAX_WAITING = 100_000;

	/** Number of threads for listeners, which may block. */
	private static final int THREADS = 16;

	private final @Nullable ApplicationEventPublisher publisher;

	/** Has no thread before the first event. */
	private final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

	SendEventPublisher(@Nullable ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.executor.setThreadNamePrefix("contiguity-events-");
		this.executor.setDaemon(true);
		this.executor.setCorePoolSize(THREADS);
		this.executor.setMaxPoolSize(THREADS);
		this.executor.setAllowCoreThreadTimeOut(true);
		this.executor.setQueueCapacity(MAX_WAITING);
		this.executor.initialize();
	}

	/**
	 * Publish on the current thread.
	 * @param call a send that has ended
	 */
	void publish(SendCall call) {
		try (call) {
			ApplicationEventPublisher publisher = this.publisher;
			if (publisher != null) {
				ImessageSendEvent event = call.event();
				// logs and calls of listeners belong to the trace of the call
				call.observation().scoped(() -> publish(publisher, event));
			}
		}
	}

	private static void publish(ApplicationEventPublisher publisher, ImessageSendEvent event) {
		try {
			publisher.publishEvent(event);
		}
		// listeners in Kotlin can throw checked exceptions, too
		catch (Throwable ex) {
			logger.error(
					"A listener failed on " + event.getClass().getSimpleName() + "; the send itself is not affected",
					MaskedFailure.of(ex));
		}
	}

	/**
	 * Publish on a thread that may block.
	 * @param call a send that has ended
	 */
	void publishElsewhere(SendCall call) {
		if (this.publisher == null) {
			call.close();
			return;
		}
		try {
			this.executor.execute(() -> publish(call));
		}
		catch (Throwable ex) {
			call.close();
			logger.error("No thread was available to publish " + call.event().getClass().getSimpleName()
					+ "; the send itself is not affected", ex);
		}
	}

	void close() {
		if (this.executor.getThreadPoolExecutor().isShutdown()) {
			return;
		}
		int untold = this.executor.getActiveCount() + this.executor.getQueueSize();
		this.executor.shutdown();
		if (untold > 0) {
			logger.error("The application stopped before listeners had handled %s send events. They are lost"
				.formatted(untold));
		}
	}

}
