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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.testsupport.LogRecorder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.web.reactive.function.client.ClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for sending many messages, in virtual time.
 */
class BulkTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MAX_WAIT = Duration.ofSeconds(2);

	private static final int CONCURRENCY = 16;

	private static final String LEASED_LINES = """
			{"id":"req_1","timestamp":1785698220563,"api_version":"v2026.8.2","object":"response","data":{"numbers":[
			{"id":"+15552001000","lease_status":"active","capabilities":{"channels":["imessage"]}}]}}""";

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final List<SendResult> results = new CopyOnWriteArrayList<>();

	private final List<Throwable> failures = new CopyOnWriteArrayList<>();

	@Test
	void linesAreServedSideBySideAndEachInOrder() {
		List<SendRequest> requests = IntStream.range(0, 12).mapToObj((i) -> request(i % 3, i)).toList();
		ReactiveImessageTemplate imessage = template(
				new StubApi((request) -> Mono.delay(Duration.ofSeconds(1), this.time).then(StubApi.accepted())))
			.linePacer(null)
			.buildReactive();
		sendAll(imessage, Flux.fromIterable(requests));
		for (int second = 1; second <= 4; second++) {
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			assertThat(this.results).as("results after %s s", second).hasSize(3 * second);
		}
		Map<String, List<SendRequest>> sentByLine = this.results.stream()
			.map(SendResult::request)
			.collect(Collectors.groupingBy(SendRequest::from));
		assertThat(sentByLine).hasSize(3);
		sentByLine.forEach((line, sent) -> assertThat(sent)
			.containsExactlyElementsOf(requests.stream().filter((request) -> line.equals(request.from())).toList()));
	}

	@Test
	void orderHoldsWhileTheLeasedLinesAreRead() {
		Sinks.Many<SendRequest> requests = Sinks.many().unicast().onBackpressureBuffer();
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> {
			if (request == 1) {
				return Mono.delay(Duration.ofSeconds(1), this.time).then(StubApi.answer(200, LEASED_LINES, null));
			}
			if (request == 2) {
				requests.tryEmitNext(anyLine(2));
			}
			return StubApi.accepted();
		})).leasedLines(Duration.ofHours(1)).linePacer(null).buildReactive();
		sendAll(imessage, requests.asFlux());
		requests.tryEmitNext(anyLine(0));
		requests.tryEmitNext(anyLine(1));
		this.time.advanceTimeBy(LONG);
		assertThat(this.results).extracting(SendResult::request).containsExactly(anyLine(0), anyLine(1), anyLine(2));
	}

	@Test
	void allWaitTogetherForLeasedLinesThatCannotBeRead() {
		StubApi api = new StubApi((request) -> Mono.never());
		ReactiveImessageTemplate imessage = template(api).leasedLines(Duration.ofHours(1))
			.retryPolicy(new NeverRetryPolicy())
			.linePacer(null)
			.buildReactive();
		sendAll(imessage, Flux.range(0, CONCURRENCY).map(BulkTests::anyLine));
		this.time.advanceTimeBy(TIMEOUT);
		assertThat(this.results).hasSize(CONCURRENCY).extracting(BulkTests::outcome).containsOnly(Outcome.NOT_SENT);
		assertThat(api.requests()).isEqualTo(1);
	}

	@Test
	void whatAListenerRefusesUsesUpNoPermit() {
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(0.1, 1)
			.retryListeners(List.of(new RetryListener() {

				private final AtomicInteger calls = new AtomicInteger();

				@Override
				public <T, E extends Throwable> boolean open(RetryContext context, RetryCallback<T, E> callback) {
					return this.calls.incrementAndGet() == 10;
				}

			}))
			.buildReactive();
		sendAll(imessage, Flux.range(0, 10).map((number) -> request(0, number)));
		assertThat(this.results).hasSize(10).last().extracting(BulkTests::outcome).isEqualTo(Outcome.ACCEPTED);
		assertThat(this.results.subList(0, 9)).extracting(BulkTests::outcome).containsOnly(Outcome.NOT_SENT);
	}

	@Test
	void failuresStopNothingAndEachRequestHasItsResult() {
		int count = 1000;
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> switch (request % 4) {
			case 0 -> StubApi.status(400);
			case 1 -> StubApi.status(500);
			case 2 -> Mono.error(new IllegalStateException("Broken"));
			default -> StubApi.accepted();
		})).linePacer(null).buildReactive();
		List<SendRequest> requests = IntStream.range(0, count).mapToObj((i) -> request(i % 7, i)).toList();
		sendAll(imessage, Flux.fromIterable(requests));
		this.time.advanceTimeBy(LONG);
		assertThat(this.results).extracting(SendResult::request).containsExactlyInAnyOrderElementsOf(requests);
		Map<Outcome, Long> outcomes = this.results.stream()
			.collect(Collectors.groupingBy(BulkTests::outcome, Collectors.counting()));
		assertThat(outcomes).containsEntry(Outcome.REJECTED, count / 4L)
			.containsEntry(Outcome.UNKNOWN, count / 2L)
			.containsEntry(Outcome.ACCEPTED, count / 4L);
	}

	@Test
	void nothingIsSentOfABulkThatHasNull() {
		StubApi api = new StubApi((request) -> StubApi.accepted());
		ImessageTemplate imessage = new ImessageTemplate(template(api).linePacer(null).buildReactive());
		assertThatIllegalArgumentException().isThrownBy(() -> imessage.sendAll(Arrays.asList(request(0, 0), null)))
			.withMessage("'requests' must not contain null");
		assertThat(imessage.sendAll(List.of())).isEmpty();
		assertThat(api.requests()).isZero();
	}

	@Test
	void requestsAreTakenAsResultsAre() {
		int capacity = 2 * CONCURRENCY;
		AtomicInteger taken = new AtomicInteger();
		StubApi api = new StubApi((request) -> StubApi.accepted());
		ReactiveImessageTemplate imessage = template(api).linePacer(null).bulkCapacity(capacity).buildReactive();
		Flux<SendRequest> requests = Flux.range(0, 1_000_000)
			.doOnNext((number) -> taken.incrementAndGet())
			.map((number) -> request(number % 1000, number));
		int consumed = 0;
		StepVerifier.Step<SendResult> step = StepVerifier.create(imessage.sendAll(requests), 0)
			.expectSubscription()
			.then(() -> assertThat(taken).hasValue(0));
		for (int batch : new int[] { 1, 10, 100, 1000, 5000 }) {
			consumed += batch;
			int consumedByNow = consumed;
			step = step.thenRequest(batch).expectNextCount(batch).then(() -> {
				this.time.advanceTimeBy(LONG);
				assertThat(taken).hasValueBetween(consumedByNow, consumedByNow + capacity);
				assertThat(api.requests()).isBetween(consumedByNow, consumedByNow + CONCURRENCY);
			});
		}
		step.thenCancel().verify(LONG);
		assertThat(taken).hasValueLessThanOrEqualTo(consumed + capacity);
	}

	@Test
	void noMoreAreInHandThanConfigured() {
		AtomicInteger inHand = new AtomicInteger();
		AtomicInteger mostInHand = new AtomicInteger();
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> {
			mostInHand.accumulateAndGet(inHand.incrementAndGet(), Math::max);
			return Mono.delay(Duration.ofMillis(100), this.time)
				.doOnNext((tick) -> inHand.decrementAndGet())
				.then(StubApi.accepted());
		})).linePacer(null).buildReactive();
		sendAll(imessage, Flux.range(0, 200).map((number) -> request(number, number)));
		this.time.advanceTimeBy(LONG);
		assertThat(this.results).hasSize(200);
		assertThat(mostInHand).hasValue(CONCURRENCY);
	}

	@ParameterizedTest
	@CsvSource({ "10, 256, 50, 5.1", "1000, 4, 1, 3" })
	void noOrderOfTheMessagesSlowsLinesDown(int lines, int messagesPerLine, double rate, double possibleSeconds) {
		List<SendRequest> sorted = IntStream.range(0, lines * messagesPerLine)
			.mapToObj((i) -> request(i / messagesPerLine, i))
			.toList();
		List<SendRequest> mixed = IntStream.range(0, lines * messagesPerLine)
			.mapToObj((i) -> request(i % lines, i))
			.toList();
		for (List<SendRequest> requests : List.of(sorted, mixed)) {
			this.results.clear();
			ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(rate, 1)
				.bulkConcurrency(256)
				.buildReactive();
			sendAll(imessage, Flux.fromIterable(requests));
			this.time.advanceTimeBy(Duration.ofMillis(Math.round(1100 * possibleSeconds)));
			assertThat(this.results).hasSize(requests.size()).allMatch(SendResult.Accepted.class::isInstance);
		}
	}

	@Test
	void messagesThatWaitForTheirLineTakeNoSlot() {
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(1, 1)
			.bulkConcurrency(1)
			.buildReactive();
		sendAll(imessage, Flux.range(0, 100).map((number) -> request(number / 10, number)));
		assertThat(this.results).hasSize(10);
		this.time.advanceTimeBy(Duration.ofSeconds(9));
		assertThat(this.results).hasSize(100);
	}

	@Test
	void messageThatWaitsForItsRetryTakesNoSlot() {
		ReactiveImessageTemplate imessage = template(
				new StubApi((request) -> (request == 1) ? StubApi.retryAfter(429, "2") : StubApi.accepted()))
			.linePacer(null)
			.bulkConcurrency(1)
			.buildReactive();
		sendAll(imessage, Flux.range(0, 3).map((number) -> request(number, number)));
		assertThat(this.results).extracting(SendResult::request).containsExactly(request(1, 1), request(2, 2));
		this.time.advanceTimeBy(Duration.ofSeconds(2));
		assertThat(this.results).hasSize(3).last().extracting(SendResult::request).isEqualTo(request(0, 0));
	}

	@Test
	void noMoreAreTakenThanFitWhileTheirLineIsBusy() {
		AtomicInteger taken = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(1000, 1)
			.bulkCapacity(100)
			.buildReactive();
		AtomicInteger told = new AtomicInteger();
		imessage
			.sendAll(Flux.range(0, 100_000)
				.doOnNext((number) -> most.accumulateAndGet(taken.incrementAndGet() - told.get(), Math::max))
				.map((number) -> request(number % 1000, number)))
			.subscribe((result) -> told.incrementAndGet());
		this.time.advanceTime();
		this.time.advanceTimeBy(Duration.ofMinutes(100));
		assertThat(told).hasValue(100_000);
		assertThat(most).hasValueLessThanOrEqualTo(100);
	}

	@Test
	void errorOfTheSourceLetsEndWhatWasTaken() {
		StubApi api = new StubApi((request) -> Mono.delay(Duration.ofSeconds(1), this.time).then(StubApi.accepted()));
		ReactiveImessageTemplate imessage = template(api).linePacer(null).buildReactive();
		IllegalStateException broken = new IllegalStateException("Broken");
		List<Object> signals = new ArrayList<>();
		imessage.sendAll(Flux.range(0, 6).map((number) -> request(number % 2, number)).concatWith(Mono.error(broken)))
			.subscribe(signals::add, signals::add);
		this.time.advanceTimeBy(LONG);
		assertThat(api.requests()).isEqualTo(6);
		assertThat(signals).hasSize(7).last().isSameAs(broken);
		assertThat(signals.subList(0, 6)).hasOnlyElementsOfType(SendResult.Accepted.class);
	}

	@Test
	void failureToChooseTheLineIsAResultWithAnEvent() {
		List<Object> events = new CopyOnWriteArrayList<>();
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).linePacer(null)
			.eventPublisher(events::add)
			.lineSelector((selection) -> {
				throw new IllegalStateException("Broken");
			})
			.buildReactive();
		sendAll(imessage, Flux.just(anyLine(0), request(0, 1)));
		assertThat(this.results).extracting(BulkTests::outcome).containsExactly(Outcome.NOT_SENT, Outcome.ACCEPTED);
		Awaitility.waitAtMost(LONG).until(() -> events.size() == 2);
		assertThat(events).hasOnlyElementsOfTypes(ImessageNotSentEvent.class, ImessageSentEvent.class);
	}

	@Test
	void shutdownEndsALongQueueWithoutNestingAndTellsHowManyWereNotSent() throws Exception {
		int count = 100_000;
		AtomicInteger events = new AtomicInteger();
		CountDownLatch busy = new CountDownLatch(1);
		Sinks.One<ClientResponse> answer = Sinks.one();
		AtomicInteger requests = new AtomicInteger();
		ReactiveImessageTemplate reactive = template(new StubApi((request) -> {
			requests.incrementAndGet();
			busy.countDown();
			return answer.asMono();
		})).linePacer(null).eventPublisher((event) -> events.incrementAndGet()).buildReactive();
		ImessageTemplate imessage = new ImessageTemplate(reactive);
		List<SendRequest> messages = IntStream.range(0, count).mapToObj((i) -> request(0, i)).toList();
		CompletableFuture<List<SendResult>> bulk = CompletableFuture.supplyAsync(() -> imessage.sendAll(messages));
		assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
		try (LogRecorder log = new LogRecorder()) {
			CountDownLatch stopped = new CountDownLatch(1);
			reactive.stop(stopped::countDown);
			assertThat(stopped.getCount()).isOne();
			answer.tryEmitValue(StubApi.accepted().block());
			List<SendResult> results = bulk.get(60, TimeUnit.SECONDS);
			assertThat(stopped.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(requests).hasValue(1);
			assertThat(events).hasValue(count);
			assertThat(results).hasSize(count).first().isInstanceOf(SendResult.Accepted.class);
			assertThat(results.subList(1, count)).extracting(BulkTests::outcome).containsOnly(Outcome.NOT_SENT);
			assertThat(log.lines()).filteredOn((line) -> line.contains("sendAll"))
				.singleElement()
				.asString()
				.contains("99999 messages");
		}
	}

	@Test
	void bulkWaitsForItsLineAsLongAsItTakes() {
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(1, 1)
			.buildReactive();
		sendAll(imessage, Flux.range(0, 60).map((number) -> request(0, number)));
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		assertThat(this.results).hasSizeBetween(30, 31);
		this.time.advanceTimeBy(Duration.ofSeconds(30));
		assertThat(this.results).hasSize(60).allMatch(SendResult.Accepted.class::isInstance);
	}

	@Test
	void timeoutOfAnItemStartsWithItsPermit() {
		ReactiveImessageTemplate imessage = template(
				new StubApi((request) -> (request == 10) ? Mono.never() : StubApi.accepted()))
			.pacing(0.1, 1)
			.buildReactive();
		sendAll(imessage, Flux.range(0, 10).map((number) -> request(0, number)));
		this.time.advanceTimeBy(Duration.ofSeconds(90).plus(TIMEOUT).minusMillis(1));
		assertThat(this.results).hasSize(9).allMatch(SendResult.Accepted.class::isInstance);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.results).hasSize(10).last().extracting(BulkTests::outcome).isEqualTo(Outcome.UNKNOWN);
	}

	@Test
	void singleSendDoesNotWaitLongBesideBulk() {
		ReactiveImessageTemplate imessage = template(new StubApi((request) -> StubApi.accepted())).pacing(0.1, 1)
			.buildReactive();
		sendAll(imessage, Flux.range(0, 10).map((number) -> request(0, number)));
		List<Object> endings = new ArrayList<>();
		imessage.send(request(0, 11)).subscribe(endings::add, endings::add);
		assertThat(endings).singleElement()
			.isInstanceOfSatisfying(LineBusyException.class,
					(exception) -> assertThat(exception.availableIn()).isGreaterThan(MAX_WAIT));
	}

	@Test
	void cancellationStopsWhatHasNotBegun() {
		StubApi api = new StubApi((request) -> Mono.delay(Duration.ofSeconds(1), this.time).then(StubApi.accepted()));
		ReactiveImessageTemplate imessage = template(api).linePacer(null).buildReactive();
		Disposable bulk = imessage.sendAll(Flux.range(0, 100).map((number) -> request(0, number)))
			.subscribe(this.results::add);
		this.time.advanceTimeBy(Duration.ofMillis(2500));
		assertThat(api.requests()).isEqualTo(3);
		bulk.dispose();
		this.time.advanceTimeBy(LONG);
		assertThat(api.requests()).isEqualTo(3);
		assertThat(this.results).hasSize(2);
	}

	private ImessageTemplateBuilder template(StubApi api) {
		return ReactiveImessageTemplate.builder()
			.token("contiguity_sk_test")
			.webClientBuilder(api.webClientBuilder())
			.timeout(TIMEOUT)
			.maxWait(MAX_WAIT)
			.bulkConcurrency(CONCURRENCY)
			.scheduler(this.time);
	}

	private void sendAll(ReactiveImessageTemplate imessage, Flux<SendRequest> requests) {
		imessage.sendAll(requests).subscribe(this.results::add, this.failures::add);
		this.time.advanceTime();
		assertThat(this.failures).isEmpty();
	}

	private static Outcome outcome(SendResult result) {
		return (result instanceof SendResult.Failed failed) ? failed.exception().outcome() : Outcome.ACCEPTED;
	}

	private static SendRequest anyLine(int number) {
		return SendRequest.to("+15557654321").message("Message " + number).build();
	}

	private static SendRequest request(int line, int number) {
		return SendRequest.to("+15557654321").from("+1555200" + (1000 + line)).message("Message " + number).build();
	}

}
