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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import com.contiguity.spring.SendRefusedException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.outbox.StubContiguity.Answer;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens at the same time, or in an order that nobody expects.
 */
class OutboxRaceTests extends AbstractOutboxTests {

	private static JdbcTemplate jdbc(ApplicationContext context) {
		return context.getBean(JdbcTemplate.class);
	}

	private static OutboxState state(ApplicationContext context, OutboxEntry entry) {
		return outbox(context).find(entry.id()).orElseThrow().state();
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anOlderEntryThatBecomesDueWaitsForTheNewerOneOnTheWire(Dialect dialect) {
		CountDownLatch answer = new CountDownLatch(1);
		AtomicInteger onTheWire = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		this.api.answer((message) -> {
			most.accumulateAndGet(onTheWire.incrementAndGet(), Math::max);
			if (message.text().equals("Newer")) {
				awaitQuietly(answer);
			}
			onTheWire.decrementAndGet();
			return Answer.ACCEPT;
		});
		application(dialect, "contiguity.http.read-timeout=10s", "contiguity.outbox.worker.send-window=10s",
				"contiguity.outbox.reconcile.settle-time=60s")
			.run((context) -> {
				// first in the queue, but not due yet
				OutboxEntry older = outbox(context).enqueue(request("Older"),
						OutboxOptions.none().sendAfter(Instant.now().plusMillis(700)));
				OutboxEntry newer = outbox(context).enqueue(request("Newer"));
				Awaitility.await().until(() -> onTheWire.get() == 1);
				Awaitility.await()
					.during(Duration.ofSeconds(1))
					.atMost(Duration.ofSeconds(3))
					.until(() -> state(context, older) == OutboxState.PENDING);
				answer.countDown();
				await(context, newer.id(), OutboxState.ACCEPTED);
				await(context, older.id(), OutboxState.ACCEPTED);
				assertThat(most).hasValue(1);
				assertThat(this.api.texts()).containsExactly("Newer", "Older");
			});
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void severalUnknownSendsOfABusyConversationEndAsTheHistorySays(Dialect dialect) {
		// each message is lost, or taken without an answer, the first time
		Set<String> seen = ConcurrentHashMap.newKeySet();
		this.api.answer((message) -> {
			int number = Integer.parseInt(message.text().substring("Message ".length()));
			return (!seen.add(message.text()) || number % 4 == 0) ? Answer.ACCEPT : (number % 4 == 1)
					? Answer.TAKE_AND_BREAK_OFF : (number % 4 == 2) ? Answer.BREAK_OFF : Answer.ACCEPT;
		});
		application(dialect, "contiguity.outbox.after-unknown=continue").run((context) -> {
			List<OutboxEntry> entries = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				entries.add(outbox(context).enqueue(request("Message " + i)));
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> context.getBean(Outbox.class)
					.repository()
					.countByState()
					.getOrDefault(OutboxState.UNKNOWN, 0L) == 6);
			entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
			assertThat(this.api.texts()).doesNotHaveDuplicates().hasSize(12);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void twoUnknownSendsOfTheSameTextAreLeftToAPerson(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.answer((message) -> (asked.getAndIncrement() == 0) ? Answer.TAKE_AND_BREAK_OFF : Answer.BREAK_OFF);
		application(dialect, "contiguity.outbox.after-unknown=continue", "contiguity.outbox.reconcile.give-up-after=4s")
			.run((context) -> {
				OutboxEntry one = outbox(context).enqueue(request("The same"));
				OutboxEntry other = outbox(context).enqueue(request("The same"));
				await(context, one.id(), OutboxState.UNDECIDED);
				await(context, other.id(), OutboxState.UNDECIDED);
				assertThat(this.api.texts()).containsExactly("The same");
			});
	}

	/**
	 * A clock of the API that is wrong, against that of the database and of this machine.
	 */
	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void clocksHalfAMinuteApartChangeNoVerdict(Dialect dialect) {
		for (int seconds : new int[] { -30, 30 }) {
			Set<String> seen = ConcurrentHashMap.newKeySet();
			this.api.shiftClock(Duration.ofSeconds(seconds));
			this.api.sent().clear();
			this.api.answer((message) -> (!seen.add(message.text()) || message.text().equals("Answered"))
					? Answer.ACCEPT : (message.text().equals("Taken")) ? Answer.TAKE_AND_BREAK_OFF : Answer.BREAK_OFF);
			application(dialect).run((context) -> {
				List<OutboxEntry> entries = List.of(outbox(context).enqueue(request("Answered")),
						outbox(context).enqueue(request("Taken")), outbox(context).enqueue(request("Lost")));
				entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
				assertThat(this.api.texts()).containsExactly("Answered", "Taken", "Lost");
			});
		}
	}

	@DatabaseTest
	void ofACancellationAndAClaimExactlyOneWins(Dialect dialect) {
		application(dialect).run((context) -> {
			List<OutboxEntry> entries = new ArrayList<>();
			Instant soon = Instant.now().plusMillis(1500);
			for (int i = 0; i < 60; i++) {
				entries.add(outbox(context).enqueue(
						SendRequest.to("+120655505%02d".formatted(i)).message("Message " + i).build(),
						OutboxOptions.none().sendAfter(soon)));
			}
			Set<String> cancelled = ConcurrentHashMap.newKeySet();
			Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> !Instant.now().isBefore(soon));
			entries.forEach((entry) -> {
				if (outbox(context).cancel(entry.id())) {
					cancelled.add(entry.id());
				}
			});
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> entries.stream()
					.allMatch((entry) -> state(context, entry) == ((cancelled.contains(entry.id()))
							? OutboxState.CANCELLED : OutboxState.ACCEPTED)));
			assertThat(this.api.texts()).doesNotHaveDuplicates().hasSize(entries.size() - cancelled.size());
		});
	}

	@DatabaseTest
	void ofExpiryAndAClaimExactlyOneWins(Dialect dialect) {
		application(dialect).run((context) -> {
			List<OutboxEntry> entries = new ArrayList<>();
			Instant soon = Instant.now().plusMillis(1500);
			for (int i = 0; i < 60; i++) {
				entries.add(outbox(context).enqueue(
						SendRequest.to("+120655506%02d".formatted(i)).message("Message " + i).build(),
						OutboxOptions.none()
							.sendAfter(soon)
							.expiresAt(soon.plusMillis(1 + ThreadLocalRandom.current().nextInt(400)))));
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> entries.stream()
					.map((entry) -> state(context, entry))
					.allMatch(Set.of(OutboxState.EXPIRED, OutboxState.ACCEPTED)::contains));
			long accepted = entries.stream().filter((entry) -> state(context, entry) == OutboxState.ACCEPTED).count();
			assertThat(this.api.texts()).doesNotHaveDuplicates().hasSize((int) accepted);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anEntryOfALineThatIsNoLongerLeasedIsGivenAnother(Dialect dialect) {
		this.api.lease("+12065550008");
		application(dialect, "leased", "contiguity.leased-lines.refresh-interval=1s").run((context) -> {
			// the line is known once it was used
			await(context, outbox(context).enqueue(request("First")).id(), OutboxState.ACCEPTED);
			OutboxEntry waiting = outbox(context).enqueue(request("Waits"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(3)));
			this.api.lease("+12065550009");
			await(context, waiting.id(), OutboxState.ACCEPTED);
			assertThat(this.api.sent()).extracting(StubContiguity.Sent::from)
				.containsExactly("+12065550008", "+12065550009");
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anEntryWhoseLineBecomesKnownWhileItIsClaimedIsSent(boolean comesLater) {
		CountDownLatch read = new CountDownLatch(1);
		// one entry comes while the lines are read, the other one before they cannot be
		// read the first time
		this.api.answerLines((call) -> {
			if (comesLater) {
				awaitQuietly(read);
			}
			return comesLater || call > 1;
		});
		application(Dialect.H2, "leased").run((context) -> {
			List<OutboxEntry> entries = new ArrayList<>();
			entries.add(outbox(context).enqueue(request("First")));
			Awaitility.await().until(() -> this.api.callsOfLines() > 0);
			entries.add(outbox(context).enqueue(request("Second")));
			read.countDown();
			entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
			assertThat(this.api.texts()).containsExactly("First", "Second");
		});
	}

	@Test
	void aRecipientWhoseLineCannotBeChosenDoesNotHoldUpTheOthers() {
		application(Dialect.H2, "leased").withBean(LineSelector.class, () -> (selection) -> {
			Assert.state(!selection.recipient().equals(TO), "No line for this recipient");
			return selection.lines().get(0).number();
		}).run((context) -> {
			OutboxEntry failing = outbox(context).enqueue(request("No line"));
			// some of them share the bucket of entries without a line with the first
			List<OutboxEntry> others = IntStream.range(0, 60)
				.mapToObj((i) -> outbox(context)
					.enqueue(SendRequest.to("+120655511" + (10 + i)).message("Hello").build()))
				.toList();
			others.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
			assertThat(outbox(context).find(failing.id())).get()
				.extracting(OutboxEntry::state)
				.isEqualTo(OutboxState.PENDING);
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void aMessageWhoseLineCannotBeChosenIsNotOvertaken(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		application(dialect, "leased").withBean(LineSelector.class, () -> (selection) -> {
			Assert.state(asked.incrementAndGet() > 1, "No line the first time");
			return selection.lines().get(0).number();
		}).run((context) -> {
			List<OutboxEntry> entries = transaction(context).execute((status) -> List
				.of(outbox(context).enqueue(request("First")), outbox(context).enqueue(request("Second"))));
			Awaitility.await().until(() -> asked.get() > 0);
			// the first one is put off
			Awaitility.await()
				.during(Duration.ofSeconds(1))
				.atMost(Duration.ofSeconds(5))
				.until(() -> entries.stream()
					.map((entry) -> state(context, entry))
					.allMatch(OutboxState.PENDING::equals));
			jdbc(context).update("update CONTIGUITY_OUTBOX set next_attempt_at = created_at");
			entries.forEach((entry) -> await(context, entry.id(), OutboxState.ACCEPTED));
			assertThat(this.api.texts()).containsExactly("First", "Second");
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anAnswerThatComesAfterTheDatabaseFailedIsRecorded(Dialect dialect) {
		CountDownLatch answer = new CountDownLatch(1);
		this.api.answer((message) -> {
			awaitQuietly(answer);
			return Answer.ACCEPT;
		});
		FaultyDatabase database = new FaultyDatabase(TestDatabases.dataSource(TestDatabases.url(dialect)));
		application(dialect, "contiguity.http.read-timeout=10s", "contiguity.outbox.worker.send-window=10s",
				"contiguity.outbox.reconcile.settle-time=60s")
			.withBean(DataSource.class, () -> database)
			.run((context) -> {
				OutboxEntry entry = outbox(context).enqueue(request("Answered late"));
				await(context, entry.id(), OutboxState.SENDING);
				database.failBefore((sql) -> sql.contains("o.seq limit"));
				Awaitility.await().until(() -> database.failures() > 0);
				answer.countDown();
				assertThat(await(context, entry.id(), OutboxState.ACCEPTED).messageId()).isEqualTo("imsg_1");
				database.failBefore((sql) -> false);
				await(context, outbox(context).enqueue(request("After it")).id(), OutboxState.ACCEPTED);
				assertThat(context.getBean(Outbox.class).counters().died().sum()).isZero();
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anAnswerThatComesAfterAnotherEntryCouldNotBePutOffIsRecorded(Dialect dialect) {
		CountDownLatch answer = new CountDownLatch(1);
		this.api.answer((message) -> {
			awaitQuietly(answer);
			return Answer.ACCEPT;
		});
		FaultyDatabase database = new FaultyDatabase(TestDatabases.dataSource(TestDatabases.url(dialect)));
		application(dialect, "contiguity.http.read-timeout=10s", "contiguity.outbox.worker.send-window=10s",
				"contiguity.outbox.reconcile.settle-time=60s")
			.withBean(DataSource.class, () -> database)
			.withBean(SendInterceptor.class,
					() -> (request, chain) -> (request.message().equals("At night"))
							? Mono.error(SendRefusedException.notSent("Quiet hours", Instant.now().plusSeconds(60)))
							: chain.proceed(request))
			.run((context) -> {
				OutboxEntry entry = outbox(context).enqueue(request("Answered late"));
				await(context, entry.id(), OutboxState.SENDING);
				database.failBefore((sql) -> sql.contains("set error_kind"));
				outbox(context).enqueue(SendRequest.to("+12065550199").message("At night").build());
				Awaitility.await().until(() -> database.failures() > 0);
				answer.countDown();
				assertThat(await(context, entry.id(), OutboxState.ACCEPTED).messageId()).isEqualTo("imsg_1");
				assertThat(context.getBean(Outbox.class).counters().died().sum()).isZero();
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anEntryThatMayHaveLeftKeepsItsLine(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.lease("+12065550008");
		this.api.answer((message) -> (asked.getAndIncrement() == 0) ? Answer.BREAK_OFF : Answer.ACCEPT);
		application(dialect, "leased", "contiguity.leased-lines.refresh-interval=1s",
				"contiguity.outbox.reconcile.settle-time=1h")
			.run((context) -> {
				OutboxEntry entry = outbox(context).enqueue(request("May have left"));
				await(context, entry.id(), OutboxState.UNKNOWN);
				this.api.lease("+12065550009");
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> context.getBean(Outbox.class)
						.account()
						.linePool()
						.lines()
						.stream()
						.anyMatch((line) -> line.number().endsWith("9")) || lineFor(context).endsWith("9"));
				outbox(context).settle(entry.id(), Verdict.NOT_SENT);
				Awaitility.await()
					.during(Duration.ofSeconds(1))
					.atMost(Duration.ofSeconds(5))
					.until(() -> state(context, entry) == OutboxState.PENDING);
				assertThat(this.api.sent()).isEmpty();
				assertThat(jdbc(context).queryForList("select error_kind from CONTIGUITY_OUTBOX", String.class))
					.containsExactly("line-dropped");
			});
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void anEntryThatMayHaveLeftKeepsItsLineAfterARefusal(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.lease("+12065550008");
		this.api.answer((message) -> switch (asked.incrementAndGet()) {
			case 1 -> Answer.BREAK_OFF;
			case 2 -> Answer.tooMany(3600);
			default -> Answer.ACCEPT;
		});
		application(dialect, "leased", "contiguity.leased-lines.refresh-interval=1s",
				"contiguity.outbox.reconcile.settle-time=1h")
			.run((context) -> {
				OutboxEntry entry = outbox(context).enqueue(request("May have left"));
				await(context, entry.id(), OutboxState.UNKNOWN);
				outbox(context).settle(entry.id(), Verdict.NOT_SENT);
				Awaitility.await().until(() -> asked.get() == 2);
				await(context, entry.id(), OutboxState.PENDING);
				this.api.lease("+12065550009");
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> lineFor(context).endsWith("9") && context.getBean(Outbox.class)
						.account()
						.linePool()
						.lines()
						.stream()
						.allMatch((line) -> line.number().endsWith("9")));
				jdbc(context).update("update CONTIGUITY_OUTBOX set next_attempt_at = created_at");
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.untilAsserted(() -> assertThat(
							jdbc(context).queryForList("select error_kind from CONTIGUITY_OUTBOX", String.class))
						.containsExactly("line-dropped"));
				assertThat(asked).hasValue(2);
			});
	}

	private static String lineFor(ApplicationContext context) {
		return context.getBean(ImessageTemplate.class).lineFor(TO) + "";
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "H2" })
	void aRowThatSomebodyHasLockedIsNotAskedForWithoutPause(Dialect dialect) {
		application(dialect).run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Not cancelled after all"),
					OutboxOptions.none().sendAfter(Instant.now().plusMillis(500)));
			String version = "select max(version) from CONTIGUITY_OUTBOX_LANE";
			transaction(context).executeWithoutResult((status) -> {
				assertThat(outbox(context).cancel(entry.id())).isTrue();
				Long before = jdbc(context).queryForObject(version, Long.class);
				Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
				assertThat(jdbc(context).queryForObject(version, Long.class) - ((before != null) ? before : 0))
					.isLessThan(40);
				status.setRollbackOnly();
			});
			await(context, entry.id(), OutboxState.ACCEPTED);
		});
	}

	/**
	 * As an instance does that stands still in the middle of a mark.
	 */
	@Test
	void aMarkThatStandsStillDoesNotKeepItsRow() {
		application(Dialect.POSTGRESQL, "contiguity.outbox.worker.enabled=false").run((context) -> {
			outbox(context).enqueue(request("Waits"));
			try (Connection connection = context.getBean(DataSource.class).getConnection();
					Statement statement = connection.createStatement()) {
				connection.setAutoCommit(false);
				OutboxRepository repository = context.getBean(Outbox.class).repository();
				try (ResultSet locked = statement.executeQuery(repository.selectForMark(Duration.ofMillis(300), "'%s'"
					.formatted(jdbc(context).queryForObject("select id from CONTIGUITY_OUTBOX", String.class))))) {
					assertThat(locked.next()).isTrue();
				}
				String skipping = "select count(*) from (select 1 from CONTIGUITY_OUTBOX for update skip locked) free";
				assertThat(jdbc(context).queryForObject(skipping, Long.class)).isZero();
				Awaitility.await()
					.atMost(Duration.ofSeconds(5))
					.until(() -> jdbc(context).queryForObject(skipping, Long.class) == 1);
			}
			catch (SQLException ex) {
				// the server has ended the connection
				assertThat(ex.getMessage()).doesNotContain("syntax");
			}
		});
	}

}
