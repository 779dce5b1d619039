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

package com.contiguity.spring.webhook;

import com.contiguity.spring.Masking;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.observation.ContiguityObservationDocumentation;
import com.contiguity.spring.observation.DefaultWebhookObservationConvention;
import com.contiguity.spring.observation.GuardedObservation;
import com.contiguity.spring.observation.WebhookObservationContext;
import com.contiguity.spring.observation.WebhookObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.util.Assert;

/**
 * Tells listeners of an event that was claimed, and settles the claim. Thread-safe.
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
	 * @param publisher tells listeners
	 * @param store where claims are settled
	 * @param observationRegistry where handlings are observed
	 * @param observationConvention names the observation, or {@code null} for the default
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

	void handle(ContiguityWebhookEvent event, @Nullable Observation parent) {
		WebhookObservationContext context = new WebhookObservationContext(WebhookTypes.of(event), event.id());
		GuardedObservation observation = GuardedObservation.start(this.observationRegistry, parent,
				() -> ContiguityObservationDocumentation.WEBHOOK.observation(this.observationConvention,
						DEFAULT_CONVENTION, () -> context, this.observationRegistry));
		// the logs are to have the trace, too
		observation.scoped(() -> tell(event, context));
		observation.stop(context.getError());
	}

	private void tell(ContiguityWebhookEvent event, WebhookObservationContext context) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			Throwable failure = Masking.failure(ex);
			context.setException(ex.getClass().getSimpleName());
			context.setError(failure);
			this.statistics.failed();
			logger.error(
					"A listener failed on " + describe(event) + ", which is handled again if it is delivered again",
					failure);
			settle(event, () -> this.store.release(event.id()));
			return;
		}
		this.statistics.handled();
		settle(event, () -> this.store.done(event.id()));
	}

	void failed(ContiguityWebhookEvent event, Throwable failure) {
		logger.error("The handling of " + describe(event) + " broke off", Masking.failure(failure));
		settle(event, () -> this.store.release(event.id()));
	}

	void abandon(ContiguityWebhookEvent event) {
		this.statistics.failed();
		logger.error("The application ends before " + describe(event) + " was handled");
		settle(event, () -> this.store.release(event.id()));
	}

	private static void settle(ContiguityWebhookEvent event, Runnable settlement) {
		try {
			settlement.run();
		}
		catch (RuntimeException ex) {
			logger.error("The claim to " + describe(event) + " could not be settled", Masking.failure(ex));
		}
	}

	private static String describe(ContiguityWebhookEvent event) {
		// ids are opaque: nothing is logged that is not one
		String id = (event.id().matches("[A-Za-z0-9_-]{1,64}")) ? event.id() : "unusual id";
		return event.getClass().getSimpleName() + " [" + id + "]";
	}

}
