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
 * A call from its start to its end, with its steps and its state. It is the subscription
 * of the caller and the only subscriber of everything that the call waits for. It is
 * written by hand rather than composed of operators, because every send bears its cost.
 * Also, the end of a call must be decided once and in one place, because a response, the
 * deadline and a cancellation can occur at the same time.
 * <p>
 * The steps of a call run one after the other, on different threads. Only the deadline
 * and a cancellation can occur at any time. The steps are: <pre>
 * begin -&gt; approach -&gt; attempt -&gt; received -----------------&gt; end
 *             ^          |
 *             |          v
 *             +--- attemptFailed --&gt; exhausted --------&gt; end
 * </pre> A {@link SendCall} adds the defaults and the interceptors between {@code begin}
 * and {@code approach}, and the permit and the guard between {@code approach} and
 * {@code attempt}.
 *
 * @param <T> the type of the API's response
 */
abstract class Call<T> implements Subscription {

	private static final Log logger = LogFactory.getLog(Call.class);

	/**
	 * The context key under which Reactor looks for a handler of errors that arrive too
	 * late.
	 */
	private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

	// the transport may report an error of an abandoned exchange after the call has ended
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

	/** The current step of the call. */
	private volatile @Nullable Step<?> step;

	private volatile @Nullable Disposable deadline;

	private volatile @Nullable Disposable pause;

	private long deadlineNanos;

	/** The last attempt, whether or not it has ended. */
	private volatile @Nullable AttemptMade lastAttempt;

	/** The attempt that may still get a response, if there is one. */
	private volatile @Nullable Attempt underWay;

	private volatile @Nullable ContiguityException lastFailure;

	/**
	 * Create a call.
	 * @param delivery the delivery that all calls share
	 * @param operation the operation
	 * @param timeout the maximum duration of the call
	 * @param retries whether there may be more than one attempt
	 * @param subscriber the context of the caller
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
	 * Return the context for everything that the call waits for.
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
	 * Execute the first step.
	 */
	abstract void begin();

	/**
	 * Execute the step that leads to the next attempt.
	 */
	abstract void approach();

	/**
	 * Perform the exchange of an attempt.
	 * @param attempt the attempt
	 * @return the API's response
	 */
	abstract Mono<T> exchange(Attempt attempt);

	/**
	 * Handle the API's response.
	 * @param response the response
	 */
	abstract void received(T response);

	/**
	 * Handle the failure after which there are no further attempts.
	 * @param failure the failure of the last step
	 */
	void exhausted(Throwable failure) {
		fail(failure);
	}

	/**
	 * End the call with a failure, unless it has ended.
	 * @param failure the failure
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

	// a received status decides, even if the body never ends
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
	 * Cancels the call.
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
	 * Abandon the current step. If no part of a request was sent, none will be.
	 * @return whether it is certain that no part of an unanswered request was sent
	 */
	boolean giveUp() {
		this.givenUp = true;
		return nothingLeft();
	}

	final boolean isGivenUp() {
		return this.givenUp;
	}

	/**
	 * Abandon the current attempt.
	 * @return whether it is certain that no part of an unanswered request was sent
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
	 * Log what happens to this call at debug level.
	 * @param what the message, without private data
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
	 * Return the application's own id of the message.
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
		// giving up sets the flag and then reads the attempt, so that one of the two sees
		// the other
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
			void proceed(T response) {
				received(response);
			}

			@Override
			void failed(Throwable failure) {
				attemptFailed(failure);
			}

		});
	}

	/**
	 * Handle the failure of an attempt: retry or give up.
	 * @param failure the failure of the attempt
	 */
	private void attemptFailed(Throwable failure) {
		ContiguityException exception = settle(failure);
		Duration wait = (this.retries && !this.givenUp) ? this.retry.nextWait(exception, remaining()) : null;
		debug(() -> "attempt %s ended as %s: %s; %s".formatted(attempts(), exception.outcome(), exception.getMessage(),
				(wait != null) ? "next attempt in " + wait.toMillis() + " ms" : "no further attempt"));
		if (wait == null) {
			exhausted(exception);
			return;
		}
		// also without a wait, because switching the thread avoids recursion
		Disposable pause = this.scheduler.schedule(() -> tryAgain(exception), wait.toNanos(), TimeUnit.NANOSECONDS);
		this.pause = pause;
		if (hasEnded()) {
			pause.dispose();
		}
	}

