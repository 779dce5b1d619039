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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.observation.GuardedObservation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.backoff.Sleeper;
import org.springframework.retry.backoff.SleepingBackOffPolicy;
import org.springframework.util.Assert;

/**
 * Decides whether and when to retry a call. Spring Retry's policies make the decision.
 * The caller waits, so that no thread sleeps. This is the only class that uses Spring
 * Retry.
 * <p>
 * No policy can cause a retry of a call that may have been accepted, because policies
 * only receive failures whose outcome is {@link Outcome#NOT_SENT}.
 *
 * @since 0.1.0
 */
public final class RetryRules {

	private static final Log logger = LogFactory.getLog(RetryRules.class);

	private static final RetryCallback<Object, RuntimeException> NO_CALLBACK = (context) -> {
		throw new IllegalStateException("Contiguity's retries run no callback");
	};

	private final RetryPolicy policy;

	private final BackOffPolicy backOff;

	private final List<RetryListener> listeners;

	private final RetryBudget budget = new RetryBudget();

	/**
	 * Create rules.
	 * @param policy decides whether there is another attempt
	 * @param backOff determines the wait if the API does not specify it; a
	 * {@link SleepingBackOffPolicy}, or a {@link NoBackOffPolicy}
	 * @param listeners notified of each call, with a callback that does nothing
	 */
	public RetryRules(RetryPolicy policy, BackOffPolicy backOff, List<? extends RetryListener> listeners) {
		Assert.notNull(policy, "'policy' must not be null");
		Assert.isTrue(backOff instanceof SleepingBackOffPolicy || backOff instanceof NoBackOffPolicy,
				"'backOff' must be a SleepingBackOffPolicy or a NoBackOffPolicy");
		this.policy = policy;
		this.backOff = backOff;
		this.listeners = List.copyOf(listeners);
	}

	/**
	 * Return how many tokens the retry budget has.
	 * @return the number of tokens, from 0 to 500; a retry costs 5
	 */
	public int budget() {
		return this.budget.available();
	}

	void refillBudget() {
		this.budget.refill();
	}

	/**
	 * Open the rules for a call.
	 * @param observation the observation of the call, whose trace includes the logs of
	 * policies and listeners
	 * @return the state of the rules for the call
	 */
	PerCall open(GuardedObservation observation) {
		return new PerCall(observation);
	}

	/**
	 * The state of the rules for one call. Another thread can cancel the call during a
	 * decision. Closing waits for the decision, and after it there are no further
	 * decisions. This class uses a lock, because policies and listeners are not designed
	 * for concurrent use.
	 */
	final class PerCall {

		private @Nullable RetryContext context;

		private @Nullable BackOffPolicy waits;

		private @Nullable BackOffContext waitsContext;

		private @Nullable RecordingSleeper sleeper;

		private final GuardedObservation observation;

		private boolean refused;

		private boolean closed;

		PerCall(GuardedObservation observation) {
			this.observation = observation;
			// only listeners are notified of calls that do not fail
			tell(RetryRules.this.listeners, (listener) -> {
				if (!listener.open(context(), NO_CALLBACK)) {
					this.refused = true;
				}
			});
		}

		private RetryContext context() {
			if (this.context == null) {
				this.context = RetryRules.this.policy.open(null);
			}
			return this.context;
		}

		/**
		 * Return whether a listener has vetoed the call.
		 * @return whether to end the call before its first attempt
		 */
		boolean isRefused() {
			return this.refused;
		}

		/**
		 * Decide on another attempt.
		 * @param failure the failure of the last attempt
		 * @param remaining the time until the deadline of the call
		 * @return how long to wait before the next attempt, or {@code null} if there is
		 * none
		 */
		synchronized @Nullable Duration nextWait(ContiguityException failure, Duration remaining) {
			if (this.closed) {
				return null;
			}
			AtomicReference<@Nullable Duration> wait = new AtomicReference<>();
			this.observation.scoped(() -> wait.set(decide(failure, remaining)));
			return wait.get();
		}

		private @Nullable Duration decide(ContiguityException failure, Duration remaining) {
			Duration wait = null;
			try {
				RetryContext context = context();
				RetryRules.this.policy.registerThrowable(context, failure);
				if (failure.outcome() == Outcome.NOT_SENT && !context.isExhaustedOnly()
						&& RetryRules.this.policy.canRetry(context)) {
					wait = wait(context, failure);
				}
			}
			catch (Throwable ex) {
				policyFailed(ex);
			}
			tell(reversed(), (listener) -> listener.onError(context(), NO_CALLBACK, failure));
			return (wait != null && wait.compareTo(remaining) < 0 && RetryRules.this.budget.tryRetry()) ? wait : null;
		}

		private static void policyFailed(Throwable failure) {
			logger.warn("A RetryPolicy or a BackOffPolicy failed; the call is not retried", MaskedFailure.of(failure));
		}

		private Duration wait(RetryContext context, ContiguityException failure) {
			if (failure instanceof ContiguityApiException apiException && apiException.retryAfter() != null) {
				return apiException.retryAfter();
			}
			RecordingSleeper sleeper = this.sleeper;
			if (this.waits == null || sleeper == null) {
				sleeper = new RecordingSleeper();
				this.sleeper = sleeper;
				this.waits = (RetryRules.this.backOff instanceof SleepingBackOffPolicy<?> sleeping)
						? sleeping.withSleeper(sleeper) : RetryRules.this.backOff;
				this.waitsContext = this.waits.start(context);
			}
			sleeper.millis = 0;
			this.waits.backOff(this.waitsContext);
			return Duration.ofMillis(sleeper.millis);
		}

		synchronized void succeeded(Object result) {
			RetryRules.this.budget.success();
			tell(reversed(), (listener) -> listener.onSuccess(context(), NO_CALLBACK, result));
			close(null);
		}

		synchronized void failed(Throwable failure) {
			close(failure);
		}

		private void close(@Nullable Throwable failure) {
			this.closed = true;
			RetryContext context = this.context;
			if (context != null) {
				try {
					RetryRules.this.policy.close(context);
				}
				catch (Throwable ex) {
					policyFailed(ex);
				}
				tell(reversed(), (listener) -> listener.close(context, NO_CALLBACK, failure));
			}
		}

		private void tell(List<RetryListener> listeners, Consumer<RetryListener> message) {
			if (!listeners.isEmpty()) {
				this.observation.scoped(() -> tellEach(listeners, message));
			}
		}

		// an exception of a listener does not affect the call
		private static void tellEach(List<RetryListener> listeners, Consumer<RetryListener> message) {
			for (RetryListener listener : listeners) {
				try {
					message.accept(listener);
				}
				catch (Throwable ex) {
					// the listener receives results, and therefore numbers
					logger.warn("A RetryListener failed; the call itself is not affected", MaskedFailure.of(ex));
				}
			}
		}

		private List<RetryListener> reversed() {
			if (RetryRules.this.listeners.size() < 2) {
				return RetryRules.this.listeners;
			}
			List<RetryListener> reversed = new ArrayList<>(RetryRules.this.listeners);
			Collections.reverse(reversed);
			return reversed;
		}

	}

	/**
	 * Records how long it is asked to sleep.
	 */
	private static final class RecordingSleeper implements Sleeper {

		private transient long millis;

		@Override
		public void sleep(long backOffPeriod) {
			this.millis += backOffPeriod;
		}

	}

}
