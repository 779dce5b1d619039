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

package com.contiguity.spring.internal.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityRedisPacingStoreAutoConfiguration;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pace that instances keep to together, on a real Redis, on machines that have a
 * container engine.
 */
@Testcontainers(disabledWithoutDocker = true)
class RedisPacingContainerTests extends AbstractOutboxTests {

	private static final String LINE = StubContiguity.LINE;

	private static final double RATE = 20;

	private static final int BURST = 5;

	@Container
	private static final TestRedis redis = new TestRedis();

	private final List<Runnable> closing = new ArrayList<>();

	private RedisClient client;

	@BeforeEach
	void connect() {
		this.client = client();
		commands().flushall();
	}

	@AfterEach
	void closeAll() {
		this.closing.forEach(Runnable::run);
	}

	private RedisClient client() {
		RedisClient client = RedisClient.create("redis://" + redis.getHost() + ":" + redis.port());
		// what it has opened is closed before
		this.closing.add(client::shutdown);
		return client;
	}

	private RedisCommands<String, String> commands() {
		return this.client.connect().sync();
	}

	private SharedLinePacer instance(double rate, int burst) {
		RedisClient client = client();
		RedisBuckets buckets = new RedisBuckets(() -> client);
		SharedLinePacer pacer = new SharedLinePacer(buckets.buckets(), buckets.keys(null), rate, burst);
		this.closing.add(0, buckets::destroy);
		this.closing.add(0, pacer::destroy);
		return pacer;
	}

	private static Permit acquire(LinePacer pacer) {
		return pacer.acquire(LINE, null).block(Duration.ofSeconds(20));
	}

	private static void assertNothingIsSent(LinePacer pacer) {
		long start = System.nanoTime();
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> acquire(pacer))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.NOT_SENT))
			.withMessageContaining("contiguity.pacing.store");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
	}

	private static void awaitPermit(LinePacer pacer) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.ignoreExceptions()
			.until(() -> pacer.acquire(LINE, Duration.ZERO).block(Duration.ofSeconds(5)) != null);
	}

	@Test
	void fourInstancesKeepToTheRateOfOne() {
		List<SharedLinePacer> instances = List.of(instance(RATE, BURST), instance(RATE, BURST), instance(RATE, BURST),
				instance(RATE, BURST));
		ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
		long start = System.nanoTime();
		Flux.range(0, 80)
			.flatMap((i) -> instances.get(i % 4).acquire(LINE, null).doOnNext((permit) -> times.add(System.nanoTime())),
					80)
			.blockLast(Duration.ofSeconds(30));
		assertThat(times).hasSize(80);
		PaceAssertions.assertNoneBeforeItsTurn(times, start, RATE, BURST);
		// and all instances do not wait for the same
		assertThat(Duration.ofNanos(Collections.max(times) - Collections.min(times)))
			.isLessThan(Duration.ofSeconds(12));
	}

	@Test
	void refusesAtOnceWhatAnotherInstanceHasTaken() {
		SharedLinePacer other = instance(0.01, 1);
		Permit permit = acquire(instance(0.01, 1));
		assertThatExceptionOfType(LineBusyException.class)
			.isThrownBy(() -> other.acquire(LINE, Duration.ofMillis(100)).block());
		permit.giveBack();
		awaitPermit(other);
	}

	@Test
	void namesNoLineAndForgetsIdleLines() {
		acquire(instance(1, 5));
		List<String> keys = commands().keys("*");
		assertThat(keys).hasSize(2).allSatisfy((key) -> assertThat(key).startsWith("contiguity:pacing:"));
		assertThat(keys).noneSatisfy((key) -> assertThat(key).contains("206555"));
		assertThat(keys.stream().filter((key) -> !key.endsWith(":hash-key"))).singleElement()
			.satisfies((bucket) -> assertThat(commands().ttl(bucket)).isBetween(60L, 660L));
		assertThat(commands().ttl("contiguity:pacing:hash-key")).isEqualTo(-1);
	}

	@Test
	void aRedisThatIsDownLetsNothingThroughAndWorksAgainAfterwards() {
		SharedLinePacer before = instance(0.01, 1);
		acquire(before);
		redis.shutDown();
		assertNothingIsSent(before);
		assertNothingIsSent(instance(0.01, 1));
		redis.startAgain();
		awaitPermit(before);
		// it has lost what it knew, and one that comes now is still held back by the
		// others
		SharedLinePacer after = instance(0.01, 1);
		assertThatExceptionOfType(LineBusyException.class)
			.isThrownBy(() -> after.acquire(LINE, Duration.ZERO).block(Duration.ofSeconds(5)));
	}

	@Test
	void aRedisThatHangsLetsNothingThroughAndWorksAgainAfterwards() {
		SharedLinePacer pacer = instance(RATE, BURST);
		acquire(pacer);
		commands().clientPause(8000);
		assertNothingIsSent(pacer);
		awaitPermit(pacer);
	}

	@Test
	void closesWhatItHasOpened() {
		RedisCommands<String, String> commands = commands();
		RedisBuckets buckets = new RedisBuckets(() -> this.client);
		long before = commands.clientList().lines().count();
		buckets.keys(null).apply(LINE);
		assertThat(commands.clientList().lines().count()).isEqualTo(before + 1);
		buckets.destroy();
		Awaitility.await().until(() -> commands.clientList().lines().count() == before);
	}

	private static String[] paced(double rate, int burst) {
		return new String[] { "contiguity.pacing.enabled=true", "contiguity.pacing.store=redis",
				"contiguity.pacing.rate=" + rate, "contiguity.pacing.burst=" + burst,
				"spring.data.redis.host=" + redis.getHost(), "spring.data.redis.port=" + redis.port() };
	}

	private ApplicationContextRunner withRedis(ApplicationContextRunner runner) {
		return runner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class,
				ContiguityRedisPacingStoreAutoConfiguration.class));
	}

	@Test
	void directSendsAndThoseOfTheOutboxShareALine() {
		withRedis(application(TestDatabases.postgresUrl(), paced(2, 2))).run((context) -> {
			assertThat(context).hasSingleBean(SharedLinePacer.class);
			ImessageTemplate template = context.getBean(ImessageTemplate.class);
			long start = System.currentTimeMillis();
			List<OutboxEntry> entries = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				entries.add(outbox(context)
					.enqueue(SendRequest.to("+1206555030" + i).message("Of the outbox " + i).build()));
			}
			Flux.range(0, 4)
				.flatMap((i) -> Mono
					.fromFuture(template.sendAsync(SendRequest.to("+1206555040" + i).message("Direct " + i).build())))
				.blockLast(Duration.ofSeconds(20));
			entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
			List<Long> times = this.api.sent().stream().map(StubContiguity.Sent::at).sorted().toList();
			assertThat(times).hasSize(8);
			// six of them waited, half a second each
			assertThat(times.get(7) - start).isBetween(2900L, 30_000L);
		});
	}

	@Test
	void needsNoDatabase() {
		withRedis(new ApplicationContextRunner())
			.withConfiguration(
					AutoConfigurations.of(ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.base-url=" + this.api.baseUrl(),
					"contiguity.from=" + LINE)
			.withPropertyValues(paced(1, 5))
			.run((context) -> {
				context.getBean(ImessageTemplate.class).send(TO, "Hello");
				assertThat(this.api.texts()).containsExactly("Hello");
				assertThat(commands().keys("contiguity:pacing:*")).hasSize(2);
			});
	}

}
