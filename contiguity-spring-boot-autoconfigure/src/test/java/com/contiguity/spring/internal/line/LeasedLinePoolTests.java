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

package com.contiguity.spring.internal.line;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.testsupport.LogRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.AdditionalAnswers;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LeasedLinePool}.
 */
class LeasedLinePoolTests {

	private static final String FIRST = "+15550001001";

	private static final String SECOND = "+15550001002";

	private static final Duration INTERVAL = Duration.ofMinutes(10);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final AtomicInteger readings = new AtomicInteger();

	private Mono<List<LeasedLine>> account = Mono.just(List.of(line(SECOND), line(FIRST)));

	private final LinePool lines = new LinePool(List.of());

	private final LeasedLinePool pool = new LeasedLinePool(this.lines, Mono.defer(() -> {
		this.readings.incrementAndGet();
		return this.account;
	}), INTERVAL, this.time);

	@AfterEach
	void stop() {
		this.pool.stop();
	}

	private static LeasedLine line(String number) {
		return new LeasedLine(number, "active", Set.of("sms", "imessage"), 0.9);
	}

	private void awaitLines() {
		StepVerifier.create(this.pool.lines())
			.assertNext((lines) -> assertThat(lines).isEqualTo(this.lines.lines()))
			.expectComplete()
			.verify(Duration.ofSeconds(30));
	}

	private List<String> numbers() {
		return this.lines.lines().stream().map(Line::number).toList();
	}

	private static Mono<List<LeasedLine>> failure() {
		return Mono.error(new ContiguityException("No answer", Outcome.NOT_SENT));
	}

	@Test
	void readsNothingBeforeItIsNeeded() {
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(0);
		assertThat(numbers()).isEmpty();
	}

	@Test
	void hasOnlyLinesThatSendImessagesNow() {
		this.account = Mono.just(List.of(line(FIRST), new LeasedLine(SECOND, "paused", Set.of("imessage"), null),
				new LeasedLine("+15550001003", "active", Set.of("sms"), null)));
		awaitLines();
		assertThat(numbers()).containsExactly(FIRST);
	}

	@Test
	void readsOnceForAllWhoWait() {
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		AtomicInteger ready = new AtomicInteger();
		for (int i = 0; i < 10; i++) {
			this.pool.lines().subscribe(null, null, ready::incrementAndGet);
		}
		assertThat(ready).hasValue(0);
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(ready).hasValue(10);
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void readsAgainAtIntervals() {
		awaitLines();
		assertThat(numbers()).containsExactly(FIRST, SECOND);
		this.account = Mono.just(List.of(line(SECOND)));
		this.time.advanceTimeBy(INTERVAL);
		assertThat(numbers()).containsExactly(SECOND);
		assertThat(this.readings).hasValue(2);
	}

	@Test
	void keepsTheLinesWhereReadingAgainFails() {
		awaitLines();
		this.account = failure();
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.readings).hasValue(2);
		assertThat(numbers()).containsExactly(FIRST, SECOND);
	}

	@Test
	void triesAgainAfterAFirstReadingThatFailed() {
		Mono<List<LeasedLine>> later = this.account;
		this.account = failure();
		StepVerifier.create(this.pool.lines()).expectError(ContiguityException.class).verify(Duration.ofSeconds(30));
		this.account = later;
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		awaitLines();
		assertThat(numbers()).containsExactly(FIRST, SECOND);
	}

	@Test
	void doesNotReadForEachCallerWhileReadingFails() {
		this.account = failure();
		List<Integer> readings = new ArrayList<>();
		for (int second = 0; second <= 20; second++) {
			for (int caller = 0; caller < 10; caller++) {
				StepVerifier.create(this.pool.lines()).expectError(ContiguityException.class).verify();
			}
			readings.add(this.readings.get());
			this.time.advanceTimeBy(Duration.ofSeconds(1));
		}
		assertThat(readings).startsWith(1, 2, 2, 3, 3, 3, 3, 4).endsWith(5);
	}

