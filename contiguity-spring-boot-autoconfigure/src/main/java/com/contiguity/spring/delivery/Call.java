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

package com.contiguity.spring.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.client.Attempt;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * What is known of a call while it lasts. It goes from thread to thread with the call;
 * only the attempt under way is looked at from outside, by who cancels.
 */
class Call {

	private final Operation operation;

	private final RetryRules.PerCall retry;

	private final Duration timeout;

	private final Scheduler scheduler;

	private final long startedNanos;

	private long deadlineNanos;

	private volatile @Nullable AttemptUnderWay attempt;

	private volatile boolean underWay;

	private volatile @Nullable ContiguityException lastFailure;

	Call(Operation operation, RetryRules.PerCall retry, Duration timeout, Scheduler scheduler) {
		this.operation = operation;
		this.retry = retry;
		this.timeout = timeout;
		this.scheduler = scheduler;
		this.startedNanos = now();
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
		AttemptUnderWay attempt = this.attempt;
		return (attempt != null) ? attempt.number() : 0;
	}

	final @Nullable AttemptUnderWay attempt() {
		return this.attempt;
	}

	Attempt nextAttempt() {
		Attempt attempt = new Attempt();
		this.underWay = true;
		this.attempt = new AttemptUnderWay(attempts() + 1,
				Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS)), attempt);
		return attempt;
	}

	/**
	 * Give up whatever is under way.
	 * @return whether it is certain that nothing of an unanswered request left
	 */
	boolean abandon() {
		AttemptUnderWay attempt = this.attempt;
		ContiguityException lastFailure = this.lastFailure;
		// a transport may end an attempt because the call is being cancelled, before the
		// call itself learns of that: the attempt is over then, but not settled
		if (lastFailure != null && lastFailure.outcome() == Outcome.UNKNOWN) {
			return false;
		}
		return attempt == null || !this.underWay || attempt.attempt().abandon();
	}

	ContiguityException attemptFailed(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		this.lastFailure = exception;
		this.underWay = false;
		return exception;
	}

	final @Nullable Duration nextWait(ContiguityException failure) {
		return this.retry.nextWait(failure, remaining());
	}

	final boolean isRefused() {
		return this.retry.isRefused();
	}

	final ContiguityException deadlineExceeded() {
		ContiguityException lastFailure = this.lastFailure;
		if (abandon()) {
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

	void succeeded(Object answer) {
		this.retry.succeeded(answer);
	}

	ContiguityException failed(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		this.retry.failed(exception);
		return exception;
	}

	// even what should not fail has an outcome: an application's own pacer or supplier of
	// tokens
	private ContiguityException asContiguityException(Throwable failure) {
		if (failure instanceof ContiguityException exception) {
			return exception;
		}
		return new ContiguityException("%s failed: %s".formatted(this.operation, failure.getClass().getSimpleName()),
				(abandon()) ? Outcome.NOT_SENT : outcomeAfterRequest(), failure);
	}

	/**
	 * An attempt and when it was made.
	 *
	 * @param number the number of the attempt, from one
	 * @param startedAt when it was started
	 * @param attempt the attempt
	 */
	record AttemptUnderWay(int number, Instant startedAt, Attempt attempt) {
	}

}
