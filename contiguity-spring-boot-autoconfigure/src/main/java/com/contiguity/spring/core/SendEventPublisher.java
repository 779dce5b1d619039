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

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import com.contiguity.spring.Masking;
import com.contiguity.spring.delivery.SendListener.SendEnd;
import com.contiguity.spring.event.ImessageSendEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what became of sends. The send is over by then: what listeners do, or throw,
 * changes nothing for it.
 */
final class SendEventPublisher {

	private static final Log logger = LogFactory.getLog(SendEventPublisher.class);

	private final @Nullable ApplicationEventPublisher publisher;

	/** Asked for at the first event: it starts a thread. */
	private final Supplier<Scheduler> scheduler;

	SendEventPublisher(@Nullable ApplicationEventPublisher publisher, Supplier<Scheduler> scheduler) {
		this.publisher = publisher;
		this.scheduler = scheduler;
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
		catch (RuntimeException | Error ex) {
			logger.error(
					"A listener failed on " + event.getClass().getSimpleName() + "; the send itself is not affected",
					Masking.failure(ex));
		}
	}

	/**
	 * Publish on a thread that may block.
	 * @param end how a send ended
	 */
	void publishElsewhere(SendEnd end) {
		if (this.publisher != null) {
			try {
				this.scheduler.get().schedule(() -> publish(end));
			}
			catch (RejectedExecutionException ex) {
				logger.error("No thread was left to publish " + end.event().getClass().getSimpleName()
						+ "; the send itself is not affected", ex);
			}
		}
	}

}
