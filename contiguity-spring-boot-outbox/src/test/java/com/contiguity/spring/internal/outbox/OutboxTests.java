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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.SendRefusedException;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.outbox.StubContiguity.Answer;
import com.contiguity.spring.outbox.IdempotencyConflictException;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxFullException;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.awaitility.Awaitility;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an application sees of the outbox, on real databases and with a real API.
 */
class OutboxTests extends AbstractOutboxTests {

	private SendInterceptor interceptor = (request, chain) -> chain.proceed(request);

	private void run(Dialect dialect, Consumer<ApplicationContext> test, String... properties) {
		application(dialect, properties)
			.withBean(SendInterceptor.class, () -> (request, chain) -> this.interceptor.intercept(request, chain))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				test.accept(context);
			});
	}

	@DatabaseTest
	void aMessageIsSentOnceItsTransactionCommits(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry entry = transaction(context).execute((status) -> {
				OutboxEntry enqueued = outbox(context).enqueue(request("Your table is booked"));
				assertThat(this.api.sent()).isEmpty();
				return enqueued;
			});
			OutboxEntry accepted = await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(accepted.messageId()).isEqualTo("imsg_1");
			assertThat(accepted.attempts()).isOne();
			assertThat(this.api.texts()).containsExactly("Your table is booked");
			assertThat(context.getBean(JdbcTemplate.class)
				.queryForList("select request from CONTIGUITY_OUTBOX", String.class)).containsOnlyNulls();
		});
	}

	@DatabaseTest
	void aMessageIsNeverSentIfItsTransactionRollsBack(Dialect dialect) {
		run(dialect, (context) -> {
			transaction(context).executeWithoutResult((status) -> {
				outbox(context).enqueue(request("Never"));
				status.setRollbackOnly();
			});
			OutboxEntry other = outbox(context).enqueue(request("After it"));
			await(context, other.id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("After it");
		});
	}

	@DatabaseTest
	void messagesOfAConversationLeaveInTheirOrder(Dialect dialect) {
		run(dialect, (context) -> {
			List<OutboxEntry> entries = new ArrayList<>();
			for (int i = 0; i < 30; i++) {
				entries.add(outbox(context).enqueue(request("Message " + i)));
			}
			await(context, entries.get(29).id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts())
				.containsExactlyElementsOf(IntStream.range(0, 30).mapToObj((i) -> "Message " + i).toList());
		});
	}

	@DatabaseTest
	void nothingIsSentOnceATestHasDroppedWhatTheOneBeforeLeft(Dialect dialect) {
		run(dialect, (context) -> {
			for (int round = 1; round <= 3; round++) {
				int before = this.api.sent().size();
				for (int i = 0; i < 100; i++) {
					outbox(context).enqueue(
							SendRequest.to("+1555123" + (1000 + i % 20)).message("Message " + round + "/" + i).build());
				}
				Awaitility.await().until(() -> this.api.sent().size() > before);
				assertThat(drop(context)).isTrue();
				int dropped = this.api.sent().size();
				Awaitility.await()
					.during(Duration.ofMillis(300))
					.untilAsserted(() -> assertThat(this.api.sent()).hasSize(dropped));
			}
		});
	}

	private static boolean drop(ApplicationContext context) {
		try {
			return context.getBean(Outbox.class).drop(Duration.ofSeconds(10));
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@DatabaseTest
	void aKeyIsSentOnceAndAnotherMessageWithItIsAConflict(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry first = outbox(context).enqueue(request("Shipped"), OutboxOptions.key("order-1"));
			OutboxEntry again = outbox(context).enqueue(
					request("Shipped").mutate().timeout(Duration.ofSeconds(3)).reference("r").build(),
					OutboxOptions.key("order-1"));
			assertThat(again.id()).isEqualTo(first.id());
			assertThat(first.replayed()).isFalse();
			assertThat(again.replayed()).isTrue();
			transaction(context).executeWithoutResult((status) -> {
				assertThatExceptionOfType(IdempotencyConflictException.class)
					.isThrownBy(() -> outbox(context).enqueue(request("Other"), OutboxOptions.key("order-1")))
					.satisfies((ex) -> assertThat(ex.key()).isEqualTo("order-1"));
				// and the caller's transaction goes on
				outbox(context).enqueue(request("Second"), OutboxOptions.key("order-2"));
			});
			await(context, "order-2", OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("Shipped", "Second");
		});
	}

	@DatabaseTest
	void oneEntryOfEachCommittedKeyComesOfManyConcurrentCalls(Dialect dialect) {
		run(dialect, (context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			jdbc.execute("create table booking (number int not null)");
			Map<String, Set<String>> committed = new ConcurrentHashMap<>();
			AtomicInteger commits = new AtomicInteger();
			AtomicInteger conflicts = new AtomicInteger();
			ExecutorService threads = Executors.newFixedThreadPool(8);
			try {
				List<Future<?>> calls = new ArrayList<>();
				for (int i = 0; i < 10_000; i++) {
					int number = i;
					calls.add(threads.submit(() -> book(context, number, committed, commits, conflicts)));
				}
				for (Future<?> call : calls) {
					// a transaction that was aborted, or could not commit, is an
					// exception
					// here
					call.get();
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				threads.shutdownNow();
			}
			// callers' own work is all there, though some were told of a conflict
			assertThat(conflicts).hasPositiveValue();
			assertThat(jdbc.queryForObject("select count(*) from booking", Integer.class)).isEqualTo(commits.get());
			assertThat(jdbc.queryForList("select idempotency_key from CONTIGUITY_OUTBOX", String.class)).hasSize(100)
				.containsExactlyInAnyOrderElementsOf(committed.keySet());
			// all callers without a conflict had the same message: the one that is stored
			committed.forEach((key, messages) -> assertThat(messages).as(key).hasSize(1));
			committed.forEach((key, messages) -> assertThat(
					outbox(context).enqueue(request(messages.iterator().next()), OutboxOptions.key(key)).replayed())
				.as(key)
				.isTrue());
		}, "contiguity.outbox.worker.enabled=false");
	}

	private void book(ApplicationContext context, int number, Map<String, Set<String>> committed, AtomicInteger commits,
			AtomicInteger conflicts) {
		// the same at the same time
		String key = "key-" + number / 100;
		String message = ((ThreadLocalRandom.current().nextInt(4) == 0) ? "Another one of " : "Of ") + key;
		boolean rollback = ThreadLocalRandom.current().nextInt(3) == 0;
		boolean enqueued = Objects.requireNonNull(transaction(context).execute((status) -> {
			boolean conflict = false;
			try {
				outbox(context).enqueue(request(message), OutboxOptions.key(key));
			}
			catch (IdempotencyConflictException ex) {
				conflicts.incrementAndGet();
				conflict = true;
			}
			context.getBean(JdbcTemplate.class).update("insert into booking (number) values (?)", number);
			if (rollback) {
				status.setRollbackOnly();
			}
			return !conflict;
		}));
		if (!rollback) {
			commits.incrementAndGet();
			if (enqueued) {
				committed.computeIfAbsent(key, (absent) -> ConcurrentHashMap.newKeySet()).add(message);
			}
		}
	}

	@DatabaseTest
	void aMessageWaitsForItsTimeAndCanBeCancelled(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry later = outbox(context).enqueue(request("Later"),
					OutboxOptions.key("later").sendAfter(Instant.now().plusSeconds(2)));
			OutboxEntry cancelled = outbox(context).enqueue(request("Cancelled"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(1)));
			OutboxEntry now = outbox(context).enqueue(request("Now"));
			assertThat(outbox(context).cancel(cancelled.id())).isTrue();
			assertThat(outbox(context).cancel(cancelled.id())).isFalse();
			await(context, now.id(), OutboxState.ACCEPTED);
			await(context, later.id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("Now", "Later");
			assertThat(outbox(context).cancel("later")).isFalse();
			assertThat(outbox(context).cancel("nobody")).isFalse();
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> outbox(context)
				.enqueue(request("Too late"), OutboxOptions.none().expiresAt(Instant.now().minusSeconds(1))));
		});
	}

	@DatabaseTest
	void whatTheApiDidNotTakeIsSentAgainAndWhatItRefusesIsNot(Dialect dialect) {
		List<String> asked = new ArrayList<>();
		this.api.answer((message) -> {
			asked.add(message.text());
			return (message.text().equals("Refused")) ? Answer.refuse(400)
					: (asked.size() == 1) ? Answer.tooMany(1) : Answer.ACCEPT;
		});
		run(dialect, (context) -> {
			OutboxEntry busy = outbox(context).enqueue(request("Busy"));
			OutboxEntry refused = outbox(context).enqueue(request("Refused"));
			assertThat(await(context, busy.id(), OutboxState.ACCEPTED).attempts()).isEqualTo(2);
			await(context, refused.id(), OutboxState.REJECTED);
			assertThat(asked).containsExactly("Busy", "Busy", "Refused");
		});
	}

	@DatabaseTest
	void whatNobodyAnsweredIsAskedForAndSentAgainOnlyIfItIsNotThere(Dialect dialect) {
		this.api.answer((message) -> switch (message.text()) {
			case "Taken" -> Answer.TAKE_AND_BREAK_OFF;
			case "Lost" -> lost() ? Answer.BREAK_OFF : Answer.ACCEPT;
			default -> Answer.ACCEPT;
		});
		run(dialect, (context) -> {
			OutboxEntry taken = outbox(context).enqueue(request("Taken"));
			OutboxEntry lost = outbox(context).enqueue(request("Lost"));
			OutboxEntry last = outbox(context).enqueue(request("Last"));
			await(context, taken.id(), OutboxState.UNKNOWN);
			await(context, taken.id(), OutboxState.ACCEPTED);
			await(context, last.id(), OutboxState.ACCEPTED);
			assertThat(outbox(context).find(lost.id()).orElseThrow().attempts()).isEqualTo(2);
			assertThat(this.api.texts()).containsExactly("Taken", "Lost", "Last");
		});
	}

	@DatabaseTest
	void whatMayHaveGoneOutAsSmsByTheDefaultsIsLeftToAPerson(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		// an SMS is in no history
		this.api.answer((message) -> (asked.incrementAndGet() == 1) ? Answer.BREAK_OFF : Answer.ACCEPT);
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("To a phone without iMessage"));
			await(context, entry.id(), OutboxState.UNDECIDED);
			assertThat(asked).hasValue(1);
		}, "contiguity.fallback.when=imessage-unsupported", "contiguity.outbox.reconcile.give-up-after=10s");
	}

	@DatabaseTest
	void whatMayHaveGoneOutAsSmsByAnInterceptorIsLeftToAPerson(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.api.answer((message) -> (asked.incrementAndGet() == 1) ? Answer.BREAK_OFF : Answer.ACCEPT);
		this.interceptor = (request, chain) -> chain
			.proceed(request.mutate().fallback(Fallback.when(FallbackCondition.IMESSAGE_UNSUPPORTED)).build());
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("To a phone without iMessage"));
			await(context, entry.id(), OutboxState.UNDECIDED);
			assertThat(asked).hasValue(1);
		}, "contiguity.outbox.reconcile.give-up-after=10s");
	}

	@DatabaseTest
	void aTextThatAnInterceptorChangesIsFoundInTheHistory(Dialect dialect) {
		this.api.answer((message) -> switch (message.text()) {
			case "Taken, with regards" -> Answer.TAKE_AND_BREAK_OFF;
			case "Lost, with regards" -> lost() ? Answer.BREAK_OFF : Answer.ACCEPT;
			default -> Answer.ACCEPT;
		});
		this.interceptor = (request, chain) -> chain
			.proceed(request.mutate().message(request.message() + ", with regards").build());
		run(dialect, (context) -> {
			OutboxEntry answered = outbox(context).enqueue(request("Answered"));
			OutboxEntry taken = outbox(context).enqueue(request("Taken"), OutboxOptions.key("taken"));
			OutboxEntry lost = outbox(context).enqueue(request("Lost"));
			await(context, answered.id(), OutboxState.ACCEPTED);
			await(context, taken.id(), OutboxState.UNKNOWN);
			assertThat(context.getBean(JdbcTemplate.class).queryForList("select * from CONTIGUITY_OUTBOX").toString()
					+ context.getBean(JdbcTemplate.class)
						.queryForList("select sent from CONTIGUITY_OUTBOX", String.class))
				.doesNotContain("regards", "2065550100");
			assertThat(outbox(context).enqueue(request("Taken"), OutboxOptions.key("taken")).replayed()).isTrue();
			await(context, taken.id(), OutboxState.ACCEPTED);
			assertThat(await(context, lost.id(), OutboxState.ACCEPTED).attempts()).isEqualTo(2);
			assertThat(this.api.texts()).containsExactly("Answered, with regards", "Taken, with regards",
					"Lost, with regards");
			assertThat(context.getBean(JdbcTemplate.class)
				.queryForList("select sent from CONTIGUITY_OUTBOX", String.class)).hasSize(3).containsOnlyNulls();
		}, "contiguity.outbox.content.key=AAECAwQFBgcICQoLDA0ODw==");
	}

	private int losses;

	private boolean lost() {
		return this.losses++ == 0;
	}

	@DatabaseTest
	void aPersonSettlesWhatIsNotKnown(Dialect dialect) {
		this.api.answer((message) -> (this.losses++ == 0) ? Answer.BREAK_OFF : Answer.ACCEPT);
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Lost"));
			await(context, entry.id(), OutboxState.UNKNOWN);
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> outbox(context).settle(entry.id(), Verdict.UNDECIDED));
			outbox(context).settle(entry.id(), Verdict.NOT_SENT);
			await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("Lost");
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> outbox(context).settle(entry.id(), Verdict.SENT));
		}, "contiguity.outbox.reconcile.settle-time=1h");
	}

	@DatabaseTest
	void anExpiredTokenRejectsNothing(Dialect dialect) {
		this.api.answer((message) -> Answer.refuse(401));
		run(dialect, (context) -> {
			for (int i = 0; i < 10; i++) {
				outbox(context).enqueue(SendRequest.to("+1206555020" + i).message("To " + i).build());
			}
			Awaitility.await().until(() -> context.getBean(Outbox.class).pause().since() != null);
			Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(Outbox.class).repository().countByState())
					.containsExactly(Map.entry(OutboxState.PENDING, 10L)));
			this.api.answer((message) -> Answer.ACCEPT);
			// as after a successful probe
			context.getBean(Outbox.class).pause().works();
			Awaitility.await()
				.untilAsserted(() -> assertThat(context.getBean(Outbox.class).repository().countByState())
					.containsExactly(Map.entry(OutboxState.ACCEPTED, 10L)));
			assertThat(this.api.texts()).doesNotHaveDuplicates().hasSize(10);
		});
	}

	@DatabaseTest
	void entriesExpireAndAFullOutboxSaysSo(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Gone"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(60)));
			assertThatExceptionOfType(OutboxFullException.class)
				.isThrownBy(() -> outbox(context).enqueue(request("One too many")));
			context.getBean(JdbcTemplate.class).update("update CONTIGUITY_OUTBOX set expires_at = created_at");
			await(context, entry.id(), OutboxState.EXPIRED);
			assertThat(this.api.sent()).isEmpty();
		}, "contiguity.outbox.max-pending=1");
	}

	@DatabaseTest
	void noNumberAndNoTextIsReadableInTheTablesWithAKey(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Canary text"),
					OutboxOptions.none().sendAfter(Instant.now().plusSeconds(2)));
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThat(jdbc.queryForList("select * from CONTIGUITY_OUTBOX").toString()
					+ jdbc.queryForList("select request from CONTIGUITY_OUTBOX", String.class)
					+ jdbc.queryForList("select * from CONTIGUITY_OUTBOX_LANE"))
				.doesNotContain("Canary", "2065550100", "2065550001");
			await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(this.api.texts()).containsExactly("Canary text");
		}, "contiguity.outbox.content.key=AAECAwQFBgcICQoLDA0ODw==");
	}

	@DatabaseTest
	void anEntryWithoutALineIsGivenOne(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Leased"));
			await(context, entry.id(), OutboxState.ACCEPTED);
			assertThat(this.api.sent()).extracting(StubContiguity.Sent::from).containsExactly(StubContiguity.LINE);
		}, "leased");
	}

	@DatabaseTest
	void anInterceptorPutsOffAMessageButDoesNotTurnItToSomebodyElse(Dialect dialect) {
		AtomicInteger asked = new AtomicInteger();
		this.interceptor = (request, chain) -> switch (request.message()) {
			case "At night" -> (asked.incrementAndGet() == 1)
					? Mono.error(SendRefusedException.notSent("Quiet hours", Instant.now().plusMillis(500)))
					: chain.proceed(request);
			case "Turned" ->
				chain.proceed(SendRequest.to("+12065550199").from(request.from()).message("Turned").build());
			default -> Mono.error(SendRefusedException.rejected("Opted out"));
		};
		run(dialect, (context) -> {
			OutboxEntry putOff = outbox(context).enqueue(request("At night"));
			OutboxEntry turned = outbox(context).enqueue(request("Turned"));
			OutboxEntry optedOut = outbox(context).enqueue(request("Opted out"));
			assertThat(await(context, putOff.id(), OutboxState.ACCEPTED).attempts()).isOne();
			await(context, turned.id(), OutboxState.REJECTED);
			await(context, optedOut.id(), OutboxState.REJECTED);
			assertThat(asked).hasValue(2);
			assertThat(this.api.texts()).containsExactly("At night");
		});
	}

	@DatabaseTest
	void aLaneThatIsUsedAgainKeepsItsRowAndItsFenceGrows(Dialect dialect) {
		run(dialect, (context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			await(context, outbox(context).enqueue(request("First")).id(), OutboxState.ACCEPTED);
			String lanes = "select max(version) from CONTIGUITY_OUTBOX_LANE where picked = false and execution_time > '2900-01-01'";
			Long drained = Awaitility.await().until(() -> jdbc.queryForObject(lanes, Long.class), Objects::nonNull);
			await(context, outbox(context).enqueue(request("Second")).id(), OutboxState.ACCEPTED);
			assertThat(jdbc.queryForList("select version from CONTIGUITY_OUTBOX_LANE", Long.class)).singleElement()
				.satisfies((version) -> assertThat(version).isGreaterThan(drained));
			assertThat(jdbc.queryForList("select fence from CONTIGUITY_OUTBOX", Long.class)).doesNotHaveDuplicates();
		});
	}

	@DatabaseTest
	void aCancellationInALongTransactionHoldsUpNobodyElse(Dialect dialect) {
		run(dialect, (context) -> {
			OutboxEntry cancelled = outbox(context).enqueue(request("Not cancelled after all"),
					OutboxOptions.none().sendAfter(Instant.now().plusMillis(800)));
			OutboxEntry other = outbox(context).enqueue(
					SendRequest.to("+12065550199").message("To somebody else").build(),
					OutboxOptions.none().sendAfter(Instant.now().plusMillis(900)));
			transaction(context).executeWithoutResult((status) -> {
				assertThat(outbox(context).cancel(cancelled.id())).isTrue();
				await(context, other.id(), OutboxState.ACCEPTED);
				assertThat(this.api.texts()).containsExactly("To somebody else");
				status.setRollbackOnly();
			});
			await(context, cancelled.id(), OutboxState.ACCEPTED);
		});
	}

}
