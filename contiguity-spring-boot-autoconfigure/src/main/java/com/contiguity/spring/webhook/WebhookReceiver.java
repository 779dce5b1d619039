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

import java.time.Clock;

import com.contiguity.spring.Masking;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.Measurement;
import com.contiguity.spring.webhook.WebhookSignatureVerifier.Result;
import io.micrometer.observation.Observation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Takes deliveries of webhooks, whatever they came with: verifies and parses them, claims
 * their events, and has listeners told of them on other threads. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookReceiver {

	private static final Log logger = LogFactory.getLog(WebhookReceiver.class);

	private final WebhookEventParser parser = new WebhookEventParser();

	private final WebhookSignatureVerifier verifier;

	private final WebhookEventStore store;

	private final WebhookDispatcher dispatcher;

	private final WebhookStatistics statistics;

	private final ContiguityMeters meters;

	private final Clock clock;

	/**
	 * Create a receiver.
	 * @param verifier verifies signatures
	 * @param dispatcher brings events to listeners
	 * @param meters measure
	 * @param clock tells the time of events that do not
	 */
	public WebhookReceiver(WebhookSignatureVerifier verifier, WebhookDispatcher dispatcher, ContiguityMeters meters,
			Clock clock) {
		Assert.notNull(verifier, "'verifier' must not be null");
		Assert.notNull(dispatcher, "'dispatcher' must not be null");
		Assert.notNull(meters, "'meters' must not be null");
		Assert.notNull(clock, "'clock' must not be null");
		this.verifier = verifier;
		this.store = dispatcher.handler().store();
		this.dispatcher = dispatcher;
		this.statistics = dispatcher.handler().statistics();
		this.meters = meters;
		this.clock = clock;
	}

	/**
	 * Take a delivery. Does not wait for listeners.
	 * @param signature the value of the header
	 * {@value WebhookSignatureVerifier#SIGNATURE_HEADER}, or {@code null} if there is
	 * none
	 * @param body the body, byte for byte as it came
	 * @param parent the observation of the request, or {@code null} if there is none
	 * @return what to answer
	 */
	public WebhookResult receive(@Nullable String signature, byte[] body, @Nullable Observation parent) {
		Result verification = this.verifier.verify(signature, body);
		if (verification != Result.VALID) {
			return refuse((verification == Result.STALE) ? WebhookResult.STALE : WebhookResult.BAD_SIGNATURE);
		}
		ContiguityWebhookEvent event = this.parser.parse(body, this.clock.instant());
		if (event == null) {
			return refuse(WebhookResult.MALFORMED);
		}
		return counted(WebhookTypes.of(event), take(new Arrival(event, parent)));
	}

	/**
	 * Take a delivery that could not be read.
	 * @param result why
	 * @return what to answer
	 */
	WebhookResult refuse(WebhookResult result) {
		return counted(WebhookTypes.NONE, result);
	}

	private WebhookResult take(Arrival arrival) {
		// room first: who is told that an event is a duplicate can rely on the other
		if (!this.dispatcher.reserve()) {
			return WebhookResult.REJECTED;
		}
		String id = arrival.event().id();
		boolean claimed;
		try {
			claimed = this.store.claim(id);
		}
		catch (RuntimeException ex) {
			this.dispatcher.giveBack();
			logger.error("An event could not be claimed and is refused", Masking.failure(ex));
			return WebhookResult.REJECTED;
		}
		if (!claimed) {
			this.dispatcher.giveBack();
			return WebhookResult.DUPLICATE;
		}
		if (!this.dispatcher.dispatch(arrival)) {
			this.store.release(id);
			return WebhookResult.REJECTED;
		}
		return WebhookResult.ACCEPTED;
	}

	/**
	 * Return what became of webhooks since the start.
	 * @return the statistics
	 */
	public WebhookStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Return how many events are waiting for listeners, or with them.
	 * @return the number of events
	 */
	public int pendingEvents() {
		return this.dispatcher.pending();
	}

	private WebhookResult counted(String type, WebhookResult result) {
		this.statistics.received(type, result);
		Measurement.attempt(() -> this.meters.webhookReceived(type, result.toString()));
		return result;
	}

}
