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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
import com.contiguity.spring.line.LinePacer.Permit;
import com.contiguity.spring.testsupport.LogRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for sends that end before their response because of the deadline, a cancellation
 * or a shutdown, in virtual time.
 */
class DeadlineTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MAX_WAIT = Duration.ofSeconds(60);

	private static final long LONG_NANOS = MAX_WAIT.toNanos();

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
		// one immediately, one per second up to the deadline, which ends the seventh
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

	@ParameterizedTest
	@EnumSource(names = { "REJECTED", "NOT_SENT", "UNKNOWN" })
	void statusDecidesAtTheDeadlineIfItsBodyDoesNotEnd(Outcome outcome) {
		ContiguityApiException refusal = refusal(outcome);
		send((attempt) -> refuseAndKeepSilent(attempt, refusal));
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.endings).singleElement()
			.satisfies((ending) -> assertThat(((ContiguityException) ending).outcome()).isEqualTo(outcome));
		assertThat(this.requests).hasValue(1);
		if (outcome != Outcome.UNKNOWN) {
			assertThat(this.endings).containsExactly(refusal);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "REJECTED", "NOT_SENT", "UNKNOWN" })
	void statusDecidesOnCancellationIfItsBodyDoesNotEnd(Outcome outcome) {
		send((attempt) -> refuseAndKeepSilent(attempt, refusal(outcome))).dispose();
		assertThat(this.events).singleElement()
			.isInstanceOf(
					(outcome == Outcome.UNKNOWN) ? ImessageOutcomeUnknownEvent.class : ImessageNotSentEvent.class);
	}

	@Test
	void deadlineCoversRetries() {
		this.delivery = delivery(null);
		send(DeadlineTests::busyForTwoSeconds);
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		// at 0, 2 and 4 seconds; the next one would be after 5 seconds
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

	@ParameterizedTest
	@ValueSource(ints = { 2, 10 })
	void waitForLineIsLimitedByTheShorterOfMaxWaitAndDeadline(int maxWaitSeconds) {
		this.delivery = delivery(this.pacer, Duration.ofSeconds(maxWaitSeconds));
		int limit = Math.min(maxWaitSeconds, (int) TIMEOUT.toSeconds());
		for (int i = 0; i <= limit; i++) {
			send((attempt) -> Mono.just(ACCEPTED));
		}
		assertThat(this.endings).hasSize(1);
		send((attempt) -> Mono.just(ACCEPTED));
		assertThat(this.endings).last().isInstanceOf(LineBusyException.class);
	}

	@Test
	void unexpectedFailureBeforeRequestLeftIsNotSentAndGivesPermitBack() {
		send((attempt) -> Mono.error(new IllegalStateException("Broken")));
		assertEndsAs(Outcome.NOT_SENT);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
	}

	@Test
	void unexpectedFailureAfterRequestLeftIsUnknownAndKeepsPermit() {
		send((attempt) -> {
			Attempts.leave(attempt);
			throw new IllegalStateException("Broken");
		});
		assertEndsAs(Outcome.UNKNOWN);
		assertThat(this.events).singleElement().isInstanceOf(ImessageOutcomeUnknownEvent.class);
		assertThat(this.pacer.load(LINE).available()).isZero();
	}

	@Test
	void exchangeThatEndsEmptyAfterRequestLeftIsUnknown() {
		send((attempt) -> {
			Attempts.leave(attempt);
			return Mono.empty();
		});
		assertEndsAs(Outcome.UNKNOWN);
	}

	@Test
	void failedConnectionGivesPermitBack() {
		this.delivery = new Delivery(new RetryRules(new NeverRetryPolicy(), new NoBackOffPolicy(), new ArrayList<>()),
				this.pacer, MAX_WAIT, TIMEOUT, this.time, NoMonitor.create());
		send((attempt) -> Mono
			.error(new ContiguityTransportException("Refused", Outcome.NOT_SENT, Phase.CONNECT, null)));
		assertEndsAs(Outcome.NOT_SENT);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
	}

	@Test
	void permitThatComesAfterGivingUpIsGivenBack() {
		AtomicInteger givenBack = new AtomicInteger();
		List<CoreSubscriber<? super Permit>> waiting = new ArrayList<>();
		this.delivery = delivery((line, maxWait) -> new Mono<>() {

			@Override
			public void subscribe(CoreSubscriber<? super Permit> subscriber) {
				subscriber.onSubscribe(Operators.emptySubscription());
				waiting.add(subscriber);
			}

		});
		Disposable call = send((attempt) -> Mono.just(ACCEPTED));
		call.dispose();
		Permit late = givenBack::incrementAndGet;
		waiting.get(0).onNext(late);
		assertThat(givenBack).hasValue(1);
		assertThat(this.requests).hasValue(0);
	}

	@Test
	void attemptThatIsMadeWhileItIsGivenUpNeverLeaves() {
		AtomicReference<Disposable> call = new AtomicReference<>();
		AtomicReference<Attempt> made = new AtomicReference<>();
		// the permit arrives on the thread that cancels
		this.delivery = delivery((line, maxWait) -> Mono.<Permit>just(() -> {
		}).doOnNext((permit) -> call.get().dispose()).delaySubscription(Duration.ofSeconds(1), this.time));
		call.set(send((attempt) -> {
			made.set(attempt);
			return Mono.just(ACCEPTED);
		}));
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.events).singleElement().isInstanceOf(ImessageNotSentEvent.class);
		assertThat(this.requests).hasValue(0);
		assertThat(made).hasValue(null);
	}

	@Test
	void attemptThatWasGivenUpDoesNotLeave() {
		AtomicReference<Attempt> made = new AtomicReference<>();
		Disposable call = send((attempt) -> {
			made.set(attempt);
			return Mono.never();
		});
		call.dispose();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> Attempts.leave(made.get()));
		assertThat(made.get().requestLeft()).isFalse();
	}

	@Test
	void errorAfterTheEndIsLoggedWithoutItsMessage() {
		Disposable call = send((attempt) -> {
			Attempts.leave(attempt);
			// a transport may report a cancelled exchange as an error
			return Mono.deferContextual((context) -> Mono.<AcceptedMessage>never()
				.doOnCancel(() -> Operators.onErrorDropped(new IllegalStateException("+15550190000 said hello"),
						Context.of(context))));
		});
		try (LogRecorder log = new LogRecorder()) {
			call.dispose();
			assertThat(log.lines()).noneMatch((line) -> line.contains("said hello"))
				.anyMatch((line) -> line.contains("Dropped after the end of a call: java.lang.IllegalStateException"));
		}
		assertThat(this.events).hasSize(1);
	}

	@Test
	void answerAfterTheDeadlineChangesNothing() {
		Sinks.One<AcceptedMessage> answer = Sinks.one();
		send((attempt) -> {
			Attempts.leave(attempt);
			return answer.asMono();
		});
		this.time.advanceTimeBy(TIMEOUT);
		answer.tryEmitValue(ACCEPTED);
		assertEndsAs(Outcome.UNKNOWN);
		assertThat(this.events).hasSize(1);
	}

	@Test
	void guardIsAskedWithAPermitInHand() {
		AtomicReference<Long> available = new AtomicReference<>();
		sendGuarded((request) -> {
			available.set(this.pacer.load(LINE).available());
			return Mono.just(new SendWindow(System.nanoTime() + LONG_NANOS, Instant.MAX));
		}, (attempt) -> Mono.just(ACCEPTED));
		assertThat(available).hasValue(0L);
		assertThat(this.endings).singleElement().isInstanceOf(SendReceipt.class);
		assertThat(this.events).singleElement().isInstanceOf(ImessageSentEvent.class);
	}

	@Test
	void guardThatOpensNoWindowPreventsTheRequest() {
		sendGuarded((request) -> Mono.empty(), (attempt) -> Mono.just(ACCEPTED));
		assertEndsAs(Outcome.NOT_SENT);
		assertThat(this.requests).hasValue(0);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
		assertThat(this.events).singleElement().isInstanceOf(ImessageNotSentEvent.class);
	}

	@Test
	void guardThatFailsPreventsTheRequest() {
		sendGuarded((request) -> Mono.error(new IllegalStateException("No database")),
				(attempt) -> Mono.just(ACCEPTED));
		assertEndsAs(Outcome.NOT_SENT);
		assertThat(this.requests).hasValue(0);
		assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
	}

	@Test
	void guardedSendIsNotRetried() {
		sendGuarded((request) -> Mono.just(new SendWindow(System.nanoTime() + LONG_NANOS, Instant.MAX)),
				DeadlineTests::busyForTwoSeconds);
		assertEndsAs(Outcome.NOT_SENT);
		this.time.advanceTimeBy(MAX_WAIT);
		assertThat(this.requests).hasValue(1);
	}

	@Test
	void guardedSendWaitsForItsLineWithoutALimitAndItsTimeoutStartsThen() {
		for (int i = 0; i < 20; i++) {
			this.pacer.acquire(LINE, null).subscribe();
		}
		sendGuarded((request) -> Mono.just(new SendWindow(System.nanoTime() + LONG_NANOS, Instant.MAX)), (attempt) -> {
			Attempts.leaveInTime(attempt);
			return Mono.never();
		});
		this.time.advanceTimeBy(Duration.ofSeconds(20));
		assertThat(this.requests).hasValue(1);
		assertThat(this.endings).isEmpty();
		this.time.advanceTimeBy(TIMEOUT);
		assertEndsAs(Outcome.UNKNOWN);
	}

	@Test
	void requestIsNotWrittenAfterEitherDeadlineOfTheWindow() {
		for (SendWindow over : List.of(new SendWindow(System.nanoTime(), Instant.MAX),
				new SendWindow(System.nanoTime() + LONG_NANOS, Instant.now()))) {
			this.endings.clear();
			sendGuarded((request) -> Mono.just(over), (attempt) -> {
				Attempts.leaveInTime(attempt);
				return Mono.just(ACCEPTED);
			});
			assertEndsAs(Outcome.NOT_SENT);
			assertThat(this.pacer.load(LINE).available()).isEqualTo(1);
		}
	}

	private void sendGuarded(SendGuard guard, Function<Attempt, Mono<AcceptedMessage>> exchange) {
		pipeline(null, exchange).sendGuarded(REQUEST, guard).subscribe(this::add);
	}

	private void assertEndsAs(Outcome outcome) {
		assertThat(this.endings).singleElement()
			.isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(outcome));
	}

	@Test
	void interceptionStandsBeforeTheWaitForTheLine() {
		List<String> order = new ArrayList<>();
		this.delivery = delivery((line, maxWait) -> {
			order.add("line");
			return this.pacer.acquire(line, maxWait);
		});
		sendIntercepted((request, proceed) -> {
			order.add("interception");
			return proceed.apply(request.mutate().message("Changed").build());
		}, (attempt) -> (this.requests.get() == 1) ? busyForTwoSeconds(attempt) : Mono.just(ACCEPTED));
		this.time.advanceTimeBy(Duration.ofSeconds(3));
		assertThat(order).containsExactly("interception", "line", "line");
		assertThat(this.endings).singleElement().isInstanceOf(SendReceipt.class);
		assertThat(this.events).singleElement()
			.satisfies((event) -> assertThat(event.request().message()).isEqualTo("Changed"));
	}

	@Test
	void interceptionThatRefusesPreventsTheRequest() {
		ContiguityException refusal = new ContiguityException("Not at night", Outcome.REJECTED);
		sendIntercepted((request, proceed) -> Mono.error(refusal), (attempt) -> Mono.just(ACCEPTED));
		assertThat(this.endings).containsExactly(refusal);
		assertThat(this.requests).hasValue(0);
	}

	@Test
	void interceptionThatProceedsTwiceSendsOnce() {
		sendIntercepted((request, proceed) -> proceed.apply(request).then(proceed.apply(request)),
				(attempt) -> Mono.just(ACCEPTED));
		assertThat(this.requests).hasValue(1);
		assertThat(this.endings).singleElement().isInstanceOf(SendReceipt.class);
	}

	@Test
	void interceptionThatSendsAgainAfterAFailureSendsOnce() {
		sendIntercepted((request, proceed) -> proceed.apply(request).retry(1), (attempt) -> {
			Attempts.leave(attempt);
			return Mono.error(new IllegalStateException("Broken"));
		});
		assertThat(this.requests).hasValue(1);
		assertEndsAs(Outcome.UNKNOWN);
	}

	@Test
	void interceptionThatGivesUpAfterRequestLeftDoesNotHideThat() {
		sendIntercepted((request, proceed) -> proceed.apply(request)
			.timeout(Duration.ofSeconds(1), Mono.error(new ContiguityException("Too slow", Outcome.NOT_SENT)),
					this.time),
				DeadlineTests::leaveAndKeepSilent);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertEndsAs(Outcome.UNKNOWN);
		assertThat(this.events).singleElement().isInstanceOf(ImessageOutcomeUnknownEvent.class);
	}

	@Test
	void deadlineEndsInterception() {
		sendIntercepted((request, proceed) -> Mono.never(), (attempt) -> Mono.just(ACCEPTED));
		assertEndsAtDeadline(Outcome.NOT_SENT, ContiguityTransportException.class);
		assertThat(this.requests).hasValue(0);
	}

	private void sendIntercepted(Interception interception, Function<Attempt, Mono<AcceptedMessage>> exchange) {
		pipeline(interception, exchange).send(REQUEST).subscribe(this::add);
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
		return delivery(pacer, MAX_WAIT);
	}

	private Delivery delivery(LinePacer pacer, Duration maxWait) {
		return new Delivery(new RetryRules(new MaxAttemptsRetryPolicy(10), new NoBackOffPolicy(), new ArrayList<>()),
				pacer, maxWait, TIMEOUT, this.time, NoMonitor.create());
	}

	private Disposable send(Function<Attempt, Mono<AcceptedMessage>> exchange) {
		return pipeline(null, exchange).send(REQUEST).subscribe(this::add);
	}

	private SendPipeline pipeline(Interception interception, Function<Attempt, Mono<AcceptedMessage>> exchange) {
		return new SendPipeline(this.delivery, Mono::just, interception, (request, attempt) -> {
			this.requests.incrementAndGet();
			return exchange.apply(attempt);
		}, this::ended, 1, 1);
	}

	private void add(SendResult result) {
		this.endings.add((result instanceof SendResult.Accepted accepted) ? accepted.receipt()
				: ((SendResult.Failed) result).exception());
	}

	private void ended(SendCall call) {
		this.events.add(call.event());
		call.close();
	}

	private static Mono<AcceptedMessage> leaveAndKeepSilent(Attempt attempt) {
		Attempts.leave(attempt);
		return Mono.never();
	}

	private static ContiguityApiException refusal(Outcome outcome) {
		return new ContiguityApiException(Operation.SEND, outcome, 400, null, null, null);
	}

	private static Mono<AcceptedMessage> refuseAndKeepSilent(Attempt attempt, ContiguityException refusal) {
		Attempts.refuse(attempt, refusal);
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
