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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Brings a call to its outcome: waits for the line, makes attempts, waits between them,
 * and ends all of it at the deadline. Thread-safe; nothing in it blocks.
 *
 * @since 0.1.0
 */
public final class Delivery {

	private static final Log logger = LogFactory.getLog(Delivery.class);

	/** Where Reactor looks for what to do with errors that come too late. */
	private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

	private final RetryRules retryRules;

	private final @Nullable LinePacer pacer;

	private final Duration maxWait;

	private final Duration timeout;

	private final Scheduler scheduler;

	private final CallMonitor monitor;

	private final CallsUnderWay sendsUnderWay = new CallsUnderWay();

	/**
	 * Create a delivery.
	 * @param retryRules whether and when a call is tried again
	 * @param pacer holds sends back, or {@code null} to send at once
	 * @param maxWait how long a single send waits for its line at most
	 * @param timeout how long a whole call takes at most
	 * @param scheduler gives the time and ends waits
	 * @param monitor watches the calls
	 */
	public Delivery(RetryRules retryRules, @Nullable LinePacer pacer, Duration maxWait, Duration timeout,
			Scheduler scheduler, CallMonitor monitor) {
		this.retryRules = retryRules;
		this.pacer = pacer;
		this.maxWait = maxWait;
		this.timeout = timeout;
		this.scheduler = scheduler;
		this.monitor = monitor;
		if (pacer != null) {
			monitor.watchLines(pacer);
		}
	}

	/**
	 * Return what became of calls.
	 * @return the statistics since the start
	 */
	public CallStatistics statistics() {
		return this.monitor.statistics();
	}

	/**
	 * Return how many tokens the retry budget has.
	 * @return the number of tokens, from 0 to 500; a retry costs 5
	 */
	public int retryBudget() {
		return this.retryRules.budget();
	}

	/**
	 * Tell how busy a line is.
	 * @param line the line's number in E.164 format
	 * @return the load, or {@code null} if it is not known
	 */
	public LinePacer.@Nullable Load load(String line) {
		return (this.pacer != null) ? this.pacer.load(line) : null;
	}

	/**
	 * Let all that a subscriber does belong to the observation of the thread that
	 * subscribes, unless it brings one: later steps are taken on other threads.
	 * @param context the context of the subscriber
	 * @return the context with an observation, if there is one
	 */
	public Context inTraceOfCaller(Context context) {
		return this.monitor.inTraceOfThread(context);
	}

	/**
	 * Make a call that sends no message, and so can be repeated without harm.
	 * @param <T> the type of the answer
	 * @param operation the operation
	 * @param exchange makes one attempt
	 * @return the answer, or a {@link ContiguityException}
	 */
	public <T> Mono<T> call(Operation operation, Function<Attempt, Mono<T>> exchange) {
		return callUntilAnswered(operation, (call) -> attempts(call, exchange));
	}

	/**
	 * Make a call that sends no message, by one attempt only.
	 * @param <T> the type of the answer
	 * @param operation the operation
	 * @param exchange makes the attempt
	 * @return the answer, or a {@link ContiguityException}
	 */
	public <T> Mono<T> callOnce(Operation operation, Function<Attempt, Mono<T>> exchange) {
		return callUntilAnswered(operation,
				(call) -> Mono.defer(() -> exchange.apply(call.nextAttempt())).onErrorMap(call::attemptFailed));
	}

	private <T> Mono<T> callUntilAnswered(Operation operation, Function<Call, Mono<T>> attempts) {
		return Mono.deferContextual((subscriber) -> {
			Call call = new Call(operation, this.retryRules, this.timeout, this.scheduler, this.monitor, subscriber);
			return untilDeadline(call, attempts.apply(call)).doOnNext(call::end)
				.onErrorMap(call::failed)
				.doFinally((signal) -> {
					if (signal == SignalType.CANCEL) {
						call.cancelled();
					}
				})
				.contextWrite((context) -> forAttempts(context, call));
		});
	}

	/**
	 * Send a message.
	 * @param request the request as given
	 * @param complete the request with the defaults filled in
	 * @param patience how long to wait for the line
	 * @param exchange makes one attempt
	 * @param listener is told how the send ended
	 * @return the receipt, or a {@link ContiguityException}
	 */
	public Mono<SendReceipt> send(SendRequest request, Mono<SendRequest> complete, Patience patience,
			BiFunction<SendRequest, Attempt, Mono<AcceptedMessage>> exchange, SendListener listener) {
		return Mono.deferContextual((subscriber) -> {
			SendCall call = new SendCall(request, this.retryRules, this.timeout, this.scheduler, this.monitor,
					subscriber, listener);
			if (!this.sendsUnderWay.enter()) {
				return Mono.error(call.failed(new ContiguityException(
						"The application is shutting down: no more messages are sent", Outcome.NOT_SENT)));
			}
			Mono<SendRequest> prepared = complete.doOnNext(call::setRequest);
			Mono<AcceptedMessage> attempts = pacedAttempts(call, patience,
					(attempt) -> exchange.apply(call.request(), attempt));
			Mono<AcceptedMessage> answer = (patience == Patience.LIMITED) ? untilDeadline(call, prepared.then(attempts))
					: prepared.then(permit(call, patience)).then(untilDeadline(call, attempts));
			return answer.map(call::succeeded).onErrorMap(call::failed).doFinally((signal) -> {
				if (signal == SignalType.CANCEL) {
					call.cancelled();
				}
				this.sendsUnderWay.leave();
			}).contextWrite((context) -> forAttempts(context, call));
		});
	}

