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
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.outbox.IdempotencyConflictException;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxFullException;
import com.contiguity.spring.outbox.OutboxOptions;
import com.contiguity.spring.outbox.OutboxState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * {@link ImessageOutbox} that stores entries in a database.
 */
public final class JdbcImessageOutbox implements ImessageOutbox {

	private static final Log logger = LogFactory.getLog(JdbcImessageOutbox.class);

	private static final Duration COUNT_INTERVAL = Duration.ofSeconds(5);

	private final OutboxRepository repository;

	private final Messages messages;

	private final OutboxSettings settings;

	private final ReactiveImessageTemplate template;

	private final OutboxEvents events;

	private final DataSource dataSource;

	private final TransactionTemplate ownTransaction;

	private final AtomicBoolean warned = new AtomicBoolean();

	private volatile Consumer<String> nudge = (lane) -> {
	};

	private volatile int pending;

	private volatile long countedAt = System.nanoTime() - COUNT_INTERVAL.toNanos();

	JdbcImessageOutbox(OutboxRepository repository, Messages messages, OutboxSettings settings,
			ReactiveImessageTemplate template, OutboxEvents events, DataSource dataSource) {
		this.repository = repository;
		this.messages = messages;
		this.settings = settings;
		this.template = template;
		this.events = events;
		this.dataSource = dataSource;
		this.ownTransaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
	}

	void setNudge(Consumer<String> nudge) {
		this.nudge = nudge;
	}

	@Override
	public OutboxEntry enqueue(SendRequest request) {
		return enqueue(request, OutboxOptions.none());
	}

	@Override
	public OutboxEntry enqueue(SendRequest request, OutboxOptions options) {
		Assert.notNull(request, "'request' must not be null");
		Assert.notNull(options, "'options' must not be null");
		return inTransaction(() -> insertOrFind(request, options), (entry) -> {
			if (!entry.replayed()) {
				this.events.publish(entry, null);
				this.nudge.accept(entry.lane());
			}
		});
	}

	private StoredEntry insertOrFind(SendRequest request, OutboxOptions options) {
		String key = options.key();
		String requestHash = this.messages.requestHash(request);
		StoredEntry entry = entry(request, options, requestHash);
		// if the entry is removed between the two reads, start again
		while (true) {
			StoredEntry present = (key != null) ? this.repository.find(key).orElse(null) : null;
			if (present == null) {
				checkPlace();
				if (this.repository.insert(entry)) {
					this.pending++;
					return entry;
				}
				present = (key != null) ? this.repository.findLocked(key).orElse(null) : null;
			}
			if (present != null) {
				if (!requestHash.equals(present.requestHash())) {
					throw new IdempotencyConflictException(Objects.requireNonNull(key));
				}
				return present.asReplayed();
			}
		}
	}

	private StoredEntry entry(SendRequest request, OutboxOptions options, String requestHash) {
		Instant now = this.repository.clock();
		Instant sendAfter = (options.sendAfter() != null) ? options.sendAfter().truncatedTo(ChronoUnit.MICROS) : now;
		Instant expiresAt = (options.expiresAt() != null) ? options.expiresAt().truncatedTo(ChronoUnit.MICROS)
				: sendAfter.plus(this.settings.maxAge());
		Require.check(expiresAt.isAfter(sendAfter), "expiresAt", "must be after 'sendAfter', or in the future");
		String id = "out_" + UUID.randomUUID().toString().replace("-", "");
		String known = (request.from() == null) ? knownLine(request.to()) : null;
		StoredMessage message = new StoredMessage(request, false);
		if (known != null) {
			message = message.pinnedTo(known);
		}
		String line = message.request().from();
		return new StoredEntry(id, options.key(), OutboxState.PENDING, now, sendAfter, expiresAt, 0, null,
				request.reference(), false, this.messages.lane(request.to(), line),
				this.messages.conversation(request.to(), line), requestHash, this.messages.textHash(request),
				this.messages.write(message, id), null, null, null, null, null);
	}

	// only if no network call is needed: the caller's transaction must not wait for one
	private @Nullable String knownLine(String to) {
		Mono<String> line = this.template.lineFor(to);
		if (line instanceof Callable<?> known) {
			try {
				return (String) known.call();
			}
			catch (Exception ex) {
				// the worker retries and logs the failure
				return null;
			}
		}
		return null;
	}

	private void checkPlace() {
		long now = System.nanoTime();
		if (now - this.countedAt >= COUNT_INTERVAL.toNanos()) {
			this.countedAt = now;
			this.pending = this.repository.countPending(this.settings.maxPending());
		}
		if (this.pending >= this.settings.maxPending()) {
			throw new OutboxFullException(this.settings.maxPending());
		}
	}

	private StoredEntry inTransaction(Supplier<StoredEntry> work, Consumer<StoredEntry> committed) {
		if (!isJoinable()) {
			StoredEntry entry = this.ownTransaction.execute((status) -> work.get());
			Assert.state(entry != null, "There is an entry");
			committed.accept(entry);
			return entry;
		}
		StoredEntry entry = work.get();
		afterCommit(() -> committed.accept(entry));
		return entry;
	}

	private void afterCommit(Runnable action) {
		if (!isJoinable()) {
			action.run();
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				action.run();
			}

		});
	}

	private boolean isJoinable() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return false;
		}
		boolean joinable = TransactionSynchronizationManager.hasResource(this.dataSource);
		if (!joinable && this.warned.compareAndSet(false, true)) {
			logger.warn("The outbox was called in a transaction of another DataSource and did not join it. "
					+ "A rollback does not remove the message. Use the same DataSource for both, "
					+ "and mark it with @ContiguityOutboxDataSource if there are several");
		}
		return joinable;
	}

	@Override
	public Optional<OutboxEntry> find(String idOrKey) {
		Assert.hasText(idOrKey, "'idOrKey' must not be empty");
		return this.repository.find(idOrKey).map((entry) -> entry);
	}

	@Override
	public boolean cancel(String idOrKey) {
		Assert.hasText(idOrKey, "'idOrKey' must not be empty");
		boolean cancelled = this.repository.cancel(idOrKey);
		if (cancelled) {
			afterCommit(() -> this.repository.find(idOrKey)
				.ifPresent((entry) -> this.events.publish(entry, OutboxState.PENDING)));
		}
		return cancelled;
	}

	@Override
	public OutboxEntry settle(String id, Verdict verdict) {
		Assert.notNull(verdict, "'verdict' must not be null");
		Assert.isTrue(verdict != Verdict.UNDECIDED, "'verdict' must be SENT or NOT_SENT");
		while (true) {
			StoredEntry entry = this.repository.find(id)
				.filter((found) -> found.id().equals(id))
				.orElseThrow(() -> new IllegalArgumentException("The outbox has no entry with this id"));
			Assert.state(entry.state() == OutboxState.UNKNOWN || entry.state() == OutboxState.UNDECIDED,
					() -> "The entry is " + entry.state() + " and cannot be settled");
			OutboxState state = (verdict == Verdict.SENT) ? OutboxState.ACCEPTED : OutboxState.PENDING;
			String errorKind = (verdict == Verdict.SENT) ? null : Settlement.SEND_AGAIN;
			if (this.repository.settle(entry, state, errorKind)) {
				StoredEntry settled = entry.with(state);
				this.events.publish(settled, entry.state());
				if (state == OutboxState.PENDING) {
					this.nudge.accept(entry.lane());
				}
				return settled;
			}
		}
	}

}
