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

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.observation.ImessageObservationContext;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * What is known of a call while it lasts. It goes from thread to thread with the call;
 * only the attempt under way is looked at from outside, by who cancels.
 */
class Call {

	private final Operation operation;

	private final RetryRules.PerCall retry;

	private final CallMonitor monitor;

	private final ImessageObservationContext context;

	private final GuardedObservation observation;

	private final AtomicBoolean ended = new AtomicBoolean();

	private final Duration timeout;

	private final Scheduler scheduler;

	private final long startedNanos;

	private long deadlineNanos;

	/** The attempt that was made last, be it over or not. */
	private volatile @Nullable AttemptMade lastAttempt;

	/** The attempt that may still be answered, if there is one. */
	private volatile @Nullable Attempt underWay;

	private volatile boolean givenUp;

	private volatile boolean cancelled;

	private volatile @Nullable ContiguityException lastFailure;

	Call(Operation operation, RetryRules retryRules, Duration timeout, Scheduler scheduler, CallMonitor monitor,
			ContextView subscriber) {
		this.operation = operation;
		this.timeout = timeout;
		this.scheduler = scheduler;
		this.startedNanos = now();
		this.monitor = monitor;
		this.context = new ImessageObservationContext(operation);
		this.observation = monitor.start(this.context, subscriber);
		this.retry = retryRules.open(this.observation);
	}

	final GuardedObservation observation() {
		return this.observation;
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	final Duration elapsed() {
		return Duration.ofNanos(now() - this.startedNanos);
	}

	final void startDeadline() {
		this.deadlineNanos = now() + this.timeout.toNanos();
	}

	final Duration remaining() {
		return Duration.ofNanos(this.deadlineNanos - now());
	}

	final int attempts() {
		AttemptMade attempt = this.lastAttempt;
		return (attempt != null) ? attempt.number() : 0;
	}

	final @Nullable AttemptMade lastAttempt() {
		return this.lastAttempt;
	}

	Attempt nextAttempt() {
		Attempt attempt = new Attempt();
		this.lastAttempt = new AttemptMade(attempts() + 1, instant(), attempt);
		this.underWay = attempt;
		// whoever gives up looks for the attempt after saying so: one of the two sees the
		// other
		if (this.givenUp) {
			attempt.abandon();
		}
		return attempt;
	}

	/**
	 * Give up whatever is under way. If nothing has left, nothing will.
	 * @return whether it is certain that nothing of an unanswered request left
	 */
	boolean giveUp() {
		this.givenUp = true;
		return nothingLeft();
	}

	final boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * Give up the attempt under way.
	 * @return whether it is certain that nothing of an unanswered request left
	 */
	final boolean nothingLeft() {
		Attempt attempt = this.underWay;
		return attempt == null || attempt.abandon();
	}

	ContiguityException attemptFailed(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		this.lastFailure = exception;
		// a transport may end an attempt because the call is being cancelled, before the
		// call itself learns of that: such an attempt is not settled
		if (exception.outcome() != Outcome.UNKNOWN) {
			this.underWay = null;
		}
		return exception;
	}

	final @Nullable Duration nextWait(ContiguityException failure) {
		return (this.givenUp) ? null : this.retry.nextWait(failure, remaining());
	}

	final void retried(ContiguityException failure) {
		this.monitor.retried(this.operation, reason(failure));
	}

	private static String reason(ContiguityException failure) {
		if (failure instanceof ContiguityApiException answer) {
			return String.valueOf(answer.status());
		}
		return (failure instanceof ContiguityTransportException transport && transport.phase() == Phase.CONNECT)
				? "connect" : "exchange";
	}

	final boolean isRefused() {
		return this.retry.isRefused();
	}

	final ContiguityException deadlineExceeded() {
		ContiguityException lastFailure = this.lastFailure;
		if (giveUp()) {
			return (lastFailure != null) ? lastFailure
					: new ContiguityTransportException("%s could not be started within %s ms ('contiguity.timeout')"
						.formatted(this.operation, this.timeout.toMillis()), Outcome.NOT_SENT, Phase.CONNECT, null);
		}
		return new ContiguityTransportException("There was no answer to %s within %s ms ('contiguity.timeout')"
			.formatted(this.operation, this.timeout.toMillis()), outcomeAfterRequest(), Phase.EXCHANGE, null);
	}

	final Outcome outcomeAfterRequest() {
		return (this.operation == Operation.SEND) ? Outcome.UNKNOWN : Outcome.NOT_SENT;
	}

	/**
	 * The call succeeded.
	 * @param answer its answer
	 * @return whether this is how it ended
	 */
	final boolean end(Object answer) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		this.context.setSucceeded();
		this.context.setMessageId((answer instanceof SendReceipt receipt) ? Masking.id(receipt.messageId()) : null);
		this.retry.succeeded(answer);
		this.monitor.statistics().succeeded(this.operation, instant(), answered());
		stopObserving();
		return true;
	}

	/**
	 * The call failed.
	 * @param exception what it ended with
	 * @return whether this is how it ended
	 */
	final boolean end(ContiguityException exception) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		this.retry.failed(exception);
		this.monitor.statistics().failed(this.operation, instant(), exception, attempts(), answered(), this.cancelled);
		this.context.setError(exception);
		stopObserving();
		return true;
	}

	final boolean hasEnded() {
		return this.ended.get();
	}

	private Attempt.@Nullable Answered answered() {
		AttemptMade attempt = this.lastAttempt;
		return (attempt != null) ? attempt.attempt().answered() : null;
	}

	private void stopObserving() {
		Attempt.Answered answered = answered();
		this.context.setAttempts(attempts());
		this.context.setStatus((answered != null) ? answered.status() : null);
		this.context.setRequestId((answered != null) ? answered.id() : null);
		this.monitor.stop(this.observation, this.context);
	}

	private Instant instant() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	ContiguityException failed(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		end(exception);
		return exception;
	}

	/**
	 * The caller gave up.
	 */
	void cancelled() {
		if (!hasEnded()) {
			this.cancelled = true;
			failed(cancellation(giveUp()));
		}
	}

	final ContiguityException cancellation(boolean nothingLeft) {
		return new ContiguityTransportException("The call was cancelled",
				(nothingLeft) ? Outcome.NOT_SENT : outcomeAfterRequest(),
				(nothingLeft) ? Phase.CONNECT : Phase.EXCHANGE, null);
	}

	// even what should not fail has an outcome: an application's selector, which is told
	// of recipients, or its pacer
	final ContiguityException asContiguityException(Throwable failure) {
		if (failure instanceof ContiguityException exception) {
			return exception;
		}
		return new ContiguityException("%s failed: %s".formatted(this.operation, failure.getClass().getSimpleName()),
				(nothingLeft()) ? Outcome.NOT_SENT : outcomeAfterRequest(), MaskedFailure.of(failure));
	}

	/**
	 * An attempt and when it was made.
	 *
	 * @param number the number of the attempt, from one
	 * @param startedAt when it was started
	 * @param attempt the attempt
	 */
	record AttemptMade(int number, Instant startedAt, Attempt attempt) {
	}

}