	private static Context forAttempts(Context context, Call call) {
		// a transport may still complain of an exchange that was given up: the call's
		// outcome has been told
		Consumer<Throwable> dropped = (failure) -> logger
			.debug("Dropped after the end of a call: " + failure.getClass().getName());
		return CallMonitor.parent(context, call.observation()).put(ON_ERROR_DROPPED, dropped);
	}

	/**
	 * Take sends again, after a stop.
	 */
	public void start() {
		this.sendsUnderWay.open();
	}

	/**
	 * Refuse further sends.
	 * @param drained run when those under way have ended
	 */
	public void stop(Runnable drained) {
		this.sendsUnderWay.close(drained);
	}

	/**
	 * Keep a stop waiting for what follows a send that has not ended yet.
	 * @return to be run once, when it need not wait any longer
	 */
	public Runnable keepRunning() {
		this.sendsUnderWay.stay();
		return this.sendsUnderWay::leave;
	}

	/**
	 * Wait until no send is under way, and no listener with one. For tests that share an
	 * application.
	 * @param timeout how long to wait at most
	 * @return whether there is none
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean awaitIdle(Duration timeout) throws InterruptedException {
		CountDownLatch idle = new CountDownLatch(1);
		this.sendsUnderWay.whenIdle(idle::countDown);
		return idle.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Forget what calls have taught: the retry budget that they used up, how the account
	 * stands, and the pace of lines. For tests that share an application.
	 */
	public void forget() {
		this.retryRules.refillBudget();
		this.monitor.statistics().status().forget();
		if (this.pacer instanceof TokenBucketLinePacer buckets) {
			buckets.reset();
		}
	}

	/**
	 * Return whether sends are taken.
	 * @return whether they are
	 */
	public boolean isRunning() {
		return this.sendsUnderWay.isOpen();
	}

	private Mono<AcceptedMessage> pacedAttempts(SendCall call, Patience patience,
			Function<Attempt, Mono<AcceptedMessage>> exchange) {
		return Mono.defer(() -> {
			Mono<AcceptedMessage> attempt = attempt(call, exchange, () -> pacedAttempts(call, patience, exchange));
			return (call.hasFreshPermit()) ? attempt : permit(call, patience).then(attempt);
		});
	}

	private Mono<Permit> permit(SendCall call, Patience patience) {
		return Mono.defer(() -> {
			SendRequest request = call.request();
			// without a line Contiguity chooses one at random, and there is nothing to
			// pace; what is not going to be sent uses up no permit
			if (this.pacer == null || request.from() == null || Boolean.TRUE.equals(request.fastTrack())
					|| call.isRefused()) {
				return Mono.empty();
			}
			Duration maxWait = (patience == Patience.LIMITED) ? shorter(this.maxWait, call.remaining()) : null;
			return permit(call, this.pacer, request.from(), maxWait);
		});
	}

	private Mono<Permit> permit(SendCall call, LinePacer pacer, String line, @Nullable Duration maxWait) {
		long askedAt = this.scheduler.now(TimeUnit.NANOSECONDS);
		return pacer.acquire(line, maxWait).doOnNext((permit) -> {
			call.setPermit(permit);
			this.monitor.lineWaited(pacer, line, Duration.ofNanos(this.scheduler.now(TimeUnit.NANOSECONDS) - askedAt));
		});
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private <T> Mono<T> attempts(Call call, Function<Attempt, Mono<T>> exchange) {
		return attempt(call, exchange, () -> attempts(call, exchange));
	}

	private <T> Mono<T> attempt(Call call, Function<Attempt, Mono<T>> exchange, Supplier<Mono<T>> next) {
		return Mono.defer(() -> exchange.apply(call.nextAttempt())).onErrorResume((failure) -> {
			ContiguityException exception = call.attemptFailed(failure);
			Duration wait = call.nextWait(exception);
			if (wait == null) {
				return Mono.error(exception);
			}
			// also where there is nothing to wait for: the hop keeps attempts from
			// nesting
			return Mono.delay(wait, this.scheduler).then(Mono.defer(() -> {
				call.retried(exception);
				return next.get();
			}));
		});
	}

	private <T> Mono<T> untilDeadline(Call call, Mono<T> answer) {
		return Mono.defer(() -> {
			if (call.isRefused()) {
				return Mono.error(new ContiguityException("A RetryListener refused the call", Outcome.NOT_SENT));
			}
			call.startDeadline();
			return answer.timeout(this.timeout, Mono.error(call::deadlineExceeded), this.scheduler);
		});
	}

}
