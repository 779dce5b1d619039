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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.client.AcceptedMessage;
import com.contiguity.spring.client.Attempt;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
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

	/** Reactor's key for what is done with failures that come when all is over. */
	private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

	private final RetryRules retryRules;

	private final @Nullable LinePacer pacer;

	private final Duration maxWait;

	private final Duration timeout;

	private final Scheduler scheduler;

	private final CallsUnderWay sendsUnderWay = new CallsUnderWay();

	/**
	 * Create a delivery.
	 * @param retryRules whether and when a call is tried again
	 * @param pacer holds sends back, or {@code null} to send at once
	 * @param maxWait how long a single send waits for its line at most
	 * @param timeout how long a whole call takes at most
	 * @param scheduler gives the time and ends waits
	 */
	public Delivery(RetryRules retryRules, @Nullable LinePacer pacer, Duration maxWait, Duration timeout,
			Scheduler scheduler) {
		this.retryRules = retryRules;
		this.pacer = pacer;
		this.maxWait = maxWait;
		this.timeout = timeout;
		this.scheduler = scheduler;
	}

	/**
	 * Make a call that sends no message, and so can be repeated without harm.
	 * @param <T> the type of the answer
	 * @param operation the operation
	 * @param exchange makes one attempt
	 * @return the answer, or a {@link ContiguityException}
	 */
	public <T> Mono<T> call(Operation operation, Function<Attempt, Mono<T>> exchange) {
		return Mono.defer(() -> {
			Call call = new Call(operation, this.retryRules.open(), this.timeout, this.scheduler);
			return untilDeadline(call, attempts(call, exchange)).doOnNext(call::succeeded).onErrorMap(call::failed);
		}).contextWrite(Delivery::ignoreDropped);
	}

	/**
	 * Send a message.
	 * @param request the request, with the defaults filled in
	 * @param patience how long to wait for the line
	 * @param exchange makes one attempt
	 * @param listener is told how the send ended
	 * @return the receipt, or a {@link ContiguityException}
	 */
	public Mono<SendReceipt> send(SendRequest request, Patience patience,
			Function<Attempt, Mono<AcceptedMessage>> exchange, SendListener listener) {
		return Mono.defer(() -> {
			SendCall call = new SendCall(request, this.retryRules.open(), this.timeout, this.scheduler, listener);
			if (!this.sendsUnderWay.enter()) {
				return Mono.error(call.failed(new ContiguityException(
						"The application is shutting down: no more messages are sent", Outcome.NOT_SENT)));
			}
			Mono<AcceptedMessage> attempts = untilDeadline(call, pacedAttempts(call, patience, exchange));
			Mono<AcceptedMessage> answer = (patience == Patience.LIMITED) ? attempts
					: permit(call, patience).then(attempts);
			return answer.map(call::succeeded).onErrorMap(call::failed).doFinally((signal) -> {
				if (signal == SignalType.CANCEL) {
					call.cancelled();
				}
				this.sendsUnderWay.leave();
			});
		}).contextWrite(Delivery::ignoreDropped);
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
		String line = call.request().from();
		// without a line Contiguity chooses one at random, and there is nothing to pace
		if (this.pacer == null || line == null || Boolean.TRUE.equals(call.request().fastTrack())) {
			return Mono.empty();
		}
		return this.pacer.acquire(line, (patience == Patience.LIMITED) ? shorter(this.maxWait, call.remaining()) : null)
			.doOnNext(call::setPermit);
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
			return Mono.delay(wait, this.scheduler).then(Mono.defer(next));
		});
	}

	// some transports fail when they are cancelled: no error for anybody's log
	private static Context ignoreDropped(Context context) {
		return context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) (failure) -> {
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
