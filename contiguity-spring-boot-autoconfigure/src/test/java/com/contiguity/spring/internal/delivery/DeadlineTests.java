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
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.client.Attempts;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.line.LinePacer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What ends a send before its answer: the deadline, its caller, a shutdown. On a virtual
 * clock.
 */
class DeadlineTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MAX_WAIT = Duration.ofSeconds(60);

	private static final String LINE = "+15551234567";

	private static final SendRequest REQUEST = SendRequest.to("+15557654321").from(LINE).message("Hello").build();

	private static final AcceptedMessage ACCEPTED = new AcceptedMessage("msg_1",
			new ResponseMetadata(null, null, null));

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final TokenBucketLinePacer pacer = new TokenBucketLinePacer(1, 1, this.time);

	private final List<Object> endings = new ArrayList<>();

	private final List<ImessageSendEvent> events = new ArrayList<>();

	private final AtomicInteger requests = new AtomicInteger();

	private Delivery delivery = delivery(this.pacer);

	@Test
	void lineThatIsBusyBeyondDeadlineIsRefusedAtOnce() {
		for (int i = 0; i < 7; i++) {
			send((attempt) -> Mono.just(ACCEPTED));
		}
		// one at once, one each second up to the deadline, which takes the seventh's turn
		assertThat(this.endings).hasSize(2).last().isInstanceOf(LineBusyException.class);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.endings).hasSize(7).filteredOn(SendReceipt.class::isInstance).hasSizeBetween(5, 6);
	}

	@Test
	void deadlineEndsWaitForLine() {
		this.delivery = delivery((line, maxWait) -> Mono.never());
		send((attempt) -> Mono.just(ACCEPTED));
		assertEndsAtDeadline(Outcome.NOT_SENT, ContiguityTransportException.class);
		assertThat(this.requests).hasValue(0);
	}

	@Test
	void deadlineCoversLineAndAttempt() {
		send((attempt) -> Mono.just(ACCEPTED));
		this.endings.clear();
		send((attempt) -> Mono.never());
		assertEndsAtDeadline(Outcome.NOT_SENT, ContiguityTransportException.class);
		assertThat(this.requests).hasValue(2);
	}

	@Test
	void deadlineEndsAttemptThatHasNotLeft() {
		send((attempt) -> Mono.never());
		assertThat(this.pacer.load(LINE).available()).isZero();
		assertEndsAtDeadline(Outcome.NOT_SENT, ContiguityTransportException.class);
		assertThat(this.requests).hasValue(1);
	}

	@Test
	void deadlineEndsAttemptThatLeft() {
		send(DeadlineTests::leaveAndKeepSilent);
		assertEndsAtDeadline(Outcome.UNKNOWN, SendOutcomeUnknownException.class);
		assertThat(this.requests).hasValue(1);
	}

	@Test
	void deadlineCoversRetries() {
		this.delivery = delivery(null);
		send(DeadlineTests::busyForTwoSeconds);
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		// at 0, 2 and 4 seconds; the next would be after 5
		assertThat(this.requests).hasValue(3);
		ContiguityException exception = (ContiguityException) this.endings.get(0);
		assertThat(exception).isInstanceOf(ContiguityApiException.class);
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.requests).hasValue(3);
	}

	@Test
	void deadlineDuringLaterAttemptCountsThatAttempt() {
		this.delivery = delivery(null);
		send((attempt) -> (this.requests.get() == 1) ? busyForTwoSeconds(attempt) : leaveAndKeepSilent(attempt));
		assertEndsAtDeadline(Outcome.UNKNOWN, SendOutcomeUnknownException.class);
		assertThat(((SendOutcomeUnknownException) this.endings.get(0)).attempts()).isEqualTo(2);
	}

	@Test
	void cancellationStopsRetries() {
		Disposable call = send(DeadlineTests::busyForTwoSeconds);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		call.dispose();
		this.time.advanceTimeBy(MAX_WAIT);
		assertThat(this.requests).hasValue(1);
		assertThat(this.events).singleElement().isInstanceOf(ImessageNotSentEvent.class);
	}

	@Test
	void cancellationWhileWaitingForLineGivesPlaceBack() {
		send((attempt) -> Mono.just(ACCEPTED));
		Disposable second = send((attempt) -> Mono.just(ACCEPTED));
		send((attempt) -> Mono.just(ACCEPTED));
		assertThat(this.pacer.load(LINE).waiting()).isEqualTo(2);
		second.dispose();
		assertThat(this.pacer.load(LINE).waiting()).isEqualTo(1);
		assertThat(this.events).hasSize(2).last().isInstanceOf(ImessageNotSentEvent.class);
		this.time.advanceTimeBy(Duration.ofSeconds(2));
		assertThat(this.requests).hasValue(2);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
	}

	@Test
	void cancellationBeforeRequestLeftGivesPermitBack() {
		Disposable call = send((attempt) -> Mono.never());
		assertThat(this.pacer.load(LINE).available()).isZero();
		call.dispose();
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
		assertThat(this.events).singleElement()
			.isInstanceOfSatisfying(ImessageNotSentEvent.class,
					(event) -> assertThat(event.exception().outcome()).isEqualTo(Outcome.NOT_SENT));
	}

	@Test
	void cancellationAfterRequestLeftIsUnknownAndKeepsPermit() {
		Disposable call = send(DeadlineTests::leaveAndKeepSilent);
		call.dispose();
		assertThat(this.pacer.load(LINE).available()).isZero();
		assertThat(this.events).singleElement().isInstanceOfSatisfying(ImessageOutcomeUnknownEvent.class, (event) -> {
			assertThat(event.exception().outcome()).isEqualTo(Outcome.UNKNOWN);
			assertThat(event.exception().request()).isEqualTo(REQUEST);
			assertThat(event.exception().from()).isEqualTo(LINE);
		});
	}

	@Test
	void cancellationThatTheTransportReportsFirstIsUnknown() {
		Disposable call = send((attempt) -> {
			Attempts.leave(attempt);
			return Mono.fromDirect(DeadlineTests::failWhenCancelled);
		});
		call.dispose();
		assertThat(this.events).singleElement().isInstanceOf(ImessageOutcomeUnknownEvent.class);
	}

	@Test
	void shutdownRefusesNewSendsAndWaitsForThoseUnderWay() {
		Sinks.One<AcceptedMessage> answer = Sinks.one();
		AtomicInteger drained = new AtomicInteger();
		send((attempt) -> Mono.fromRunnable(() -> Attempts.leave(attempt)).then(answer.asMono()));
		this.delivery.stop(drained::incrementAndGet);
		assertThat(this.delivery.isRunning()).isFalse();
		send((attempt) -> Mono.just(ACCEPTED));
		assertThat(this.endings).singleElement()
			.isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT));
		assertThat(this.requests).hasValue(1);
		assertThat(drained).hasValue(0);
		answer.tryEmitValue(ACCEPTED);
		assertThat(this.endings).hasSize(2).last().isInstanceOf(SendReceipt.class);
		assertThat(drained).hasValue(1);
		assertThat(this.events).hasSize(2)
			.hasExactlyElementsOfTypes(ImessageNotSentEvent.class, ImessageSentEvent.class);
		this.delivery.start();
		this.time.advanceTimeBy(TIMEOUT);
		send((attempt) -> Mono.just(ACCEPTED));
		assertThat(this.endings).hasSize(3).last().isInstanceOf(SendReceipt.class);
		assertThat(drained).hasValue(1);
	}

	@Test
	void shutdownWithNothingUnderWayEndsAtOnce() {
		AtomicInteger drained = new AtomicInteger();
		this.delivery.stop(drained::incrementAndGet);
		assertThat(drained).hasValue(1);
	}

	private void assertEndsAtDeadline(Outcome outcome, Class<?> type) {
		this.time.advanceTimeBy(TIMEOUT.minusMillis(1));
		assertThat(this.endings).isEmpty();
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.endings).singleElement().isInstanceOf(type);
		assertThat(((ContiguityException) this.endings.get(0)).outcome()).isEqualTo(outcome);
		assertThat(this.events).last()
			.isInstanceOf(
					(outcome == Outcome.UNKNOWN) ? ImessageOutcomeUnknownEvent.class : ImessageNotSentEvent.class);
		int requestsAtDeadline = this.requests.get();
		this.time.advanceTimeBy(MAX_WAIT);
		assertThat(this.requests).hasValue(requestsAtDeadline);
		if (outcome == Outcome.NOT_SENT) {
			assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
		}
	}

	private Delivery delivery(LinePacer pacer) {
		return new Delivery(new RetryRules(new MaxAttemptsRetryPolicy(10), new NoBackOffPolicy(), new ArrayList<>()),
				pacer, MAX_WAIT, TIMEOUT, this.time, NoMonitor.create());
	}

	private Disposable send(Function<Attempt, Mono<AcceptedMessage>> exchange) {
		SendPipeline pipeline = new SendPipeline(this.delivery, Mono::just, null, (request, attempt) -> {
			this.requests.incrementAndGet();
			return exchange.apply(attempt);
		}, this::ended, 1, 1);
		return pipeline.send(REQUEST)
			.subscribe((result) -> this.endings.add((result instanceof SendResult.Accepted accepted)
					? accepted.receipt() : ((SendResult.Failed) result).exception()));
	}

	private void ended(SendCall call) {
		this.events.add(call.event());
		call.close();
	}

	private static Mono<AcceptedMessage> leaveAndKeepSilent(Attempt attempt) {
		Attempts.leave(attempt);
		return Mono.never();
	}

	private static void failWhenCancelled(Subscriber<?> subscriber) {
		subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long n) {
			}

			@Override
			public void cancel() {
				subscriber.onError(new ContiguityTransportException("Cancelled", Outcome.UNKNOWN, Phase.EXCHANGE,
						new CancellationException()));
			}

		});
	}

	private static Mono<AcceptedMessage> busyForTwoSeconds(Attempt attempt) {
		Attempts.leave(attempt);
		return Mono.error(
				new ContiguityApiException(Operation.SEND, Outcome.NOT_SENT, 503, null, null, Duration.ofSeconds(2)));
	}

}
