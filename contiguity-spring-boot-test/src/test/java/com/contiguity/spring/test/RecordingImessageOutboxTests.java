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

package com.contiguity.spring.test;

import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.IdempotencyConflictException;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxFullException;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RecordingImessageOutbox}.
 */
class RecordingImessageOutboxTests {

	private static final SendRequest REQUEST = SendRequest.to("+15551234567").message("Shipped").build();

	private final RecordingImessageOutbox outbox = new RecordingImessageOutbox();

	@Test
	void recordsEnqueuedMessages() {
		OutboxEntry entry = this.outbox.enqueue(REQUEST.mutate().reference("order-1").build());
		assertThat(this.outbox.requests()).extracting(SendRequest::message).containsExactly("Shipped");
		assertThat(this.outbox.entries()).containsExactly(entry);
		assertThat(entry.id()).matches("out_[0-9a-f]{32}");
		assertThat(entry.state()).isEqualTo(OutboxState.PENDING);
		assertThat(entry.reference()).isEqualTo("order-1");
		assertThat(Duration.between(entry.sendAfter(), entry.expiresAt())).isEqualTo(Duration.ofHours(10));
		assertThat(this.outbox.find(entry.id())).contains(entry);
		assertThat(entry.toString()).doesNotContain("5551234567", "Shipped");
	}

	@Test
	void returnsTheFirstEntryOfAKeyAndRefusesAnotherMessage() {
		OutboxEntry first = this.outbox.enqueue(REQUEST, OutboxOptions.key("order-1"));
		OutboxEntry again = this.outbox.enqueue(REQUEST.mutate().timeout(Duration.ofSeconds(3)).build(),
				OutboxOptions.key("order-1"));
		assertThat(again.id()).isEqualTo(first.id());
		assertThat(first.replayed()).isFalse();
		assertThat(again.replayed()).isTrue();
		assertThat(this.outbox.find("order-1")).contains(first);
		assertThatExceptionOfType(IdempotencyConflictException.class).isThrownBy(
				() -> this.outbox.enqueue(REQUEST.mutate().message("Other").build(), OutboxOptions.key("order-1")));
	}

	@Test
	void refusesWhatCannotBeSentInTimeAndWhatItHasNoPlaceFor() {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(
				() -> this.outbox.enqueue(REQUEST, OutboxOptions.none().expiresAt(Instant.now().minusSeconds(1))));
		this.outbox.enqueue(REQUEST, OutboxOptions.key("order-1"));
		this.outbox.full(true);
		assertThatExceptionOfType(OutboxFullException.class).isThrownBy(() -> this.outbox.enqueue(REQUEST));
		assertThat(this.outbox.enqueue(REQUEST, OutboxOptions.key("order-1")).replayed()).isTrue();
	}

	@Test
	void cancelsPendingEntriesOnly() {
		OutboxEntry entry = this.outbox.enqueue(REQUEST, OutboxOptions.key("order-1"));
		assertThat(this.outbox.cancel("order-1")).isTrue();
		assertThat(this.outbox.cancel(entry.id())).isFalse();
		assertThat(this.outbox.cancel("nobody")).isFalse();
		assertThat(this.outbox.find("order-1")).map(OutboxEntry::state).contains(OutboxState.CANCELLED);
	}

	@Test
	void endsEntriesWithTheGivenState() {
		OutboxEntry entry = this.outbox.enqueue(REQUEST);
		OutboxEntry accepted = this.outbox.end(entry.id(), OutboxState.ACCEPTED);
		assertThat(accepted.messageId()).startsWith("imsg_");
		assertThat(accepted.attempts()).isOne();
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.outbox.end("nobody", OutboxState.ACCEPTED));
	}

	@Test
	void settlesUnknownOutcomes() {
		OutboxEntry entry = this.outbox.enqueue(REQUEST);
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> this.outbox.settle(entry.id(), Verdict.SENT));
		this.outbox.end(entry.id(), OutboxState.UNDECIDED);
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> this.outbox.settle(entry.id(), Verdict.UNDECIDED));
		assertThat(this.outbox.settle(entry.id(), Verdict.NOT_SENT).state()).isEqualTo(OutboxState.PENDING);
		this.outbox.end(entry.id(), OutboxState.UNKNOWN);
		OutboxEntry settled = this.outbox.settle(entry.id(), Verdict.SENT);
		assertThat(settled.state()).isEqualTo(OutboxState.ACCEPTED);
		assertThat(settled.messageId()).isNull();
	}

	@Test
	void forgetsEverything() {
		this.outbox.enqueue(REQUEST);
		this.outbox.full(true).clear();
		assertThat(this.outbox.entries()).isEmpty();
		this.outbox.enqueue(REQUEST);
	}

}