	ContiguityException settle(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		this.lastFailure = exception;
		// a transport may end an attempt because of a cancellation before the call is
		// cancelled: the outcome of such an attempt is not known
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
		if (failure instanceof ContiguityApiException apiException) {
			return String.valueOf(apiException.status());
		}
		return (failure instanceof ContiguityTransportException transport && transport.phase() == Phase.CONNECT)
				? "connect" : "exchange";
	}

	// unexpected exceptions have an outcome, too, for example those of an application's
	// selector, which may contain the recipient, or of its pacer
	final ContiguityException asContiguityException(Throwable failure) {
		if (failure instanceof ContiguityException exception) {
			return exception;
		}
		return new ContiguityException("%s failed: %s".formatted(this.operation, failure.getClass().getSimpleName()),
				(nothingLeft()) ? Outcome.NOT_SENT : outcomeAfterRequest(), MaskedFailure.of(failure));
	}

	/**
	 * End the call successfully.
	 * @param result the result
	 * @param messageId the id of the sent message, in its visible form
	 * @return whether the call had not ended before
	 */
	final boolean endWith(Object result, @Nullable String messageId) {
		if (!end()) {
			return false;
		}
		debug(() -> "succeeded after %s ms, attempts: %s".formatted(elapsed().toMillis(), attempts()));
		this.observed.setSucceeded();
		this.observed.setMessageId(messageId);
		this.retry.succeeded(result);
		this.monitor.statistics().succeeded(this.operation, instant(), lastResponse());
		stopObserving();
		return true;
	}

	/**
	 * End the call with a failure.
	 * @param exception the failure
	 * @return whether the call had not ended before
	 */
	final boolean endWith(ContiguityException exception) {
		if (!end()) {
			return false;
		}
		debug(() -> "failed as %s after %s ms, attempts: %s: %s".formatted(exception.outcome(), elapsed().toMillis(),
				attempts(), exception.getMessage()));
		this.retry.failed(exception);
		this.monitor.statistics()
			.failed(this.operation, reference(), instant(), exception, attempts(), lastResponse(), this.cancelled);
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

	private Attempt.@Nullable Response lastResponse() {
		AttemptMade attempt = this.lastAttempt;
		return (attempt != null) ? attempt.attempt().response() : null;
	}

	private void stopObserving() {
		Attempt.Response response = lastResponse();
		this.observed.setAttempts(attempts());
		this.observed.setStatus((response != null) ? response.status() : null);
		this.observed.setRequestId((response != null) ? response.id() : null);
		this.monitor.stop(this.observation, this.observed);
	}

	private Instant instant() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	/**
	 * Wait for a value, unless the call has ended.
	 * @param <V> the type of the value
	 * @param source the source of the value
	 * @param next the step that handles the value
	 */
	final <V> void await(Mono<V> source, Step<V> next) {
		this.step = next;
		// ending the call sets the flag and then reads the step, so that one of the two
		// sees the other
		if (hasEnded()) {
			next.cancel();
		}
		source.subscribe(next);
	}

	/**
	 * A step of the call, which waits for one value. A value that arrives after the call
	 * has ended is dropped, and so are further values.
	 *
	 * @param <V> the type of the value
	 */
	abstract class Step<V> implements CoreSubscriber<V> {

		@SuppressWarnings("rawtypes")
		private static final AtomicReferenceFieldUpdater<Call.Step, @Nullable Subscription> SUBSCRIPTION = AtomicReferenceFieldUpdater
			.newUpdater(Call.Step.class, Subscription.class, "subscription");

		private volatile @Nullable Subscription subscription;

		private volatile boolean done;

		/**
		 * Continue with the value.
		 * @param value the value
		 */
		abstract void proceed(V value);

		/**
		 * Handle a source that ended without a value.
		 */
		void endedEmpty() {
			failed(new IllegalStateException("There was neither a value nor an error"));
		}

		void failed(Throwable failure) {
			exhausted(failure);
		}

		/**
		 * Handle a value that arrived after the end.
		 * @param value the value
		 */
		void tooLate(V value) {
		}

		final void cancel() {
			// a source that has delivered its value may complete: a connection that is
			// cancelled before its last signal is not reused
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
	 * An attempt and the time of its start.
	 *
	 * @param number the number of the attempt, from one
	 * @param startedAt when it was started
	 * @param attempt the attempt
	 */
	record AttemptMade(int number, Instant startedAt, Attempt attempt) {
	}

}
