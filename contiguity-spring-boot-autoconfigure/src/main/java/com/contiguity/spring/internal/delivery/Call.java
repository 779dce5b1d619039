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
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.observation.ImessageObservationContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * A call from its start to its end: what it waits for, and what is known of it. It is the
 * subscription of whoever makes the call, and the one subscriber of all that the call
 * waits for. Written out, instead of put together from operators, because every send pays
 * for it, and because how a call ends has to be decided once, in one place, where an
 * answer, the deadline and a cancellation meet.
 * <p>
 * A call goes from thread to thread, one step after the other. Only the deadline and who
 * cancels come from outside.
 *
 * @param <T> the type of the API's answer
 */
abstract class Call<T> implements Subscription {

	private static final Log logger = LogFactory.getLog(Call.class);

	/** Where Reactor looks for what to do with errors that come too late. */
	private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

	// a transport may still complain of an exchange that was given up: the call's outcome
	// has been told
	private static final Consumer<Throwable> DROPPED = (failure) -> logger
		.debug("Dropped after the end of a call: " + failure.getClass().getName());

	private final Delivery delivery;

	private final Operation operation;

	private final Duration timeout;

	private final boolean retries;

	private final Scheduler scheduler;

	private final CallMonitor monitor;

	private final ImessageObservationContext observed;

	private final GuardedObservation observation;

	private final RetryRules.PerCall retry;

	private final Context context;

	private final long startedNanos;

	private final AtomicBoolean begun = new AtomicBoolean();

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile boolean givenUp;

	private volatile boolean cancelled;

	/** What the call waits for. */
	private volatile @Nullable Step<?> step;

	private volatile @Nullable Disposable deadline;

	private volatile @Nullable Disposable pause;

	private long deadlineNanos;

	/** The attempt that was made last, be it over or not. */
	private volatile @Nullable AttemptMade lastAttempt;

	/** The attempt that may still be answered, if there is one. */
	private volatile @Nullable Attempt underWay;

	private volatile @Nullable ContiguityException lastFailure;

	/**
	 * Create a call.
	 * @param delivery what all calls share
	 * @param operation what is called
	 * @param timeout how long the call takes at most
	 * @param retries whether there may be more than one attempt
	 * @param subscriber the context of who makes the call
	 */
	Call(Delivery delivery, Operation operation, Duration timeout, boolean retries, Context subscriber) {
		this.delivery = delivery;
		this.operation = operation;
		this.timeout = timeout;
		this.retries = retries;
		this.scheduler = delivery.scheduler();
		this.monitor = delivery.monitor();
		this.startedNanos = now();
		this.observed = new ImessageObservationContext(this.monitor.account(), operation);
		this.observation = this.monitor.start(this.observed, subscriber);
		this.retry = delivery.retryRules().open(this.observation);
		this.context = CallMonitor.parent(subscriber, this.observation).put(ON_ERROR_DROPPED, DROPPED);
	}

	final Delivery delivery() {
		return this.delivery;
	}

	GuardedObservation observation() {
		return this.observation;
	}

	/**
	 * Return the context of all that the call waits for.
	 * @return the context
	 */
	Context context() {
		return this.context;
	}

	final long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	final Duration elapsed() {
		return Duration.ofNanos(now() - this.startedNanos);
	}

	@Override
	public final void request(long n) {
		if (Operators.validate(n) && this.begun.compareAndSet(false, true)) {
			try {
				if (this.retry.isRefused()) {
					fail(new ContiguityException("A RetryListener refused the call", Outcome.NOT_SENT));
				}
				else {
					begin();
				}
			}
			catch (Throwable ex) {
				fail(ex);
			}
		}
	}

	/**
	 * Take the first step.
	 */
	abstract void begin();

	/**
	 * Take the step that leads to the next attempt.
	 */
	abstract void approach();

	/**
	 * Make the exchange of an attempt.
	 * @param attempt the attempt
	 * @return the API's answer
	 */
	abstract Mono<T> exchange(Attempt attempt);

	/**
	 * The API answered.
	 * @param answer its answer
	 */
	abstract void answered(T answer);

	/**
	 * Nothing more is tried.
	 * @param failure what the last step ended with
	 */
	void exhausted(Throwable failure) {
		fail(failure);
	}

	/**
	 * End the call, unless it has ended.
	 * @param failure what it failed with
	 */
	abstract void fail(Throwable failure);