	@Test
	void readsAgainSoonWhereReadingAgainFails() {
		awaitLines();
		Mono<List<LeasedLine>> later = this.account;
		this.account = failure();
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.readings).hasValue(2);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.readings).hasValue(3);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.readings).hasValue(3);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.readings).hasValue(4);
		this.account = later;
		this.time.advanceTimeBy(Duration.ofSeconds(4));
		assertThat(this.readings).hasValue(5);
		this.account = failure();
		this.time.advanceTimeBy(INTERVAL);
		assertThat(this.readings).hasValue(6);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(this.readings).as("the success ended the back-off").hasValue(7);
	}

	@Test
	void readsAgainAtTheIntervalWhereReadingKeepsFailing() {
		awaitLines();
		this.account = failure();
		this.time.advanceTimeBy(Duration.ofDays(1));
		int readings = this.readings.get();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(10));
		assertThat(this.readings).hasValue(readings + 10);
	}

	@Test
	void readsAgainSoonWhereNoLineCanSend() {
		this.account = Mono.just(List.of(new LeasedLine(FIRST, "past_due", Set.of("imessage"), null)));
		awaitLines();
		assertThat(numbers()).isEmpty();
		assertThat(this.lines.unusable())
			.isEqualTo("None of the account's leased lines (1, lease status past_due) can send iMessages");
		this.account = Mono.just(List.of(line(FIRST)));
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		assertThat(numbers()).containsExactly(FIRST);
		assertThat(this.lines.unusable()).isNull();
		this.time.advanceTimeBy(INTERVAL.minusSeconds(1));
		assertThat(this.readings).hasValue(2);
	}

	@Test
	void oneReadingFollowsTheOther() {
		awaitLines();
		Sinks.One<List<LeasedLine>> slow = Sinks.one();
		this.account = slow.asMono();
		this.time.advanceTimeBy(INTERVAL);
		this.account = Mono.just(List.of(line(SECOND)));
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).as("the second is under way").hasValue(2);
		slow.tryEmitValue(List.of(line(FIRST)));
		assertThat(numbers()).containsExactly(FIRST);
		this.time.advanceTimeBy(INTERVAL);
		assertThat(numbers()).containsExactly(SECOND);
	}

	@Test
	void whoWaitsTogetherFailsWithAnExceptionOfItsOwn() {
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		List<Throwable> failures = new ArrayList<>();
		for (int caller = 0; caller < 200; caller++) {
			this.pool.lines().subscribe((lines) -> {
			}, failures::add);
		}
		AuthenticationFailedException refused = new AuthenticationFailedException(Operation.LINES, "No", "err_1");
		answer.tryEmitError(refused);
		this.pool.lines().subscribe((lines) -> {
		}, failures::add);
		assertThat(failures).hasSize(201).allSatisfy((failure) -> {
			assertThat(failure).isInstanceOf(AuthenticationFailedException.class).hasMessage(refused.getMessage());
			assertThat(failure.getStackTrace()).isEqualTo(refused.getStackTrace());
			failure.addSuppressed(new Exception("Called from here"));
			assertThat(failure.getSuppressed()).hasSize(1);
		});
		assertThat(this.readings).hasValue(1);
	}

	static Stream<ContiguityException> failuresKeepTheirMessages() {
		URI agreement = URI.create("https://example.com/terms");
		return Stream.of(new AuthenticationFailedException(Operation.LINES, "No", "err_1"),
				new AgreementRequiredException(Operation.LINES, "Terms", "err_1", agreement),
				new RateLimitedException(Operation.LINES, "Later", "err_1", Duration.ofSeconds(3)),
				new ContiguityApiException(Operation.LINES, Outcome.REJECTED, 404, "No", "err_1", null),
				new ContiguityTransportException("No way", Outcome.NOT_SENT, Phase.CONNECT, new IOException()),
				new ContiguityException("Shut down", Outcome.NOT_SENT));
	}

	@ParameterizedTest
	@MethodSource
	void failuresKeepTheirMessages(ContiguityException failure) {
		this.account = Mono.error(failure);
		StepVerifier.create(this.pool.lines())
			.expectErrorSatisfies((copy) -> assertThat(copy).isNotSameAs(failure)
				.usingRecursiveComparison()
				.withStrictTypeChecking()
				.isEqualTo(failure))
			.verify();
	}

	@Test
	void readsNoMoreOnceStopped() {
		awaitLines();
		this.pool.stop();
		assertThat(numbers()).isEmpty();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void nothingKeepsAStoppedPoolAlive() {
		List<Disposable> timers = new ArrayList<>();
		Scheduler scheduler = mock(AdditionalAnswers.delegatesTo(this.time));
		willAnswer((call) -> {
			Disposable timer = this.time.schedule(call.getArgument(0), call.getArgument(1), call.getArgument(2));
			timers.add(timer);
			return timer;
		}).given(scheduler).schedule(any(), anyLong(), any());
		for (Consumer<LeasedLinePool> end : List.<Consumer<LeasedLinePool>>of(LeasedLinePool::stop,
				LeasedLinePool::close, LeasedLinePool::forget)) {
			timers.clear();
			LeasedLinePool pool = new LeasedLinePool(new LinePool(List.of()), this.account, INTERVAL, scheduler);
			pool.lines().block(Duration.ofSeconds(30));
			assertThat(timers).singleElement().extracting(Disposable::isDisposed).isEqualTo(false);
			end.accept(pool);
			assertThat(timers).singleElement().extracting(Disposable::isDisposed).isEqualTo(true);
		}
	}

	@Test
	void failsOnceClosed() {
		awaitLines();
		this.pool.close();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		for (int i = 0; i < 2; i++) {
			StepVerifier.create(this.pool.lines())
				.expectErrorSatisfies((failure) -> assertThat(failure)
					.hasMessageStartingWith("The leased lines are no longer refreshed"))
				.verify(Duration.ofSeconds(30));
			this.pool.stop();
		}
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void keepsAliasesOverAStopButNotOnceForgotten() {
		this.account = Mono.just(List.of(line(SECOND)));
		awaitLines();
		this.pool.stop();
		this.account = Mono.just(List.of(line(FIRST), line(SECOND)));
		awaitLines();
		assertThat(this.lines.alias(FIRST)).isEqualTo("line-2");
		this.pool.forget();
		awaitLines();
		assertThat(this.lines.alias(FIRST)).isEqualTo("line-1");
	}

	@Test
	void givesUpAFirstReadingThatIsUnderWayWhenStopped() {
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		StepVerifier.create(this.pool.lines())
			.then(this.pool::stop)
			.expectErrorSatisfies((failure) -> assertThat(failure).isInstanceOfSatisfying(ContiguityException.class,
					(exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT)))
			.verify(Duration.ofSeconds(30));
		assertThat(answer.currentSubscriberCount()).isZero();
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(numbers()).isEmpty();
		this.time.advanceTimeBy(INTERVAL.multipliedBy(3));
		assertThat(this.readings).hasValue(1);
	}

	@Test
	void givesUpReadingAgainWhenStopped() {
		awaitLines();
		Sinks.One<List<LeasedLine>> answer = Sinks.one();
		this.account = answer.asMono();
		this.time.advanceTimeBy(INTERVAL);
		try (LogRecorder log = new LogRecorder()) {
			this.pool.stop();
			assertThat(answer.currentSubscriberCount()).isZero();
			assertThat(log.lines()).noneMatch((line) -> line.contains("leased lines"));
		}
		answer.tryEmitValue(List.of(line(FIRST)));
		assertThat(numbers()).isEmpty();
	}

	@Test
	void readsAnewAfterAStopThatCameWhileReading() {
		awaitLines();
		Sinks.One<List<LeasedLine>> late = Sinks.one();
		this.account = late.asMono();
		this.time.advanceTimeBy(INTERVAL);
		this.pool.stop();
		late.tryEmitValue(List.of(line(FIRST)));
		this.account = Mono.just(List.of(line(SECOND)));
		awaitLines();
		assertThat(numbers()).containsExactly(SECOND);
		this.account = Mono.just(List.of(line(FIRST), line(SECOND)));
		this.time.advanceTimeBy(INTERVAL);
		assertThat(numbers()).containsExactly(FIRST, SECOND);
		assertThat(this.readings).hasValue(4);
	}

}
