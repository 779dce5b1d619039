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

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.testsupport.LogRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.FixedBackOffPolicy;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.AlwaysRetryPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.web.reactive.function.client.ClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for whether and when a send is retried, in virtual time.
 */
class RetryTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final List<Object> endings = new ArrayList<>();

	private StubApi api;

	@ParameterizedTest
	@ValueSource(ints = { 429, 503 })
	void waitsForRetryAfterInSeconds(int status) {
		send(failingOnce(StubApi.retryAfter(status, "7")), UnaryOperator.identity());
		this.time.advanceTimeBy(Duration.ofMillis(6999));
		assertThat(this.api.requests()).isEqualTo(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.api.requests()).isEqualTo(2);
		SendReceipt receipt = ending(SendReceipt.class);
		assertThat(receipt.attempts()).isEqualTo(2);
		assertThat(receipt.elapsed()).isEqualTo(Duration.ofSeconds(7));
	}

	@Test
	void waitsForRetryAfterAsDate() {
		send(failingOnce(StubApi.retryAfter(503, inSeconds(25))), UnaryOperator.identity());
		this.time.advanceTimeBy(Duration.ofSeconds(10));
		assertThat(this.api.requests()).isEqualTo(1);
		this.time.advanceTimeBy(Duration.ofSeconds(15));
		assertThat(this.api.requests()).isEqualTo(2);
		ending(SendReceipt.class);
	}

	@Test
	void retryAfterBeyondDeadlineEndsCallAtOnce() {
		send(failingOnce(StubApi.retryAfter(429, "3600")), UnaryOperator.identity());
		RateLimitedException exception = ending(RateLimitedException.class);
		assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(exception.retryAfter()).isEqualTo(Duration.ofHours(1));
		assertThat(this.api.requests()).isEqualTo(1);
	}

	@Test
	void retryAfterThatTakesAllTheTimeThereIsEndsCallAtOnce() {
		send(failingOnce(StubApi.retryAfter(429, "30")), UnaryOperator.identity());
		assertThat(ending(RateLimitedException.class).retryAfter()).isEqualTo(TIMEOUT);
	}

	@Test
	void retryAfterAsDateBeyondDeadlineEndsCallAtOnce() {
		send(failingOnce(StubApi.retryAfter(503, inSeconds(3600))), UnaryOperator.identity());
		ContiguityApiException exception = ending(ContiguityApiException.class);
		assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(exception.retryAfter()).isBetween(Duration.ofMinutes(55), Duration.ofMinutes(60));
		assertThat(this.api.requests()).isEqualTo(1);
	}

	@Test
	void retryAfterCountsFromWhatIsLeftOfDeadline() {
		send((request) -> StubApi.retryAfter(429, "20"), UnaryOperator.identity());
		this.time.advanceTimeBy(Duration.ofSeconds(20));
		assertThat(this.api.requests()).isEqualTo(2);
		// a wait of another 20 seconds would exceed the timeout of 30 seconds, which is
		// known after 20 seconds
		assertThat(ending(RateLimitedException.class).retryAfter()).isEqualTo(Duration.ofSeconds(20));
	}

	@Test
	void backsOffWithFullJitter() {
		ContiguityException failure = new ContiguityException("Refused", Outcome.NOT_SENT);
		List<List<Long>> waits = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
		for (int i = 0; i < 2000; i++) {
			RetryRules rules = new RetryRules(new AlwaysRetryPolicy(),
					new FullJitterBackOffPolicy(Duration.ofMillis(200), 3, Duration.ofMillis(800)),
					Collections.emptyList());
			RetryRules.PerCall call = rules.open(GuardedObservation.NOOP);
			waits.forEach((wait) -> wait.add(call.nextWait(failure, TIMEOUT).toMillis()));
		}
		long[] limits = { 200, 600, 800, 800 };
		for (int i = 0; i < limits.length; i++) {
			long limit = limits[i];
			assertThat(waits.get(i)).as("wait " + (i + 1)).allMatch((wait) -> wait >= 0 && wait <= limit);
			// the probability that all of two thousand random values are further from a
			// limit is less than 1e-40
			assertThat(waits.get(i)).anyMatch((wait) -> wait < limit / 20).anyMatch((wait) -> wait > limit * 19 / 20);
			assertThat(waits.get(i).stream().mapToLong(Long::longValue).average().orElseThrow()).isBetween(limit * 0.45,
					limit * 0.55);
		}
	}

	@Test
	void notifiesListeners() {
		List<String> told = new ArrayList<>();
		send(failingOnce(StubApi.retryAfter(429, "1")),
				(builder) -> builder.retryListeners(List.of(new Listener("a", told), new Listener("b", told))));
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		ending(SendReceipt.class);
		assertThat(told).containsExactly("a open", "b open", "b error 1", "a error 1", "b success", "a success",
				"b close", "a close");
	}

	@Test
	void notifiesListenersOfFailure() {
		List<String> told = new ArrayList<>();
		send((request) -> StubApi.status(400), (builder) -> builder.retryListeners(List.of(new Listener("a", told))));
		ending(ContiguityApiException.class);
		assertThat(told).containsExactly("a open", "a error 1", "a close");
	}

	@Test
	void listenerCanRefuseCall() {
		send((request) -> StubApi.accepted(), (builder) -> builder.retryListeners(List.of(new RetryListener() {

			@Override
			public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
				return false;
			}

		})));
		assertThat(ending(ContiguityException.class).outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(this.api.requests()).isZero();
	}

	@Test
	void aListenerThatFailsChangesNothing() {
		send(failingOnce(StubApi.retryAfter(429, "0")),
				(builder) -> builder.retryListeners(List.of(new RetryListener() {

					@Override
					public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
						return sneak();
					}

					@Override
					public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
							Throwable failure) {
						sneak();
					}

					@Override
					public <T, E extends Throwable> void onSuccess(RetryContext context, RetryCallback<T, E> callback,
							T result) {
						sneak();
					}

					@Override
					public <T, E extends Throwable> void close(RetryContext context, RetryCallback<T, E> callback,
							Throwable failure) {
						sneak();
					}

				})));
		this.time.advanceTime();
		assertThat(ending(SendReceipt.class).attempts()).isEqualTo(2);
	}

	// as listeners in Kotlin do
	@SuppressWarnings("unchecked")
	private static <T extends Throwable> boolean sneak() throws T {
		throw (T) new IOException("a listener's bug");
	}

	@Test
	void policyCanBeReplacedByNone() {
		send((request) -> StubApi.retryAfter(429, "1"), (builder) -> builder.retryPolicy(new NeverRetryPolicy()));
		this.time.advanceTimeBy(TIMEOUT);
		ending(RateLimitedException.class);
		assertThat(this.api.requests()).isEqualTo(1);
	}

	@Test
	void policyIsNotifiedWhenACallEnds() {
		List<RetryContext> closed = new ArrayList<>();
		send(failingOnce(StubApi.retryAfter(429, "1")), (builder) -> builder.retryPolicy(new AlwaysRetryPolicy() {

			@Override
			public void close(RetryContext context) {
				closed.add(context);
			}

		}));
		assertThat(closed).isEmpty();
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		ending(SendReceipt.class);
		assertThat(closed).hasSize(1);
	}

	@Test
	void policyThatFailsIsLoggedAndEndsTheCall() {
		try (LogRecorder log = new LogRecorder()) {
			send((request) -> StubApi.retryAfter(429, "1"), (builder) -> builder.retryPolicy(new AlwaysRetryPolicy() {

				@Override
				public boolean canRetry(RetryContext context) {
					throw new IllegalStateException("a policy's bug");
				}

				@Override
				public void close(RetryContext context) {
					throw new IllegalStateException("a policy's bug");
				}

			}));
			ending(RateLimitedException.class);
			assertThat(log.lines().stream().filter((line) -> line.contains("A RetryPolicy or a BackOffPolicy failed")))
				.hasSize(2);
		}
		assertThat(this.api.requests()).isEqualTo(1);
	}

	@Test
	void policyThatNeverEndsEndsWithTheBudget() {
		send((request) -> StubApi.status(429),
				(builder) -> builder.retryPolicy(new AlwaysRetryPolicy()).backOffPolicy(new NoBackOffPolicy()));
		this.time.advanceTime();
		ending(RateLimitedException.class);
		assertThat(this.api.requests()).isEqualTo(1 + RetryBudget.CAPACITY / RetryBudget.RETRY_COST);
	}

	@Test
	void backOffCanBeReplaced() {
		FixedBackOffPolicy backOff = new FixedBackOffPolicy();
		backOff.setBackOffPeriod(3000);
		send(failingOnce(StubApi.status(429)), (builder) -> builder.backOffPolicy(backOff));
		this.time.advanceTimeBy(Duration.ofMillis(2999));
		assertThat(this.api.requests()).isEqualTo(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		ending(SendReceipt.class);
	}

	@Test
	void missingPolicyIsReported() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryRules(null, new NoBackOffPolicy(), Collections.emptyList()))
			.withMessage("'policy' must not be null");
	}

	@Test
	void rejectsABackOffThatSleepsItself() {
		assertThatIllegalArgumentException().isThrownBy(
				() -> ReactiveImessageTemplate.builder().token("contiguity_sk_test").backOffPolicy(new BackOffPolicy() {

					@Override
					public BackOffContext start(RetryContext context) {
						return null;
					}

					@Override
					public void backOff(BackOffContext backOffContext) {
					}

				}).buildReactive())
			.withMessageContaining("'backOff' must be a SleepingBackOffPolicy");
	}

	@ParameterizedTest
	@ValueSource(ints = { 204, 408, 500, 502, 503, 504, 599 })
	void unknownIsNeverRetriedWhateverThePolicySays(int status) {
		send((request) -> StubApi.status(status),
				(builder) -> builder.retryPolicy(new AlwaysRetryPolicy()).backOffPolicy(new NoBackOffPolicy()));
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(ending(SendOutcomeUnknownException.class).attempts()).isEqualTo(1);
		assertThat(this.api.requests()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 307, 400, 401, 403, 404, 409, 422 })
	void rejectedIsNeverRetriedWhateverThePolicySays(int status) {
		send((request) -> StubApi.retryAfter(status, "0"),
				(builder) -> builder.retryPolicy(new AlwaysRetryPolicy()).backOffPolicy(new NoBackOffPolicy()));
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(ending(ContiguityApiException.class).outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(this.api.requests()).isEqualTo(1);
	}

	private void send(IntFunction<Mono<ClientResponse>> answers, UnaryOperator<ImessageTemplateBuilder> settings) {
		this.api = new StubApi(answers);
		ReactiveImessageTemplate imessage = settings
			.apply(ReactiveImessageTemplate.builder()
				.token("contiguity_sk_test")
				.webClientBuilder(this.api.webClientBuilder())
				.timeout(TIMEOUT)
				.scheduler(this.time))
			.buildReactive();
		imessage.send("+15557654321", "Hello").subscribe(this.endings::add, this.endings::add);
	}

	@Test
	void theLogTellsOfAttemptsAndWaitsAtDebugLevel() {
		try (LogRecorder log = new LogRecorder()) {
			send(failingOnce(StubApi.retryAfter(429, "7")), UnaryOperator.identity());
			this.time.advanceTimeBy(Duration.ofSeconds(7));
			assertThat(log.lines().stream().filter((line) -> line.contains(".delivery.Call: send ["))).satisfiesExactly(
					(line) -> assertThat(line).contains("attempt 1"),
					(line) -> assertThat(line).contains("attempt 1 ended as NOT_SENT: ", "next attempt in 7000 ms"),
					(line) -> assertThat(line).contains("attempt 2"),
					(line) -> assertThat(line).contains("succeeded after 7000 ms, attempts: 2"));
			assertThat(log.lines()).noneMatch((line) -> line.contains("5557654321"));
		}
	}

	private <T> T ending(Class<T> type) {
		assertThat(this.endings).singleElement().isInstanceOf(type);
		return type.cast(this.endings.get(0));
	}

	private static IntFunction<Mono<ClientResponse>> failingOnce(Mono<ClientResponse> failure) {
		return (request) -> (request == 1) ? failure : StubApi.accepted();
	}

	private static String inSeconds(int seconds) {
		return ZonedDateTime.now(ZoneOffset.UTC)
			.plusSeconds(seconds)
			.truncatedTo(ChronoUnit.SECONDS)
			.format(DateTimeFormatter.RFC_1123_DATE_TIME);
	}

	private record Listener(String name, List<String> told) implements RetryListener {

		@Override
		public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
			return this.told.add(this.name + " open");
		}

		@Override
		public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
				Throwable failure) {
			this.told.add(this.name + " error " + context.getRetryCount());
		}

		@Override
		public <T, E extends Throwable> void onSuccess(RetryContext context, RetryCallback<T, E> callback, T result) {
			this.told.add(this.name + " success");
		}

		@Override
		public <T, E extends Throwable> void close(RetryContext context, RetryCallback<T, E> callback,
				Throwable failure) {
			this.told.add(this.name + " close");
		}

	}

}
