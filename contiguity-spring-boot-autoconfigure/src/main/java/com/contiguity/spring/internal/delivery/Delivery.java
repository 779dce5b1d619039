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
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.line.LinePacer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * What all calls of an account share: the retry rules, the pacer, the timeouts and the
 * monitor. It also makes the calls that send no message. The steps of a single call are
 * in {@link Call} and {@link SendCall}. Thread-safe and non-blocking.
 *
 * @since 0.1.0
 */
public final class Delivery {

	private final RecentSends recentSends = new RecentSends();

	private final RetryRules retryRules;

	private final @Nullable LinePacer pacer;

	private final Duration maxWait;

	private final Duration timeout;

	private final Scheduler scheduler;

	private final CallMonitor monitor;

	private final InFlightSends inFlightSends = new InFlightSends();

	/**
	 * Create a delivery.
	 * @param retryRules decide whether and when to retry a call
	 * @param pacer delays sends, or {@code null} to send immediately
	 * @param maxWait the maximum time that a single send waits for its line
	 * @param timeout the maximum duration of a whole call
	 * @param scheduler provides the time and timers
	 * @param monitor records the calls
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
	 * Return the name of the account.
	 * @return the name
	 */
	public String account() {
		return this.monitor.account();
	}

	/**
	 * Return the statistics of calls.
	 * @return the statistics since the start
	 */
	public CallStatistics statistics() {
		return this.monitor.statistics();
	}

	/**
	 * Return the last sends, which explain rows of histories.
	 * @return the last sends of this process
	 */
	RecentSends recentSends() {
		return this.recentSends;
	}

	/**
	 * Return how many tokens the retry budget has.
	 * @return the number of tokens, from 0 to 500; a retry costs 5
	 */
	public int retryBudget() {
		return this.retryRules.budget();
	}

	/**
	 * Return the load of a line.
	 * @param line the line's number in E.164 format
	 * @return the load, or {@code null} if it is not known
	 */
	public LinePacer.@Nullable Load load(String line) {
		return (this.pacer != null) ? this.pacer.load(line) : null;
	}

	/**
	 * Add the current observation of the calling thread to the context, unless the
	 * context contains one, because later steps run on other threads.
	 * @param context the context of the subscriber
	 * @return the context with an observation, if there is one
	 */
	public Context inTraceOfCaller(Context context) {
		return this.monitor.inTraceOfThread(context);
	}

	/**
	 * Make a call that sends no message and can therefore be repeated safely.
	 * @param <T> the type of the response
	 * @param operation the operation
	 * @param exchange makes one attempt
	 * @return the response, or a {@link ContiguityException}
	 */
	public <T> Mono<T> call(Operation operation, Function<Attempt, Mono<T>> exchange) {
		return call(operation, this.timeout, true, exchange);
	}

	/**
	 * Make a call that sends no message, with a single attempt.
	 * @param <T> the type of the response
	 * @param operation the operation
	 * @param exchange makes the attempt
	 * @return the response, or a {@link ContiguityException}
	 */
	public <T> Mono<T> callOnce(Operation operation, Function<Attempt, Mono<T>> exchange) {
		return call(operation, this.timeout, false, exchange);
	}

	/**
	 * Make a call that sends no message, with a single attempt and a shorter timeout.
	 * @param <T> the type of the response
	 * @param operation the operation
	 * @param limit the maximum duration of the call, if that is shorter than the
	 * configured one
	 * @param exchange makes the attempt
	 * @return the response, or a {@link ContiguityException}
	 */
	public <T> Mono<T> callOnce(Operation operation, Duration limit, Function<Attempt, Mono<T>> exchange) {
		return call(operation, (limit.compareTo(this.timeout) < 0) ? limit : this.timeout, false, exchange);
	}

	private <T> Mono<T> call(Operation operation, Duration timeout, boolean retries,
			Function<Attempt, Mono<T>> exchange) {
		return Mono.fromDirect((subscriber) -> subscriber.onSubscribe(new RepeatableCall<>(this, operation, timeout,
				retries, exchange, Operators.toCoreSubscriber(subscriber))));
	}

	/**
	 * Accept sends again, after a stop.
	 */
	public void start() {
		this.inFlightSends.open();
	}

	/**
	 * Reject further sends.
	 * @param drained called when the sends in progress have ended
	 */
	public void stop(Runnable drained) {
		this.inFlightSends.close(drained);
	}

	/**
	 * Delay a stop until the work that follows an unfinished send is done.
	 * @return to be called once, when the work is done
	 */
	public Runnable keepRunning() {
		this.inFlightSends.registerFollowUp();
		return this.inFlightSends::deregister;
	}

	/**
	 * Wait until no send is in progress and no listener of a send is running, for tests
	 * that share an application.
	 * @param timeout the maximum time to wait
	 * @return whether that is the case
	 * @throws InterruptedException if the thread is interrupted
	 */
	public boolean awaitIdle(Duration timeout) throws InterruptedException {
		CountDownLatch idle = new CountDownLatch(1);
		this.inFlightSends.whenIdle(idle::countDown);
		return idle.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Discard the state learned from calls: the used retry budget, the status of the
	 * account and the pacing of lines. For tests that share an application.
	 */
	public void forget() {
		this.retryRules.refillBudget();
		this.monitor.statistics().status().forget();
		this.recentSends.clear();
		if (this.pacer instanceof TokenBucketLinePacer buckets) {
			buckets.reset();
		}
	}

	/**
	 * Return whether sends are accepted.
	 * @return whether they are accepted
	 */
	public boolean isRunning() {
		return this.inFlightSends.isOpen();
	}

	RetryRules retryRules() {
		return this.retryRules;
	}

	@Nullable LinePacer pacer() {
		return this.pacer;
	}

	Duration maxWait() {
		return this.maxWait;
	}

	Duration timeout() {
		return this.timeout;
	}

	Scheduler scheduler() {
		return this.scheduler;
	}

	CallMonitor monitor() {
		return this.monitor;
	}

	InFlightSends inFlightSends() {
		return this.inFlightSends;
	}

}
