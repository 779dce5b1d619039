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

package com.contiguity.spring.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordedRequest;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.retry.backoff.NoBackOffPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContiguityHealthIndicator}.
 */
class ContiguityHealthIndicatorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/**
	 * A privileged port, which no test uses. A port that was just closed may be used by
	 * another test.
	 */
	private static final String NOBODY = "http://localhost:1";

	private static final Duration INTERVAL = Duration.ofMinutes(5);

	private static final Reply LINES = Reply.data("""
			{"numbers":[
			{"id":"+15550001001","lease_status":"active","capabilities":{"channels":["imessage","sms"]}},
			{"id":"+15550001002","lease_status":"active","capabilities":{"channels":["sms"]}}]}""");

	// the API's responses need no scheduler, so the time can be controlled
	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start().otherwise(LINES);
	}

	@AfterEach
	void closeServer() {
		this.server.close();
		this.time.dispose();
	}

	private ImessageTemplateBuilder builder() {
		return ReactiveImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.scheduler(this.time)
			.backOffPolicy(new NoBackOffPolicy());
	}

	private static ContiguityHealthIndicator indicator(ReactiveImessageTemplate template) {
		return new ContiguityHealthIndicator(template, INTERVAL);
	}

	private static Health health(ContiguityHealthIndicator indicator) {
		return indicator.health().block(TIMEOUT);
	}

	private void send(ReactiveImessageTemplate template, int times) {
		for (int i = 0; i < times; i++) {
			template.send(Canaries.RECIPIENT, Canaries.TEXT)
				.onErrorResume(ContiguityException.class, (failure) -> Mono.empty())
				.block(TIMEOUT);
		}
	}

	@Test
	void isUpWithWhatTheAccountSays() {
		Health health = health(indicator(builder().buildReactive()));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsOnlyKeys("account", "usableLines", "lastAnswer", "apiVersion")
			.containsEntry("usableLines", 1)
			.containsEntry("apiVersion", "v2026.8.2");
		assertThat(this.server.requests()).extracting((request) -> request.methodAndPath())
			.containsExactly("GET /numbers/leased");
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403 })
	void isDownIfTheAccountIsRefused(int status) {
		this.server.otherwise(Reply.error(status, "No: " + Canaries.TOKEN));
		Health health = health(indicator(builder().buildReactive()));
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails().get("reason")).asString().contains("" + status);
		assertThat(health.toString()).doesNotContain(Canaries.traces());
	}

	@Test
	void asksOnceAlsoWhereTheApiFails() {
		for (Reply failure : List.of(Reply.error(503, "Later", "Retry-After: 0"), Reply.error(500, "No"),
				Reply.hangUp(), Reply.html(200, "Hello"), Reply.empty(302, "Location: /"), Reply.error(408, "Slow"),
				Reply.error(400, "What?"), Reply.html(404, "Not Found"), Reply.html(401, "Who?"),
				Reply.html(403, "Blocked"))) {
			int before = this.server.requests().size();
			this.server.otherwise(failure);
			ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
			for (int i = 0; i < 3; i++) {
				Health health = health(indicator);
				assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(health.getDetails()).containsKey("reason");
			}
			assertThat(this.server.requests()).hasSize(before + 1);
		}
	}

	@Test
	void isOutOfServiceIfNobodyListens() {
		Health health = health(indicator(builder().baseUrl(NOBODY).buildReactive()));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsOnlyKeys("account", "reason");
		assertThat(health.getDetails().get("reason")).asString()
			.startsWith("Contiguity could not be reached for lines");
	}

	@Test
	void isOutOfServiceIfThereIsNoAnswerInTime() {
		this.server.otherwise(Reply.silence());
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		StepVerifier.create(indicator.health()).then(this.server::take).then(() -> {
			assertThat(this.server.requests()).hasSize(1);
			this.time.advanceTimeBy(Duration.ofSeconds(5));
		}).assertNext((health) -> {
			assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(health.getDetails()).containsEntry("reason", "The API did not respond within 5 s");
		}).expectComplete().verify(TIMEOUT);
	}

	@Test
	void isUpIfTheApiOnlyAsksToComeBackLater() {
		this.server.otherwise(Reply.error(429, "Later"));
		Health health = health(indicator(builder().buildReactive()));
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).doesNotContainKey("usableLines");
		assertThat(this.server.requests()).hasSize(1);
	}

	private int probes() {
		return (int) this.server.requests()
			.stream()
			.filter((request) -> request.methodAndPath().equals("GET /numbers/leased"))
			.count();
	}

	@Test
	void asksAgainWhenTheIntervalIsOver() {
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.time.advanceTimeBy(INTERVAL.minusMillis(1));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(probes()).isEqualTo(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(probes()).isEqualTo(2);
	}

	@Test
	void asksAgainSoonAfterAFailureAndThenLessOften() {
		this.server.otherwise(Reply.error(500, "No"));
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		List<Integer> askedAt = new ArrayList<>();
		for (int second = 0; second <= 1500; second++) {
			assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			if (probes() > askedAt.size()) {
				askedAt.add(second);
			}
			this.time.advanceTimeBy(Duration.ofSeconds(1));
		}
		assertThat(askedAt).containsExactly(0, 5, 15, 35, 75, 155, 315, 615, 915, 1215);
		this.server.otherwise(LINES);
		this.time.advanceTimeBy(INTERVAL);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.time.advanceTimeBy(INTERVAL.minusSeconds(1));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(probes()).isEqualTo(11);
	}

	@Test
	void aSingleFailureAfterAnswersDoesNotTakeTheApplicationOutOfService() {
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		for (int i = 0; i < 3; i++) {
			this.time.advanceTimeBy(INTERVAL);
			this.server.reply(Reply.hangUp());
			Health blip = health(indicator);
			assertThat(blip.getStatus()).isEqualTo(Status.UP);
			assertThat(blip.getDetails()).containsEntry("usableLines", 1).doesNotContainKey("reason");
			this.time.advanceTimeBy(Duration.ofSeconds(5));
			assertThat(health(indicator).getStatus()).as("asked again").isEqualTo(Status.UP);
		}
		assertThat(probes()).isEqualTo(7);
		this.time.advanceTimeBy(INTERVAL);
		this.server.otherwise(Reply.hangUp());
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		assertThat(health(indicator).getStatus()).as("two in a row").isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void aTokenThatTheProbeShowsAsRefusedCountsAtOnce() {
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.time.advanceTimeBy(INTERVAL);
		this.server.otherwise(Reply.error(401, "No"));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		this.server.otherwise(LINES);
		this.time.advanceTimeBy(Duration.ofSeconds(5));
		assertThat(health(indicator).getStatus()).as("asked again soon").isEqualTo(Status.UP);
	}

	@Test
	void aSuccessEndsTheStreakOfFailures() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		for (int i = 0; i < 5; i++) {
			this.server.otherwise(Reply.error(500, "No"));
			send(template, 2);
			this.server.otherwise(Reply.accepted("imsg_1"));
			send(template, 1);
			assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		}
		for (int i = 0; i < 5; i++) {
			this.server.otherwise(Reply.error(500, "No"));
			ask(template, 2);
			this.server.otherwise(Reply.data("{\"available\":true}"));
			ask(template, 1);
			assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		}
		assertThat(probes()).isZero();
	}

	private static void ask(ReactiveImessageTemplate template, int times) {
		for (int i = 0; i < times; i++) {
			template.availability(Canaries.RECIPIENT).onErrorComplete().block(TIMEOUT);
		}
	}

	@Test
	void aClockThatIsSetBackChangesNothing() {
		SettableClock clock = new SettableClock(this.time);
		ContiguityHealthIndicator indicator = indicator(builder().scheduler(clock).buildReactive());
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		clock.set(Duration.ofHours(-1));
		this.time.advanceTimeBy(INTERVAL);
		this.server.otherwise(Reply.error(401, "No"));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		assertThat(probes()).isEqualTo(2);
		clock.set(Duration.ofHours(1));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		assertThat(probes()).as("set forward").isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "past_due", "paused" })
	void isOutOfServiceIfNoLeasedLineCanSend(String leaseStatus) {
		this.server.otherwise(Reply.data("""
				{"numbers":[{"id":"+15550001001","lease_status":"%s","capabilities":{"channels":["imessage"]}}]}"""
			.formatted(leaseStatus)));
		ReactiveImessageTemplate template = builder().leasedLines(Duration.ofMinutes(10)).buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		send(template, 1);
		Health health = health(indicator);
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("usableLines", 0)
			.containsEntry("reason", "None of the account's leased lines (1, lease status %s) can send iMessages"
				.formatted(leaseStatus));
	}

	@Test
	void callsThatSucceedMakeAskingUnnecessary() {
		this.server.otherwise(Reply.accepted("imsg_1"));
		ReactiveImessageTemplate template = builder().lines(List.of("+15550001001", "+15550001002")).buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		send(template, 1);
		Health health = health(indicator);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getDetails()).containsEntry("usableLines", 2);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void doesNotGuessTheNumberOfLines() {
		this.server.otherwise(Reply.accepted("imsg_1"));
		ReactiveImessageTemplate template = builder().buildReactive();
		send(template, 1);
		assertThat(health(indicator(template)).getDetails()).containsOnlyKeys("account", "lastAnswer", "apiVersion");
	}

	@Test
	void callsThatKeepFailingCount() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.server.otherwise(Reply.error(500, "No"));
		send(template, 2);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		send(template, 1);
		Health health = health(indicator);
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason", "3 calls in a row were not served");
		this.server.otherwise(Reply.accepted("imsg_1"));
		send(template, 1);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(this.server.requests()).extracting((request) -> request.methodAndPath())
			.containsOnlyOnce("GET /numbers/leased");
	}

	@Test
	void callsTellOfATokenThatIsNotAcceptedAnyMore() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		this.server.otherwise(Reply.error(401, "No"));
		send(template, 1);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		this.server.otherwise(Reply.error(400, "No such number"));
		send(template, 1);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void aTokenThatIsRefusedStaysSoUntilTheApiServesAgain() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server.otherwise(Reply.error(401, "No"));
		send(template, 1);
		for (Reply reply : List.of(Reply.error(500, "No"), Reply.error(429, "Later"), Reply.hangUp())) {
			this.server.otherwise(reply);
			send(template, 1);
			assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		}
		this.server.otherwise(Reply.accepted("imsg_1"));
		send(template, 1);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void asksWhetherWhatIsForbiddenIsTheAccount() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server.otherwise(Reply.accepted("imsg_1"));
		send(template, 1);
		this.server.otherwise(Reply.error(403, "Suspended"));
		for (int minute = 0; minute < 20; minute++) {
			send(template, 1);
			assertThat(health(indicator).getStatus()).as("after %d minutes", minute).isEqualTo(Status.DOWN);
			this.time.advanceTimeBy(Duration.ofMinutes(1));
		}
		assertThat(probes()).as("with back-off").isEqualTo(9);
	}

	@Test
	void termsThatAreNotAgreedToAreNotTheAccountsHealth() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server
			.reply(Reply.json(403, "{\"data\":{\"error\":\"Terms\",\"agreement_url\":\"https://example.com/terms\"}}"));
		send(template, 1);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void callsThatAreGivenUpAreNotTheApisFailures() throws Exception {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server.otherwise(Reply.silence());
		for (int i = 0; i < 5; i++) {
			var call = template.availability(Canaries.RECIPIENT).subscribe();
			this.server.take();
			call.dispose();
		}
		this.server.otherwise(LINES);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(template.unwrap(Account.class).delivery().statistics().failures()).hasSize(5)
			.allSatisfy((failure) -> assertThat(failure.exception()).isEqualTo("cancelled"));
	}

	@Test
	void answersThatAreNoneCount() {
		for (Reply reply : List.of(Reply.html(200, "Hello"), Reply.error(408, "Slow"), Reply.empty(302, "Location: /"),
				Reply.html(404, "Not here"), Reply.html(401, "Who?"), Reply.html(403, "Blocked"))) {
			ReactiveImessageTemplate template = builder().buildReactive();
			ContiguityHealthIndicator indicator = indicator(template);
			this.server.otherwise(reply);
			send(template, 3);
			this.server.otherwise(LINES);
			Health health = health(indicator);
			assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(health.getDetails()).containsEntry("reason", "3 calls in a row were not served");
		}
	}

	@Test
	void whatSomebodyElseRefusesIsAReasonToAsk() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server.otherwise(Reply.html(405, "Not here"));
		send(template, 3);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(this.server.requests()).last()
			.extracting(RecordedRequest::methodAndPath)
			.isEqualTo("GET /numbers/leased");
	}

	@Test
	void sendsThatKeepFailingAreNotMadeGoodByOtherCalls() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		for (int i = 0; i < 3; i++) {
			this.server.otherwise(Reply.error(500, "No"));
			send(template, 1);
			this.server.otherwise(Reply.data("{\"available\":true}"));
			template.availability(Canaries.RECIPIENT).block(TIMEOUT);
		}
		this.server.otherwise(LINES);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		this.time.advanceTimeBy(INTERVAL);
		assertThat(health(indicator).getStatus()).as("that was not lately").isEqualTo(Status.UP);
	}

	@Test
	void whatCallsToldSinceCountsMoreThanWhatTheAccountSaid() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		this.server.otherwise(Reply.error(401, "No"));
		assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		this.server.otherwise(Reply.accepted("imsg_1"));
		send(template, 1);
		this.time.advanceTimeBy(Duration.ofSeconds(1));
		this.server.otherwise(Reply.error(500, "No"));
		send(template, 3);
		assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void distinguishesAnUnavailableTokenFromAnUnreachableApi() {
		Health health = health(indicator(builder().token(() -> {
			throw new IllegalStateException("the vault is sealed for " + Canaries.TOKEN);
		}).buildReactive()));
		assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(health.getDetails()).containsEntry("reason",
				"Failed to obtain the token: the supplier threw IllegalStateException");
	}

	@Test
	void otherCallsThatKeepFailingAreNotMadeGoodByAsking() {
		ReactiveImessageTemplate template = builder().buildReactive();
		ContiguityHealthIndicator indicator = indicator(template);
		for (int i = 0; i < 3; i++) {
			this.server.otherwise(Reply.error(500, "No"));
			template.availability(Canaries.RECIPIENT).onErrorComplete().block(TIMEOUT);
			this.server.otherwise(LINES);
			template.unwrap(Account.class).probe().block(TIMEOUT);
		}
		assertThat(health(indicator).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	void asksOnceForTenThousandPollsAtATime() throws Exception {
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(64);
		try {
			List<Future<List<Status>>> polls = IntStream.range(0, 64).mapToObj((thread) -> threads.submit(() -> {
				assertThat(start.await(30, TimeUnit.SECONDS)).isTrue();
				return IntStream.range(0, 157).mapToObj((i) -> health(indicator).getStatus()).toList();
			})).toList();
			start.countDown();
			for (Future<List<Status>> poll : polls) {
				assertThat(poll.get(60, TimeUnit.SECONDS)).hasSize(157).containsOnly(Status.UP);
			}
			assertThat(this.server.requests()).hasSize(1);
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void aPollThatIsGivenUpDoesNotEndTheQuestion() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		this.server.otherwise((socket) -> {
			try {
				assertThat(answer.await(30, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			return LINES.write(socket);
		});
		ContiguityHealthIndicator indicator = indicator(builder().buildReactive());
		var poll = indicator.health().subscribe();
		this.server.take();
		poll.dispose();
		answer.countDown();
		assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void theProbeFailsAsACallDoes() {
		this.server.otherwise(Reply.error(503, "Later", "Retry-After: 0"));
		ReactiveImessageTemplate template = builder().buildReactive();
		assertThatExceptionOfType(ContiguityException.class)
			.isThrownBy(() -> template.unwrap(Account.class).probe().block(TIMEOUT));
		assertThat(template.unwrap(Account.class).delivery().statistics().calls()).containsOnlyKeys("lines");
		assertThat(this.server.requests()).hasSize(1);
	}

	/**
	 * A virtual-time scheduler whose wall clock can be set. Reactor's schedulers use the
	 * wall clock for milliseconds and larger units, and monotonic time for smaller ones.
	 */
	private static final class SettableClock implements Scheduler {

		private final Scheduler time;

		private Duration offset = Duration.ZERO;

		SettableClock(Scheduler time) {
			this.time = time;
		}

		void set(Duration offset) {
			this.offset = offset;
		}

		@Override
		public long now(TimeUnit unit) {
			long now = this.time.now(unit);
			return (unit.compareTo(TimeUnit.MILLISECONDS) >= 0) ? now + unit.convert(this.offset) : now;
		}

		@Override
		public Disposable schedule(Runnable task) {
			return this.time.schedule(task);
		}

		@Override
		public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
			return this.time.schedule(task, delay, unit);
		}

		@Override
		public Worker createWorker() {
			return this.time.createWorker();
		}

	}

}
