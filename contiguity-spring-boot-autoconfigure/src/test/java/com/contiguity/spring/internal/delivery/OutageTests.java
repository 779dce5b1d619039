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
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.client.Attempts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.policy.MaxAttemptsRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the number of requests during an outage, in virtual time.
 */
class OutageTests {

	private static final int CALLS_PER_SECOND = 100;

	private static final int OUTAGE_SECONDS = 60;

	private static final double MOST_REQUESTS_PER_CALL = 1.10;

	private static final SendRequest REQUEST = SendRequest.to("+15557654321").message("Hello").build();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final RetryRules rules = new RetryRules(new MaxAttemptsRetryPolicy(3),
			new FullJitterBackOffPolicy(Duration.ofMillis(200), 2, Duration.ofSeconds(10)), Collections.emptyList());

	private final Delivery delivery = new Delivery(this.rules, null, Duration.ofSeconds(10), Duration.ofSeconds(30),
			this.time, NoMonitor.create());

	private final AtomicInteger requests = new AtomicInteger();

	private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

	private volatile boolean outage;

	private volatile boolean lasting = true;

	@ParameterizedTest
	@EnumSource
	void fullOutageIsNotMultipliedAndEndsByItself(Failure failure) {
		run(failure, OUTAGE_SECONDS);
		assertThat(this.requests).hasValue(OUTAGE_SECONDS * CALLS_PER_SECOND);
		this.outage = true;
		int budgetSpentAfter = 0;
		while (this.rules.budget() >= RetryBudget.RETRY_COST) {
			run(failure, 1);
			budgetSpentAfter++;
			assertThat(budgetSpentAfter).as("seconds until the budget is spent").isLessThan(OUTAGE_SECONDS);
		}
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		this.requests.set(0);
		this.outcomes.clear();
		run(failure, OUTAGE_SECONDS);
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		int calls = OUTAGE_SECONDS * CALLS_PER_SECOND;
		assertThat(this.outcomes).hasSize(calls).containsOnly(Outcome.NOT_SENT);
		assertThat(this.requests.get() / (double) calls).as("requests per call").isBetween(1.0, MOST_REQUESTS_PER_CALL);
		this.outage = false;
		this.outcomes.clear();
		run(failure, OUTAGE_SECONDS);
		assertThat(this.outcomes).hasSize(calls).containsOnly(Outcome.ACCEPTED);
		assertThat(this.rules.budget()).isEqualTo(RetryBudget.CAPACITY);
	}

	@ParameterizedTest
	@EnumSource
	void wholeOutageWithItsBeginningIsHardlyMultiplied(Failure failure) {
		this.outage = true;
		run(failure, OUTAGE_SECONDS);
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		int calls = OUTAGE_SECONDS * CALLS_PER_SECOND;
		assertThat(this.outcomes).hasSize(calls).containsOnly(Outcome.NOT_SENT);
		// the full budget and no more
		assertThat(this.requests).hasValue(calls + RetryBudget.CAPACITY / RetryBudget.RETRY_COST);
	}

	@ParameterizedTest
	@EnumSource
	void singleFailuresAreMadeGoodAllTheTime(Failure failure) {
		this.lasting = false;
		for (int i = 0; i < 2 * OUTAGE_SECONDS; i++) {
			this.outage = true;
			run(failure, 1);
		}
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		assertThat(this.outcomes).hasSize(2 * OUTAGE_SECONDS * CALLS_PER_SECOND).containsOnly(Outcome.ACCEPTED);
	}

	private void run(Failure failure, int seconds) {
		for (int i = 0; i < seconds * CALLS_PER_SECOND; i++) {
			new SendPipeline(this.delivery, Mono::just, null, (request, attempt) -> exchange(failure, attempt),
					SendCall::close, 1, 1)
				.send(REQUEST)
				.subscribe((result) -> this.outcomes.add((result instanceof SendResult.Failed failed)
						? failed.exception().outcome() : Outcome.ACCEPTED));
			this.time.advanceTimeBy(Duration.ofMillis(1000 / CALLS_PER_SECOND));
		}
	}

	private Mono<AcceptedMessage> exchange(Failure failure, Attempt attempt) {
		this.requests.incrementAndGet();
		boolean fails = this.outage;
		this.outage = fails && this.lasting;
		return (fails) ? failure.exchange.apply(attempt)
				: Mono.just(new AcceptedMessage("msg_1", new ResponseMetadata(null, null, null)));
	}

	enum Failure {

		REFUSED((attempt) -> Mono
			.error(new ContiguityTransportException("Connection refused", Outcome.NOT_SENT, Phase.CONNECT, null))),

		UNAVAILABLE((attempt) -> {
			Attempts.leave(attempt);
			return Mono.error(new ContiguityApiException(Operation.SEND, Outcome.NOT_SENT, 503, null, null,
					Duration.ofSeconds(1)));
		});

		private final Function<Attempt, Mono<AcceptedMessage>> exchange;

		Failure(Function<Attempt, Mono<AcceptedMessage>> exchange) {
			this.exchange = exchange;
		}

	}

}
