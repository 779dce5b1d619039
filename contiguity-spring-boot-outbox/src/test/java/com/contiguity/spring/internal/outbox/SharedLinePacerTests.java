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

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import javax.sql.DataSource;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePacer.Permit;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.outbox.autoconfigure.ContiguityJdbcPacingStoreAutoConfiguration;
import com.zaxxer.hikari.HikariDataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A pace that instances keep to together, on a real database.
 */
class SharedLinePacerTests extends AbstractOutboxTests {

	private static final String LINE = StubContiguity.LINE;

	private static final double RATE = 20;

	private static final int BURST = 5;

	private final List<SharedLinePacer> pacers = new ArrayList<>();

	private String url;

	private HikariDataSource dataSource;

	@BeforeEach
	void createTable() {
		this.url = TestDatabases.postgresUrl();
		this.dataSource = (HikariDataSource) TestDatabases.dataSource(this.url);
		new JdbcTemplate(this.dataSource)
			.execute("create table CONTIGUITY_LINE_PACE (id varchar(64) primary key, state bytea, expires_at bigint)");
	}

	@AfterEach
	void closeAll() {
		this.pacers.forEach(SharedLinePacer::destroy);
		this.dataSource.close();
	}

	private SharedLinePacer instance(double rate, int burst) {
		SharedLinePacer pacer = new SharedLinePacer(JdbcBuckets.in(this.dataSource, "CONTIGUITY_"),
				(line) -> "key-of-" + line.substring(9), rate, burst);
		this.pacers.add(pacer);
		return pacer;
	}

	private SharedLinePacer instance() {
		return instance(RATE, BURST);
	}

	private static Permit acquire(LinePacer pacer) {
		return pacer.acquire(LINE, null).block(Duration.ofSeconds(20));
	}