	final void startDeadline() {
		this.deadlineNanos = now() + this.timeout.toNanos();
		Disposable deadline = this.scheduler.schedule(this::timedOut, this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		this.deadline = deadline;
		if (hasEnded()) {
			deadline.dispose();
		}
	}

	final void stopDeadline() {
		Disposable deadline = this.deadline;
		if (deadline != null) {
			deadline.dispose();
		}
	}

	final Duration remaining() {
		return Duration.ofNanos(this.deadlineNanos - now());
	}

	private void timedOut() {
		if (!hasEnded()) {
			fail(deadlineExceeded());
		}
	}

	private ContiguityException deadlineExceeded() {
		ContiguityException lastFailure = this.lastFailure;
		if (giveUp()) {
			return (lastFailure != null) ? lastFailure
					: new ContiguityTransportException("%s could not be started within %s ms ('contiguity.timeout')"
						.formatted(this.operation, this.timeout.toMillis()), Outcome.NOT_SENT, Phase.CONNECT, null);
		}
		ContiguityException refusal = refusal();
		if (refusal != null) {
			return refusal;
		}
		return new ContiguityTransportException("There was no answer to %s within %s ms ('contiguity.timeout')"
			.formatted(this.operation, this.timeout.toMillis()), outcomeAfterRequest(), Phase.EXCHANGE, null);
	}

	// a status that arrived decides, even if its body does not end
	private @Nullable ContiguityException refusal() {
		Attempt attempt = this.underWay;
		return (attempt != null) ? attempt.refusal() : null;
	}

	private Outcome outcomeAfterRequest() {
		ContiguityException refusal = refusal();
		if (refusal != null) {
			return refusal.outcome();
		}
		return (this.operation == Operation.SEND) ? Outcome.UNKNOWN : Outcome.NOT_SENT;
	}

	/**
	 * The caller gives up.
	 */
	@Override
	public final void cancel() {
		if (!hasEnded()) {
			this.cancelled = true;
			boolean nothingLeft = giveUp();
			fail(new ContiguityTransportException("The call was cancelled",
					(nothingLeft) ? Outcome.NOT_SENT : outcomeAfterRequest(),
					(nothingLeft) ? Phase.CONNECT : Phase.EXCHANGE, null));
		}
	}

	final boolean isCancelled() {
		return this.cancelled;
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

	final int attempts() {
		AttemptMade attempt = this.lastAttempt;
		return (attempt != null) ? attempt.number() : 0;
	}

	final @Nullable AttemptMade lastAttempt() {
		return this.lastAttempt;
	}

	/**
	 * Tell those who follow single calls what happens.
	 * @param what what happens, without anything private
	 */
	final void debug(Supplier<String> what) {
		if (logger.isDebugEnabled()) {
			String reference = reference();
			logger.debug("%s [%s]: %s".formatted(this.operation,
					(reference != null) ? reference : "call " + Integer.toHexString(System.identityHashCode(this)),
					what.get()));
		}
	}

	/**
	 * Return the application's own id of what is done.
	 * @return the reference, or {@code null} if there is none
	 */
	@Nullable String reference() {
		return null;
	}

	/**
	 * Make the next attempt.
	 * @param attempt the attempt
	 */
	void attempt(Attempt attempt) {
		this.lastAttempt = new AttemptMade(attempts() + 1, instant(), attempt);
		this.underWay = attempt;
		// whoever gives up looks for the attempt after saying so: one of the two sees the
		// other
		if (this.givenUp) {
			attempt.abandon();
		}
		debug(() -> "attempt " + attempts());
		Mono<T> exchange;
		try {
			exchange = exchange(attempt);
		}
		catch (Throwable ex) {
			attemptFailed(ex);
			return;
		}
		await(exchange, new Step<T>() {

			@Override
			void proceed(T answer) {
				answered(answer);
			}

			@Override
			void failed(Throwable failure) {
				attemptFailed(failure);
			}

		});
	}

	/**
	 * An attempt failed: try again, or leave it at that.
	 * @param failure what it failed with
	 */
	private void attemptFailed(Throwable failure) {
		ContiguityException exception = settle(failure);
		Duration wait = (this.retries && !this.givenUp) ? this.retry.nextWait(exception, remaining()) : null;
		debug(() -> "attempt %s ended as %s: %s; %s".formatted(attempts(), exception.outcome(), exception.getMessage(),
				(wait != null) ? "the next one in " + wait.toMillis() + " ms" : "there is no further one"));
		if (wait == null) {
			exhausted(exception);
			return;
		}
		// also where there is nothing to wait for: the hop keeps attempts from nesting
		Disposable pause = this.scheduler.schedule(() -> tryAgain(exception), wait.toNanos(), TimeUnit.NANOSECONDS);
		this.pause = pause;
		if (hasEnded()) {
			pause.dispose();
		}
	}

	ContiguityException settle(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		this.lastFailure = exception;
		// a transport may end an attempt because the call is being cancelled, before the
		// call itself learns of that: such an attempt is not settled
		if (exception.outcome() != Outcome.UNKNOWN) {
			this.underWay = null;
		}
		return exception;
	}

	private void tryAgain(ContiguityException failure) {
		if (hasEnded() || this.givenUp) {
			return;
		}
		try {
			this.monitor.retried(this.operation, reason(failure));
			approach();
		}
		catch (Throwable ex) {
			fail(ex);
		}
	}

	private static String reason(ContiguityException failure) {
		if (failure instanceof ContiguityApiException answer) {
			return String.valueOf(answer.status());
		}
		return (failure instanceof ContiguityTransportException transport && transport.phase() == Phase.CONNECT)
				? "connect" : "exchange";
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
	 * End the call with success.
	 * @param result what it ended with
	 * @param messageId the id of the message that was sent, as it may be shown
	 * @return whether this is how it ended
	 */
	final boolean endWith(Object result, @Nullable String messageId) {
		if (!end()) {
			return false;
		}
		debug(() -> "succeeded after %s ms, attempts: %s".formatted(elapsed().toMillis(), attempts()));
		this.observed.setSucceeded();
		this.observed.setMessageId(messageId);
		this.retry.succeeded(result);
		this.monitor.statistics().succeeded(this.operation, instant(), answered());
		stopObserving();
		return true;
	}

	/**
	 * End the call with a failure.
	 * @param exception what it ended with
	 * @return whether this is how it ended
	 */
	final boolean endWith(ContiguityException exception) {
		if (!end()) {
			return false;
		}
		debug(() -> "failed as %s after %s ms, attempts: %s: %s".formatted(exception.outcome(), elapsed().toMillis(),
				attempts(), exception.getMessage()));
		this.retry.failed(exception);
		this.monitor.statistics()
			.failed(this.operation, reference(), instant(), exception, attempts(), answered(), this.cancelled);
		this.observed.setError(exception);
		stopObserving();
		return true;
	}

	private boolean end() {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		stopDeadline();
		Disposable pause = this.pause;
		if (pause != null) {
			pause.dispose();
		}
		stopWaiting();
		return true;
	}

	void stopWaiting() {
		Step<?> step = this.step;
		if (step != null) {
			step.cancel();
		}
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
		this.observed.setAttempts(attempts());
		this.observed.setStatus((answered != null) ? answered.status() : null);
		this.observed.setRequestId((answered != null) ? answered.id() : null);
		this.monitor.stop(this.observation, this.observed);
	}

	private Instant instant() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	/**
	 * Wait for something, unless the call has ended.
	 * @param <V> the type of what comes
	 * @param source gives it
	 * @param next what is done then
	 */
	final <V> void await(Mono<V> source, Step<V> next) {
		this.step = next;
		// whoever ends the call looks for the step after that: one of the two sees the
		// other
		if (hasEnded()) {
			next.cancel();
		}
		source.subscribe(next);
	}

	/**
	 * A step of the call, which waits for one thing. What comes after the call has ended,
	 * or besides the one thing, is dropped.
	 *
	 * @param <V> the type of what it waits for
	 */
	abstract class Step<V> implements CoreSubscriber<V> {

		@SuppressWarnings("rawtypes")
		private static final AtomicReferenceFieldUpdater<Call.Step, @Nullable Subscription> SUBSCRIPTION = AtomicReferenceFieldUpdater
			.newUpdater(Call.Step.class, Subscription.class, "subscription");

		private volatile @Nullable Subscription subscription;

		private volatile boolean done;

		/**
		 * Go on.
		 * @param value what was waited for
		 */
		abstract void proceed(V value);

		/**
		 * It ended without what was waited for.
		 */
		void endedEmpty() {
			failed(new IllegalStateException("There was neither a value nor an error"));
		}

		void failed(Throwable failure) {
			exhausted(failure);
		}

		/**
		 * What was waited for came after the end.
		 * @param value what came
		 */
		void tooLate(V value) {
		}

		final void cancel() {
			// one that has what it waited for is let end: a connection that is cut off
			// before its last signal is not used again
			if (!this.done) {
				Operators.terminate(SUBSCRIPTION, this);
			}
		}

		@Override
		public final void onSubscribe(Subscription subscription) {
			if (Operators.setOnce(SUBSCRIPTION, this, subscription)) {
				subscription.request(Long.MAX_VALUE);
			}
		}

		@Override
		public final void onNext(V value) {
			if (isDone()) {
				tooLate(value);
				return;
			}
			try {
				proceed(value);
			}
			catch (Throwable ex) {
				failed(ex);
			}
		}

		@Override
		public final void onError(Throwable failure) {
			if (isDone()) {
				DROPPED.accept(failure);
				return;
			}
			try {
				failed(failure);
			}
			catch (Throwable ex) {
				fail(ex);
			}
		}

		@Override
		public final void onComplete() {
			if (!isDone()) {
				try {
					endedEmpty();
				}
				catch (Throwable ex) {
					fail(ex);
				}
			}
		}

		private boolean isDone() {
			if (this.done || hasEnded()) {
				return true;
			}
			this.done = true;
			return false;
		}

		@Override
		public Context currentContext() {
			return context();
		}

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
