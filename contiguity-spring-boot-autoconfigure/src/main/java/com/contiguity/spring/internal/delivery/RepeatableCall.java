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
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.internal.client.Attempt;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A call that sends no message and can therefore be repeated safely. It ends with the
 * response or with an error.
 *
 * @param <T> the type of the response
 */
final class RepeatableCall<T> extends Call<T> {

	private final Function<Attempt, Mono<T>> exchange;

	private final CoreSubscriber<? super T> caller;

	RepeatableCall(Delivery delivery, Operation operation, Duration timeout, boolean retries,
			Function<Attempt, Mono<T>> exchange, CoreSubscriber<? super T> caller) {
		super(delivery, operation, timeout, retries, caller.currentContext());
		this.exchange = exchange;
		this.caller = caller;
	}

	@Override
	void begin() {
		startDeadline();
		approach();
	}

	@Override
	void approach() {
		attempt(new Attempt());
	}

	@Override
	Mono<T> exchange(Attempt attempt) {
		return this.exchange.apply(attempt);
	}

	@Override
	void received(T response) {
		if (endWith(response, null) && !isCancelled()) {
			this.caller.onNext(response);
			this.caller.onComplete();
		}
	}

	@Override
	void fail(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		if (endWith(exception) && !isCancelled()) {
			this.caller.onError(exception);
		}
	}

}