	@Test
	void fourInstancesKeepToTheRateOfOne() {
		List<SharedLinePacer> instances = List.of(instance(), instance(), instance(), instance());
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
	void refusesAtOnceWhatWouldWaitTooLong() {
		SharedLinePacer one = instance(0.1, 2);
		SharedLinePacer other = instance(0.1, 2);
		acquire(one);
		acquire(one);
		assertThatExceptionOfType(LineBusyException.class)
			.isThrownBy(() -> other.acquire(LINE, Duration.ofMillis(100)).block())
			.satisfies((ex) -> {
				assertThat(ex.outcome()).isEqualTo(Outcome.NOT_SENT);
				assertThat(ex.availableIn()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
			});
		assertThatExceptionOfType(LineBusyException.class).isThrownBy(() -> other.acquire(LINE, Duration.ZERO).block());
	}

	@Test
	void aPermitThatIsGivenBackIsAnothersAtOnce() {
		SharedLinePacer one = instance(0.01, 1);
		SharedLinePacer other = instance(0.01, 1);
		Permit permit = acquire(one);
		permit.giveBack();
		permit.giveBack();
		Awaitility.await()
			.ignoreExceptions()
			.until(() -> other.acquire(LINE, Duration.ZERO).block(Duration.ofSeconds(5)) != null);
		// once only
		assertThatExceptionOfType(LineBusyException.class).isThrownBy(() -> one.acquire(LINE, Duration.ZERO).block());
	}

	@Test
	void whoGivesUpWaitingGivesThePlaceBack() {
		SharedLinePacer one = instance(0.01, 1);
		SharedLinePacer other = instance(0.01, 1);
		acquire(one);
		Disposable waiting = one.acquire(LINE, null).subscribe();
		Awaitility.await().until(() -> one.load(LINE).waiting() == 1);
		assertThat(nextTurn(other)).isGreaterThan(Duration.ofSeconds(100));
		waiting.dispose();
		Awaitility.await().until(() -> nextTurn(other).compareTo(Duration.ofSeconds(100)) <= 0);
		assertThat(one.load(LINE).waiting()).isZero();
	}

	private static Duration nextTurn(LinePacer pacer) {
		return assertThatExceptionOfType(LineBusyException.class)
			.isThrownBy(() -> pacer.acquire(LINE, Duration.ZERO).block())
			.actual()
			.availableIn();
	}

	@Test
	void anInstanceThatStartsLaterWithAnotherRateDecides() {
		acquire(instance(0.001, 1));
		SharedLinePacer faster = instance(50, 1);
		acquire(faster);
		acquire(faster);
	}

	@Test
	void namesNoLineInTheDatabase() {
		acquire(instance());
		assertThat(new JdbcTemplate(this.dataSource).queryForList("select id from CONTIGUITY_LINE_PACE", String.class))
			.singleElement()
			.asString()
			.doesNotContain("+1206");
	}

	@Test
	void aStoreThatIsDownLetsNothingThroughWithinBoundedTime() throws Exception {
		SharedLinePacer pacer = instance();
		acquire(pacer);
		List<Connection> all = new ArrayList<>();
		for (int i = 0; i < this.dataSource.getMaximumPoolSize(); i++) {
			all.add(this.dataSource.getConnection());
		}
		long start = System.nanoTime();
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> acquire(pacer))
			.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.NOT_SENT))
			.withMessageContaining("contiguity.pacing.store");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
		for (Connection connection : all) {
			connection.close();
		}
		acquire(pacer);
	}

	private ApplicationContextRunner runner(String... properties) {
		return application(TestDatabases.postgresUrl(), properties)
			.withConfiguration(AutoConfigurations.of(ContiguityJdbcPacingStoreAutoConfiguration.class));
	}

	@Test
	void directSendsAndThoseOfTheOutboxShareALine() {
		runner("contiguity.pacing.enabled=true", "contiguity.pacing.store=jdbc", "contiguity.pacing.rate=2",
				"contiguity.pacing.burst=2")
			.run((context) -> {
				assertThat(context).hasSingleBean(SharedLinePacer.class);
				long start = System.currentTimeMillis();
				List<OutboxEntry> entries = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					entries.add(outbox(context)
						.enqueue(SendRequest.to("+1206555030" + i).message("Of the outbox " + i).build()));
				}
				ImessageTemplate template = context.getBean(ImessageTemplate.class);
				Flux.range(0, 4)
					.flatMap((i) -> Mono.fromFuture(
							template.sendAsync(SendRequest.to("+1206555040" + i).message("Direct " + i).build())))
					.blockLast(Duration.ofSeconds(20));
				entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
				List<Long> times = this.api.sent().stream().map(StubContiguity.Sent::at).sorted().toList();
				assertThat(times).hasSize(8);
				// six of them waited, half a second each
				assertThat(times.get(7) - start).isBetween(2900L, 30_000L);
			});
	}

	@Test
	void aStoreThatIsDownIsNotSentWhicheverWay() {
		runner("contiguity.pacing.enabled=true", "contiguity.pacing.store=jdbc").run((context) -> {
			new JdbcTemplate(context.getBean(DataSource.class)).execute("drop table CONTIGUITY_LINE_PACE");
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> context.getBean(ImessageTemplate.class).send("+12065550400", "Hello"))
				.satisfies((ex) -> assertThat(ex.outcome()).isEqualTo(Outcome.NOT_SENT));
			OutboxEntry entry = outbox(context).enqueue(request("Waits"));
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(3))
				.until(() -> outbox(context).find(entry.id()).orElseThrow().state() == OutboxState.PENDING);
			assertThat(this.api.sent()).isEmpty();
		});
	}

	@Test
	void thereIsNoneWherePacingIsOffOrLocal() {
		runner("contiguity.pacing.enabled=false", "contiguity.pacing.store=jdbc")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LinePacer.class));
		runner("contiguity.pacing.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SharedLinePacer.class));
	}

	@Test
	void anApplicationKeepsAPacerOfItsOwn() {
		runner("contiguity.pacing.enabled=true", "contiguity.pacing.store=jdbc")
			.withBean(LinePacer.class, () -> new TokenBucketLinePacer(1, 1, Schedulers.parallel()))
			.run((context) -> assertThat(context).doesNotHaveBean(SharedLinePacer.class));
	}

	@Test
	void withoutADataSourceTheStartFailsAndNamesWhatIsMissing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class,
					ContiguityJdbcPacingStoreAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.from=" + LINE,
					"contiguity.pacing.store=jdbc")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("contiguity.pacing.store")
				.hasStackTraceContaining("contiguity-spring-boot-starter-outbox"));
	}

	@Test
	void anotherDatabaseFailsTheStart() {
		application(TestDatabases.h2Url(), "contiguity.pacing.enabled=true", "contiguity.pacing.store=jdbc")
			.withConfiguration(AutoConfigurations.of(ContiguityJdbcPacingStoreAutoConfiguration.class))
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("needs PostgreSQL"));
	}

}
