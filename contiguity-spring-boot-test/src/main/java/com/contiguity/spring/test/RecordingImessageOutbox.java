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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.outbox.IdempotencyConflictException;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxFullException;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * An {@link ImessageOutbox} that records messages instead of sending them, for unit tests
 * without a database and without a Spring context. Invalid requests, and keys of other
 * messages, are rejected as by the real implementation. <pre class="code">
 * RecordingImessageOutbox outbox = new RecordingImessageOutbox();
 * new Orders(outbox).ship("4711");
 * assertThat(outbox.requests()).extracting(SendRequest::to).containsExactly("+15551234567");
 * </pre>
 * <p>
 * Entries are {@link OutboxState#PENDING} until {@link #end(String, OutboxState)} changes
 * their state. There are no transactions: a message is visible as soon as it is enqueued.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public class RecordingImessageOutbox implements ImessageOutbox {

	private static final Duration MAX_AGE = Duration.ofHours(10);

	private final Map<String, RecordedEntry> entries = new LinkedHashMap<>();

	private boolean full;

	/**
	 * Return the requests of all enqueued messages, regardless of their state.
	 * @return a copy, in order
	 */
	public synchronized List<SendRequest> requests() {
		return this.entries.values().stream().map(RecordedEntry::request).toList();
	}

	/**
	 * Return the entries in their current state.
	 * @return a copy, in order
	 */
	public synchronized List<OutboxEntry> entries() {
		return List.copyOf(this.entries.values());
	}

	/**
	 * Change the state of an entry.
	 * @param idOrKey the id of the entry, or its key
	 * @param state the new state
	 * @return the entry
	 * @throws IllegalArgumentException if there is no such entry
	 */
	public synchronized OutboxEntry end(String idOrKey, OutboxState state) {
		Assert.notNull(state, "'state' must not be null");
		return keep(existing(idOrKey).in(state));
	}

	/**
	 * Set whether the outbox is full.
	 * @param full whether to reject further messages
	 * @return this
	 */
	public synchronized RecordingImessageOutbox full(boolean full) {
		this.full = full;
		return this;
	}

	/**
	 * Discard everything.
	 */
	public synchronized void clear() {
		this.entries.clear();
		this.full = false;
	}

	@Override
	public OutboxEntry enqueue(SendRequest request) {
		return enqueue(request, OutboxOptions.none());
	}

	@Override
	public synchronized OutboxEntry enqueue(SendRequest request, OutboxOptions options) {
		Assert.notNull(request, "'request' must not be null");
		Assert.notNull(options, "'options' must not be null");
		Instant now = Instant.now();
		Instant sendAfter = (options.sendAfter() != null) ? options.sendAfter() : now;
		Instant expiresAt = (options.expiresAt() != null) ? options.expiresAt() : sendAfter.plus(MAX_AGE);
		Require.check(expiresAt.isAfter(sendAfter), "expiresAt", "must be after 'sendAfter', or in the future");
		String key = options.key();
		RecordedEntry present = (key != null) ? find(key).map(RecordedEntry.class::cast).orElse(null) : null;
		if (present != null) {
			if (!content(request).equals(content(present.request()))) {
				throw new IdempotencyConflictException(present.key() + "");
			}
			return present.asReplayed();
		}
		if (this.full) {
			throw new OutboxFullException(this.entries.size());
		}
		return keep(new RecordedEntry("out_" + UUID.randomUUID().toString().replace("-", ""), key, OutboxState.PENDING,
				now, sendAfter, expiresAt, 0, null, request.reference(), false, request));
	}

	private static SendRequest content(SendRequest request) {
		return request.mutate().timeout(null).maxWait(null).reference(null).build();
	}

	private RecordedEntry keep(RecordedEntry entry) {
		this.entries.put(entry.id(), entry);
		return entry;
	}

	private RecordedEntry existing(String idOrKey) {
		return find(idOrKey).map(RecordedEntry.class::cast)
			.orElseThrow(() -> new IllegalArgumentException("The outbox has no entry with this id or key"));
	}

	@Override
	public synchronized Optional<OutboxEntry> find(String idOrKey) {
		Assert.hasText(idOrKey, "'idOrKey' must not be empty");
		return this.entries.values()
			.stream()
			.filter((entry) -> idOrKey.equals(entry.id()) || idOrKey.equals(entry.key()))
			.map(OutboxEntry.class::cast)
			.findFirst();
	}

	@Override
	public synchronized boolean cancel(String idOrKey) {
		Optional<OutboxEntry> entry = find(idOrKey).filter((found) -> found.state() == OutboxState.PENDING);
		entry.ifPresent((pending) -> end(pending.id(), OutboxState.CANCELLED));
		return entry.isPresent();
	}

	@Override
	public synchronized OutboxEntry settle(String id, Verdict verdict) {
		Assert.notNull(verdict, "'verdict' must not be null");
		Assert.isTrue(verdict != Verdict.UNDECIDED, "'verdict' must be SENT or NOT_SENT");
		RecordedEntry entry = existing(id);
		Assert.state(entry.state() == OutboxState.UNKNOWN || entry.state() == OutboxState.UNDECIDED,
				() -> "The entry is " + entry.state() + " and cannot be settled");
		// an entry that was settled by a person has no message id
		return keep(entry.settled((verdict == Verdict.SENT) ? OutboxState.ACCEPTED : OutboxState.PENDING));
	}

	private record RecordedEntry(String id, @Nullable String key, OutboxState state, Instant createdAt,
			Instant sendAfter, Instant expiresAt, int attempts, @Nullable String messageId, @Nullable String reference,
			boolean replayed, SendRequest request) implements OutboxEntry {

		RecordedEntry in(OutboxState state) {
			boolean attempted = state != OutboxState.PENDING && state != OutboxState.CANCELLED
					&& state != OutboxState.EXPIRED;
			return new RecordedEntry(this.id, this.key, state, this.createdAt, this.sendAfter, this.expiresAt,
					(attempted) ? Math.max(1, this.attempts) : this.attempts,
					(state == OutboxState.ACCEPTED) ? SandboxIds.next("imsg") : null, this.reference, false,
					this.request);
		}

		RecordedEntry settled(OutboxState state) {
			return new RecordedEntry(this.id, this.key, state, this.createdAt, this.sendAfter, this.expiresAt,
					this.attempts, null, this.reference, false, this.request);
		}

		RecordedEntry asReplayed() {
			return new RecordedEntry(this.id, this.key, this.state, this.createdAt, this.sendAfter, this.expiresAt,
					this.attempts, this.messageId, this.reference, true, this.request);
		}

		@Override
		public String toString() {
			return "OutboxEntry[id=" + this.id + ", key=" + this.key + ", state=" + this.state + ", sendAfter="
					+ this.sendAfter + ", expiresAt=" + this.expiresAt + ", attempts=" + this.attempts + ", reference="
					+ this.reference + "]";
		}

	}

}
