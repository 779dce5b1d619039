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
import java.util.function.Consumer;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.internal.outbox.StubContiguity.Answer;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An outbox whose line is used without it, too. The time of the line is virtual.
 */
class BusyLineTests extends AbstractOutboxTests {

	private static final int AHEAD = 20;

	private static final String OTHER = "+12065550101";

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final TokenBucketLinePacer pacer = new TokenBucketLinePacer(1, 1, this.time);

	/**
	 * Run a test while direct sends keep the line booked 20 s ahead.
	 */
	private void run(Consumer<ApplicationContext> test, String... properties) {
		application(Dialect.H2, properties).withBean(LinePacer.class, () -> this.pacer).run((context) -> {
			assertThat(context).hasNotFailed();
			ReactiveImessageTemplate template = context.getBean(ReactiveImessageTemplate.class);
			SendRequest direct = SendRequest.to("+12065550177")
				.message("Direct")
				.maxWait(Duration.ofMinutes(1))
				.timeout(Duration.ofMinutes(1))
				.build();
			Disposable sends = Flux.range(0, AHEAD)
				.flatMap((number) -> template.send(direct).repeat(), AHEAD)
				.subscribe();
			try {
				awaitWaiting(AHEAD);
				test.accept(context);
			}
			finally {
				sends.dispose();
			}
		});
	}

	private static SendRequest request(String text, String to) {
		return SendRequest.to(to).message(text).build();
	}

	private void awaitWaiting(int sends) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(5))
			.untilAsserted(() -> assertThat(this.pacer.load(StubContiguity.LINE).waiting()).isEqualTo(sends));
	}

	@Test
	void theOutboxHasItsTurn() {
		run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("From the outbox"));
			awaitWaiting(AHEAD + 1);
			for (int i = 0; i < AHEAD; i++) {
				this.time.advanceTimeBy(Duration.ofSeconds(1));
				awaitWaiting(AHEAD + 1);
			}
			assertThat(this.api.texts()).doesNotContain("From the outbox");
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			await(context, entry.id(), OutboxState.ACCEPTED);
		});
	}

	@Test
	void entriesExpireInTime() {
		run((context) -> {
			OutboxOptions options = OutboxOptions.none().expiresAt(Instant.now().plusSeconds(2));
			OutboxEntry waits = outbox(context).enqueue(request("Waits for the line"));
			OutboxEntry behind = outbox(context).enqueue(request("Waits for the first"), options);
			OutboxEntry beside = outbox(context).enqueue(request("Waits for the line, too", OTHER), options);
			awaitWaiting(AHEAD + 2);
			await(context, behind.id(), OutboxState.EXPIRED);
			await(context, beside.id(), OutboxState.EXPIRED);
			// its place is free again
			awaitWaiting(AHEAD + 1);
			assertThat(outbox(context).find(waits.id()).orElseThrow().state()).isEqualTo(OutboxState.PENDING);
		});
	}

	@Test
	void anOutcomeThatIsUnknownIsDetermined() {
		this.api.answer((message) -> (message.text().equals("Taken")) ? Answer.TAKE_AND_BREAK_OFF : Answer.ACCEPT);
		run((context) -> {
			OutboxEntry taken = outbox(context).enqueue(request("Taken"));
			awaitWaiting(AHEAD + 1);
			for (int i = 0; i <= AHEAD; i++) {
				this.time.advanceTimeBy(Duration.ofSeconds(1));
			}
			await(context, taken.id(), OutboxState.UNKNOWN);
			OutboxEntry waits = outbox(context).enqueue(request("Waits for the line", OTHER));
			awaitWaiting(AHEAD + 1);
			await(context, taken.id(), OutboxState.ACCEPTED);
			assertThat(outbox(context).find(waits.id()).orElseThrow().state()).isEqualTo(OutboxState.PENDING);
		}, "contiguity.outbox.reconcile.settle-time=6s");
	}

	@Test
	void anEarlierMessageThatAPersonSendsAgainLeavesFirst() {
		run((context) -> {
			OutboxWorker worker = context.getBean(OutboxWorker.class);
			worker.stop();
			OutboxEntry earlier = outbox(context).enqueue(request("Earlier"));
			context.getBean(JdbcTemplate.class)
				.update("update CONTIGUITY_OUTBOX set state = 'UNDECIDED', attempts = 1, fence = 1, owner = 'dead',"
						+ " started_at = created_at");
			OutboxEntry later = outbox(context).enqueue(request("Later"));
			worker.start();
			awaitWaiting(AHEAD + 1);
			outbox(context).settle(earlier.id(), Verdict.NOT_SENT);
			Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(20)).until(() -> {
				this.time.advanceTimeBy(Duration.ofSeconds(1));
				return outbox(context).find(later.id()).orElseThrow().state() == OutboxState.ACCEPTED;
			});
			assertThat(this.api.texts()).containsSubsequence("Earlier", "Later");
			assertThat(outbox(context).find(later.id()).orElseThrow().attempts()).isOne();
		});
	}

	@Test
	void aDatabaseThatFailsLeavesNoPlaceBehind() {
		run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			OutboxEntry entry = outbox(context).enqueue(request("From the outbox"));
			awaitWaiting(AHEAD + 1);
			jdbc.execute("alter table CONTIGUITY_OUTBOX rename to AWAY");
			awaitWaiting(AHEAD);
			jdbc.execute("alter table AWAY rename to CONTIGUITY_OUTBOX");
			awaitWaiting(AHEAD + 1);
			for (int i = 0; i <= AHEAD; i++) {
				this.time.advanceTimeBy(Duration.ofSeconds(1));
			}
			await(context, entry.id(), OutboxState.ACCEPTED);
		});
	}

	@Test
	void theLineDoesNotHoldUpAShutdown() {
		run((context) -> {
			OutboxEntry entry = outbox(context).enqueue(request("Waits for the line"));
			awaitWaiting(AHEAD + 1);
			long start = System.nanoTime();
			context.getBean(OutboxWorker.class).stop();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			// its place is free again
			awaitWaiting(AHEAD);
			assertThat(outbox(context).find(entry.id()).orElseThrow().state()).isEqualTo(OutboxState.PENDING);
			context.getBean(OutboxWorker.class).start();
			awaitWaiting(AHEAD + 1);
		});
	}

}
