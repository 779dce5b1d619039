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

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.delivery.SendListener.SendEnd;
import com.contiguity.spring.internal.failure.MaskedFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Publishes what became of sends. The send is over by then: what listeners do, or throw,
 * changes nothing for it.
 */
final class SendEventPublisher {

	private static final Log logger = LogFactory.getLog(SendEventPublisher.class);

	/** Events that wait for a thread, at most; one of them takes a few hundred bytes. */
	private static final int MAX_WAITING = 100_000;

	/** Threads for listeners, which may block. */
	private static final int THREADS = 16;

	private final @Nullable ApplicationEventPublisher publisher;

	private final Delivery delivery;

	private final AtomicInteger waiting = new AtomicInteger();

	/** Made for the first event. */
	private @Nullable ThreadPoolExecutor executor;

	private boolean closed;

	SendEventPublisher(@Nullable ApplicationEventPublisher publisher, Delivery delivery) {
		this.publisher = publisher;
		this.delivery = delivery;
	}

	/**
	 * Publish on this thread.
	 * @param end how a send ended
	 */
	void publish(SendEnd end) {
		if (this.publisher != null) {
			ApplicationEventPublisher publisher = this.publisher;
			// what listeners log and call belongs to the trace of the call
			end.observation().scoped(() -> publish(publisher, end.event()));
		}
	}

	private static void publish(ApplicationEventPublisher publisher, ImessageSendEvent event) {
		try {
			publisher.publishEvent(event);
		}
		// a listener in Kotlin, or one that sneaks, throws checked ones, too
		catch (Throwable ex) {
			logger.error(
					"A listener failed on " + event.getClass().getSimpleName() + "; the send itself is not affected",
					MaskedFailure.of(ex));
		}
	}

	/**
	 * Publish on a thread that may block. A stop waits for it.
	 * @param end how a send ended
	 */
	void publishElsewhere(SendEnd end) {
		if (this.publisher == null) {
			return;
		}
		Runnable published = this.delivery.keepRunning();
		this.waiting.incrementAndGet();
		try {
			executor().execute(() -> {
				try {
					publish(end);
				}
				finally {
					this.waiting.decrementAndGet();
					published.run();
				}
			});
		}
		catch (Throwable ex) {
			this.waiting.decrementAndGet();
			published.run();
			logger.error("No thread was left to publish " + end.event().getClass().getSimpleName()
					+ "; the send itself is not affected", ex);
		}
	}

	private synchronized Executor executor() {
		if (this.closed) {
			throw new RejectedExecutionException("The template is closed");
		}
		if (this.executor == null) {
			CustomizableThreadFactory threads = new CustomizableThreadFactory("contiguity-events-");
			threads.setDaemon(true);
			this.executor = new ThreadPoolExecutor(THREADS, THREADS, 60, TimeUnit.SECONDS,
					new LinkedBlockingQueue<>(MAX_WAITING), threads);
			this.executor.allowCoreThreadTimeOut(true);
		}
		return this.executor;
	}

	void close() {
		int untold;
		synchronized (this) {
			untold = (this.closed) ? 0 : this.waiting.get();
			this.closed = true;
			if (this.executor != null) {
				this.executor.shutdownNow();
			}
		}
		if (untold > 0) {
			logger.error("The end came before listeners were told of, or done with, %d sends".formatted(untold));
		}
	}

}
