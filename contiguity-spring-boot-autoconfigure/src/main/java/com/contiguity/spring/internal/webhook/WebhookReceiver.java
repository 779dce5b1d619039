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
 * Receives webhooks, independently of the web server: verifies and parses them, claims
 * their events and passes them to listeners on other threads. When the application stops,
 * it rejects further webhooks. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookReceiver implements SmartLifecycle {

	/**
	 * Stops after the web server, which receives the requests.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	/**
	 * Maximum time to receive a body.
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

	/** For failures that anybody can cause. */
	private final LogThrottle strangers;

	private final LogThrottle unreadable;

	private final BodyBudget bodies = new BodyBudget();

	private final Clock clock;

	private final LongSupplier nanoTime;

	/**
	 * Create a receiver.
	 * @param verifier verifies signatures
	 * @param dispatcher dispatches events to listeners
	 * @param meters the meters
	 * @param clock provides the time of events that contain none
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
	 * Check a delivery before its body is read.
	 * @param signature the value of the header
	 * {@value WebhookSignatureVerifier#SIGNATURE_HEADER}, or {@code null} if there is
	 * none
	 * @param size the maximum number of bytes of the body
	 * @return the result, or {@code null} if it depends on the body; in this case
	 * {@link #bodyEnded} must be called after the body was read or could not be read
	 */
	@Nullable PendingResponse refuseUnread(@Nullable String signature, int size) {
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
	 * Return the time for measuring intervals.
	 * @return nanoseconds since an arbitrary time
	 */
	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Record that a body was read or could not be read.
	 * @param size the maximum number of bytes of the body
	 */
	void bodyEnded(int size) {
		this.bodies.giveBack(size);
	}

	/**
	 * Accept a delivery. Listeners receive its event once it was {@link #answered}.
	 * @param signature the value of the header
	 * {@value WebhookSignatureVerifier#SIGNATURE_HEADER}, or {@code null} if there is
	 * none
	 * @param body the unmodified bytes of the body
	 * @param parent the observation of the request, or {@code null} if there is none
	 * @return the result
	 */
	PendingResponse accept(@Nullable String signature, byte[] body, @Nullable Observation parent) {
		Result verification;
		try {
			verification = this.verifier.verify(signature, body);
		}
		catch (Throwable ex) {
			return refuse(
					rejected("it could not be verified, because the supplier of secrets failed or returned none", ex));
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
		QueuedEvent queued = new QueuedEvent(event, parent, body.length);
		WebhookResult result = take(queued);
		counted(WebhookTypeTag.of(event), result);
		return new PendingResponse(result, (result == WebhookResult.ACCEPTED) ? queued : null);
	}

	/**
	 * Record that a delivery was answered, or never can be, so that listeners receive its
	 * event. This method is fast. Further calls have no effect.
	 * @param pending the response
	 */
	void answered(PendingResponse pending) {
		if (pending.queued() != null) {
			this.dispatcher.answered(pending.queued());
		}
	}

	/**
	 * Refuse a delivery that cannot be an event.
	 * @param result the reason
	 * @return the result
	 */
	PendingResponse refuse(WebhookResult result) {
		counted(WebhookTypeTag.NONE, result);
		return new PendingResponse(result, null);
	}

	/**
	 * Refuse a delivery because no thread is available.
	 * @return the result
	 */
	PendingResponse refuseWithoutThread() {
		return refuse(rejected("no thread was available to verify it", null));
	}

	/**
	 * Handle an event that another instance has acknowledged and abandoned.
	 * @param body the body
	 * @param receivedAt when it was received
	 * @param claim claims the event and returns whether it succeeded
	 * @return whether it will be handled
	 */
	public Takeover takeOver(String body, Instant receivedAt, BooleanSupplier claim) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		ContiguityWebhookEvent event = this.parser.parse(bytes, receivedAt);
		if (event == null) {
			return Takeover.UNREADABLE;
		}
		QueuedEvent queued = new QueuedEvent(event, null, bytes.length);
		if (!this.dispatcher.reserve(queued.size())) {
			return Takeover.REFUSED;
		}
		if (!claim.getAsBoolean()) {
			this.dispatcher.giveBack(queued.size());
			return Takeover.REFUSED;
		}
		if (!this.dispatcher.accept(queued)) {
			this.dispatcher.handler().abandon(event);
			this.dispatcher.giveBack(queued.size());
			return Takeover.REFUSED;
		}
		this.dispatcher.answered(queued);
		return Takeover.ACCEPTED;
	}

	private WebhookResult take(QueuedEvent queued) {
		// reserve space first, because a client that is told of a duplicate relies on the
		// first delivery
		if (!this.dispatcher.reserve(queued.size())) {
			return rejected((this.dispatcher.isOpen()) ? "the queue is full" : "the application is stopping", null);
		}
		boolean claimed;
		try {
			claimed = this.store.claim(queued.event());
		}
		catch (Throwable ex) {
			this.dispatcher.giveBack(queued.size());
			return rejected("it could not be claimed", ex);
		}
		if (!claimed) {
			this.dispatcher.giveBack(queued.size());
			return WebhookResult.DUPLICATE;
		}
		if (!this.dispatcher.accept(queued)) {
			this.dispatcher.handler().release(queued.event());
			this.dispatcher.giveBack(queued.size());
			return rejected("the application has stopped", null);
		}
		return WebhookResult.ACCEPTED;
	}

	private PendingResponse notVerified(Result verification) {
		boolean stale = verification == Result.STALE;
		stranger((stale) ? "its signature is too old or too far in the future. Check the clock of this machine"
				: "it has no signature of one of the secrets. Compare 'contiguity.webhook.secrets' with the "
						+ "secret of the webhook in Contiguity's console");
		return refuse((stale) ? WebhookResult.STALE : WebhookResult.BAD_SIGNATURE);
	}

	// not an error, because anybody can send requests, but the first sign of a wrong
	// secret
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
			logger.warn(("Events with an unexpected structure since the last warning: %s. Type of the last one: %s. "
					+ "They are published as UnknownWebhookEvent")
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
	 * Stop accepting events, and wait for pending ones.
	 */
	@Override
	public void stop(Runnable callback) {
		this.dispatcher.close(callback);
	}

	/**
	 * Return the statistics of webhooks.
	 * @return the statistics since the start
	 */
	public WebhookStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Return how many events wait for listeners or are being handled.
	 * @return the number of events
	 */
	public int pendingEvents() {
		return this.dispatcher.pending();
	}

	private void counted(String type, WebhookResult result) {
		this.statistics.received(type, result);
		Measurement.attempt(() -> this.meters.webhookReceived(type, result.toString()));
	}

	/**
	 * Result of taking over an event.
	 *
	 * @since 0.1.0
	 */
	public enum Takeover {

		/** It will be handled. */
		ACCEPTED,

		/** It cannot be handled now, or is handled by another instance. */
		REFUSED,

		/** It is no event. */
		UNREADABLE

	}

}
