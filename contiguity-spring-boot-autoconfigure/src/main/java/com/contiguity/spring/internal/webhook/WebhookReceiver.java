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

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.observation.Measurement;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import com.contiguity.spring.webhook.WebhookSignatureVerifier.Result;
import io.micrometer.observation.Observation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Takes deliveries of webhooks, whatever they came with: verifies and parses them, claims
 * their events, and has listeners told of them on other threads. When the application
 * stops, it takes no more. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookReceiver implements SmartLifecycle {

	/**
	 * Stops after the web server, which brings the webhooks.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	/**
	 * How long a body may take to come in.
	 */
	static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(WebhookReceiver.class);

	private final WebhookEventParser parser = new WebhookEventParser();

	private final WebhookSignatureVerifier verifier;

	private final WebhookEventStore store;

	private final WebhookDispatcher dispatcher;

	private final WebhookStatistics statistics;

	private final ContiguityMeters meters;

	private final LogThrottle rejections;

	/** What anybody can cause. */
	private final LogThrottle strangers;

	private final LogThrottle unreadable;

	private final BodyBudget bodies = new BodyBudget();

	private final Clock clock;

	private final LongSupplier nanoTime;

	/**
	 * Create a receiver.
	 * @param verifier verifies signatures
	 * @param dispatcher brings events to listeners
	 * @param meters measure
	 * @param clock tells the time of events that do not
	 */
	public WebhookReceiver(WebhookSignatureVerifier verifier, WebhookDispatcher dispatcher, ContiguityMeters meters,
			Clock clock) {
		this(verifier, dispatcher, meters, clock, System::nanoTime);
	}

	WebhookReceiver(WebhookSignatureVerifier verifier, WebhookDispatcher dispatcher, ContiguityMeters meters,
			Clock clock, LongSupplier nanoTime) {
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
		this.nanoTime = nanoTime;
		this.rejections = new LogThrottle(nanoTime);
		this.strangers = new LogThrottle(nanoTime);
		this.unreadable = new LogThrottle(nanoTime);
	}

	/**
	 * Look at a delivery before its body is read.
	 * @param signature the value of the header
	 * {@value WebhookSignatureVerifier#SIGNATURE_HEADER}, or {@code null} if there is
	 * none
	 * @param size how many bytes the body may have
	 * @return what became of it, or {@code null} if the body decides; once it was read,
	 * or could not be, {@link #bodyEnded} follows
	 */
	@Nullable Reception refuseUnread(@Nullable String signature, int size) {
		Result verification = this.verifier.verifyHeader(signature);
		if (verification != Result.VALID) {
			return notVerified(verification);
		}
		if (!this.bodies.reserve(size)) {
			stranger("too many bodies are being read at the same time");
			return refuse(WebhookResult.REJECTED);
		}
		return null;
	}

	/**
	 * Return the time that intervals are measured with.
	 * @return nanoseconds since some time
	 */
	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * A body was read, or could not be.
	 * @param size how many bytes it could have had
	 */
	void bodyEnded(int size) {
		this.bodies.giveBack(size);
	}

	/**
	 * Take a delivery. Listeners are told of its event once it was {@link #answered}.
	 * @param signature the value of the header
	 * {@value WebhookSignatureVerifier#SIGNATURE_HEADER}, or {@code null} if there is
	 * none
	 * @param body the body, byte for byte as it came
	 * @param parent the observation of the request, or {@code null} if there is none
	 * @return what became of it
	 */
	Reception accept(@Nullable String signature, byte[] body, @Nullable Observation parent) {
		Result verification;
		try {
			verification = this.verifier.verify(signature, body);
		}
		catch (Throwable ex) {
			return refuse(rejected("it could not be verified: the supplier of the secrets failed, or has none", ex));
		}
		if (verification != Result.VALID) {
			return notVerified(verification);
		}
		ContiguityWebhookEvent event = this.parser.parse(body, this.clock.instant());
		if (event == null) {
			return refuse(WebhookResult.MALFORMED);
		}
		if (event instanceof UnknownWebhookEvent && WebhookEventParser.isKnown(event.type())) {
			unreadable(event.type());
		}
		Arrival arrival = new Arrival(event, parent, body.length);
		WebhookResult result = take(arrival);
		counted(WebhookTypes.of(event), result);
		return new Reception(result, (result == WebhookResult.ACCEPTED) ? arrival : null);
	}

	/**
	 * A delivery was answered, or never can be: listeners are told of its event. Quick;
	 * to say so again changes nothing.
	 * @param reception the delivery
	 */
	void answered(Reception reception) {
		if (reception.arrival() != null) {
			this.dispatcher.answered(reception.arrival());
		}
	}

	/**
	 * Take a delivery that cannot be an event.
	 * @param result why
	 * @return what became of it
	 */
	Reception refuse(WebhookResult result) {
		counted(WebhookTypes.NONE, result);
		return new Reception(result, null);
	}

	/**
	 * Take a delivery that nobody has the time to look at.
	 * @return what became of it
	 */
	Reception refuseWithoutThread() {
		return refuse(rejected("no thread was left to verify it", null));
	}

	/**
	 * Let listeners be told of an event that another instance has taken and answered, and
	 * left.
	 * @param body the body
	 * @param receivedAt when it was taken
	 * @param claim claims the event, and tells whether it did
	 * @return whether it will be handled
	 */
	public boolean takeOver(String body, Instant receivedAt, BooleanSupplier claim) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		ContiguityWebhookEvent event = this.parser.parse(bytes, receivedAt);
		if (event == null) {
			return false;
		}
		Arrival arrival = new Arrival(event, null, bytes.length);
		if (!this.dispatcher.reserve(arrival.size())) {
			return false;
		}
		if (!claim.getAsBoolean()) {
			this.dispatcher.giveBack(arrival.size());
			return false;
		}
		if (!this.dispatcher.accept(arrival)) {
			this.dispatcher.handler().abandon(event);
			this.dispatcher.giveBack(arrival.size());
			return false;
		}
		this.dispatcher.answered(arrival);
		return true;
	}

	private WebhookResult take(Arrival arrival) {
		// room first: who is told that an event is a duplicate can rely on the other
		if (!this.dispatcher.reserve(arrival.size())) {
			return rejected((this.dispatcher.isOpen()) ? "the queue is full" : "the application is stopping", null);
		}
		boolean claimed;
		try {
			claimed = this.store.claim(arrival.event());
		}
		catch (Throwable ex) {
			this.dispatcher.giveBack(arrival.size());
			return rejected("it could not be claimed", ex);
		}
		if (!claimed) {
			this.dispatcher.giveBack(arrival.size());
			return WebhookResult.DUPLICATE;
		}
		if (!this.dispatcher.accept(arrival)) {
			this.dispatcher.handler().release(arrival.event());
			this.dispatcher.giveBack(arrival.size());
			return rejected("the application has stopped", null);
		}
		return WebhookResult.ACCEPTED;
	}

	private Reception notVerified(Result verification) {
		boolean stale = verification == Result.STALE;
		stranger((stale) ? "its signature is too old or from the future. Check the clock of this machine"
				: "it is not signed with one of the secrets. Compare 'contiguity.webhook.secrets' with the "
						+ "secret of the webhook in Contiguity's console");
		return refuse((stale) ? WebhookResult.STALE : WebhookResult.BAD_SIGNATURE);
	}

	// not an error: anybody can post anything; but the first sign of a wrong secret
	private void stranger(String reason) {
		long count = this.strangers.count();
		if (count > 0) {
			logger.warn(
					"Webhooks refused since the last warning: %s. Reason of the last one: %s".formatted(count, reason));
		}
	}

	private void unreadable(String type) {
		long count = this.unreadable.count();
		if (count > 0) {
			logger.warn(("Events of a known type in an unknown shape since the last warning: %s. Type of the last "
					+ "one: %s. Listeners receive an UnknownWebhookEvent")
				.formatted(count, type));
		}
	}

	private WebhookResult rejected(String reason, @Nullable Throwable failure) {
		long count = this.rejections.count();
		if (count > 0) {
			String message = "Events rejected since the last warning: %s. Reason of the last one: %s. ".formatted(count,
					reason) + "Contiguity does not promise to deliver them again. This is logged at most once a minute";
			if (failure != null) {
				logger.warn(message, MaskedFailure.of(failure));
			}
			else {
				logger.warn(message);
			}
		}
		return WebhookResult.REJECTED;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public boolean isRunning() {
		return this.dispatcher.isOpen();
	}

	@Override
	public void start() {
		this.dispatcher.open();
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	/**
	 * Take no more events, and let listeners be told of those that are held.
	 */
	@Override
	public void stop(Runnable callback) {
		this.dispatcher.close(callback);
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

	private void counted(String type, WebhookResult result) {
		this.statistics.received(type, result);
		Measurement.attempt(() -> this.meters.webhookReceived(type, result.toString()));
	}

}
