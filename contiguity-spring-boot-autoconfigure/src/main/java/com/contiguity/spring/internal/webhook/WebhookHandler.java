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

import java.lang.reflect.UndeclaredThrowableException;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.observation.ContiguityObservationDocumentation;
import com.contiguity.spring.observation.DefaultWebhookObservationConvention;
import com.contiguity.spring.observation.WebhookObservationContext;
import com.contiguity.spring.observation.WebhookObservationConvention;
import com.contiguity.spring.webhook.WebhookEventStore;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * Publishes claimed events to listeners and settles the claims. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookHandler {

	private static final Log logger = LogFactory.getLog(WebhookHandler.class);

	private static final WebhookObservationConvention DEFAULT_CONVENTION = new DefaultWebhookObservationConvention();

	private final ApplicationEventPublisher publisher;

	private final WebhookEventStore store;

	private final WebhookStatistics statistics = new WebhookStatistics();

	private final ObservationRegistry observationRegistry;

	private final @Nullable WebhookObservationConvention observationConvention;

	/**
	 * Create a handler.
	 * @param publisher publishes events to listeners
	 * @param store the store of claims
	 * @param observationRegistry the registry for observations
	 * @param observationConvention the convention, or {@code null} for the default
	 */
	public WebhookHandler(ApplicationEventPublisher publisher, WebhookEventStore store,
			ObservationRegistry observationRegistry, @Nullable WebhookObservationConvention observationConvention) {
		Assert.notNull(publisher, "'publisher' must not be null");
		Assert.notNull(store, "'store' must not be null");
		Assert.notNull(observationRegistry, "'observationRegistry' must not be null");
		this.publisher = publisher;
		this.store = store;
		this.observationRegistry = observationRegistry;
		this.observationConvention = observationConvention;
	}

	WebhookEventStore store() {
		return this.store;
	}

	WebhookStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Publish an event to listeners, and settle its claim once in any case.
	 * @param event the event
	 * @param parent the observation of the request that delivered it, or {@code null} if
	 * there is none
	 */
	void handle(ContiguityWebhookEvent event, @Nullable Observation parent) {
		WebhookObservationContext context = new WebhookObservationContext(WebhookTypeTag.of(event),
				Masking.id(event.id()));
		GuardedObservation observation = GuardedObservation.start(this.observationRegistry, parent,
				() -> ContiguityObservationDocumentation.WEBHOOK.observation(this.observationConvention,
						DEFAULT_CONVENTION, () -> context, this.observationRegistry));
		// so that logs contain the trace, too
		observation.scoped(() -> tell(event, context));
		if (this.observationConvention != null) {
			observation.evaluateConvention(this.observationConvention, context, DEFAULT_CONVENTION);
		}
		observation.stop(context.getError());
	}

	private void tell(ContiguityWebhookEvent event, WebhookObservationContext context) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (Throwable ex) {
			Throwable failure = unwrap(ex);
			context.setException(name(failure.getClass()));
			context.setError(MaskedFailure.of(failure));
			failed(event, failure);
			return;
		}
		this.statistics.handled();
		settle(event, () -> this.store.done(event.id()));
	}

	private void failed(ContiguityWebhookEvent event, Throwable failure) {
		this.statistics.failed();
		release(event);
		logger.error("A listener failed to handle " + describe(event)
				+ ". The event is lost unless Contiguity delivers it again", MaskedFailure.of(failure));
	}

	/**
	 * Release the claim of an event that listeners have not received.
	 * @param event the event
	 */
	void release(ContiguityWebhookEvent event) {
		settle(event, () -> this.store.release(event.id()));
	}

	/**
	 * Give up an accepted event at shutdown.
	 * @param event the event
	 */
	void abandon(ContiguityWebhookEvent event) {
		this.statistics.failed();
		settle(event, () -> this.store.abandon(event.id()));
		logger.error("Shut down before " + describe(event) + " was handled");
	}

	/**
	 * Give up an event that the executor rejected.
	 * @param event the event
	 * @param failure the exception of the executor
	 */
	void refused(ContiguityWebhookEvent event, Throwable failure) {
		this.statistics.failed();
		settle(event, () -> this.store.abandon(event.id()));
		logger.error("The executor rejected " + describe(event) + ", which is handled if it is delivered again",
				MaskedFailure.of(failure));
	}

	private static void settle(ContiguityWebhookEvent event, Runnable settlement) {
		// a store that blocks would fail on an interrupted thread
		boolean interrupted = Thread.interrupted();
		try {
			settlement.run();
		}
		catch (Throwable ex) {
			logger.error("Failed to settle the claim to " + describe(event), MaskedFailure.of(ex));
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	// a checked exception of a listener method
	private static Throwable unwrap(Throwable failure) {
		Throwable cause = (failure instanceof UndeclaredThrowableException) ? failure.getCause() : null;
		return (cause != null) ? cause : failure;
	}

	// an anonymous class has no name of its own
	private static String name(Class<?> type) {
		Class<?> named = type;
		while (named.getSimpleName().isEmpty()) {
			named = named.getSuperclass();
		}
		return named.getSimpleName();
	}

	private static String describe(ContiguityWebhookEvent event) {
		return event.getClass().getSimpleName() + " [" + Masking.id(event.id()) + "]";
	}

}
