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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.outbox.OutboxState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Determines the outcome of messages whose outcome is unknown.
 */
final class Settlement {

	/**
	 * Error kind of an entry that may have been sent before, although nothing shows that
	 * it was.
	 */
	static final String SEND_AGAIN = "send-again";

	/**
	 * Error kind of such an entry whose line is no longer leased.
	 */
	static final String LINE_DROPPED = "line-dropped";

	private static final Log logger = LogFactory.getLog(Settlement.class);

	/** Maximum time between the mark of a message and its row in the history. */
	private static final Duration AROUND = Duration.ofMinutes(5);

	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

	private final OutboxRepository repository;

	private final Messages messages;

	private final OutboxSettings settings;

	private final Account account;

	private final OutboxEvents events;

	Settlement(OutboxRepository repository, Messages messages, OutboxSettings settings, Account account,
			OutboxEvents events) {
		this.repository = repository;
		this.messages = messages;
		this.settings = settings;
		this.account = account;
		this.events = events;
	}

	/**
	 * Settle the due entries of a lane.
	 * @param lane the lane
	 * @param limit the maximum number of entries
	 * @return whether an entry was settled
	 */
	boolean settleDue(String lane, int limit) {
		boolean settled = false;
		for (StoredEntry entry : this.repository.dueUnknown(lane, limit)) {
			settled |= settle(entry);
		}
		return settled;
	}

	private boolean settle(StoredEntry entry) {
		String stored = (entry.sent() != null) ? entry.sent() : entry.request();
		Instant startedAt = entry.startedAt();
		if (stored == null || startedAt == null) {
			return end(entry, OutboxState.UNDECIDED, "no-content");
		}
		SendRequest request;
		try {
			request = this.messages.read(stored, entry.id()).request();
		}
		catch (RuntimeException ex) {
			return end(entry, OutboxState.UNDECIDED, "unreadable");
		}
		String line = request.from();
		if (line == null) {
			return end(entry, OutboxState.UNDECIDED, "no-line");
		}
		Instant databaseTime = this.repository.clock();
		Instant here = startedAt.plus(Duration.between(databaseTime, Instant.now()));
		// nothing is written after the send window, regardless of the call's timeout
		SendRequest marked = request.mutate().timeout(this.settings.sendWindow()).build();
		AtomicBoolean confusable = new AtomicBoolean();
		Reconciliation reconciliation = ask(UnknownSend.of(marked, line, here, Math.max(1, entry.attempts())), entry,
				confusable);
		Reconciliation.Verdict verdict = (reconciliation != null) ? reconciliation.verdict()
				: Reconciliation.Verdict.UNDECIDED;
		if (verdict == Reconciliation.Verdict.SENT && confusable.get()) {
			// the message in the history may be the other one
			verdict = Reconciliation.Verdict.UNDECIDED;
		}
		switch (verdict) {
			case SENT -> {
				return end(entry, OutboxState.ACCEPTED, null);
			}
			case NOT_SENT -> {
				return (this.settings.resendWhenNotSent()) ? end(entry, OutboxState.PENDING, SEND_AGAIN)
						: end(entry, OutboxState.UNDECIDED, "not-sent");
			}
			default -> {
				Duration age = Duration.between(startedAt, databaseTime);
				if (age.compareTo(this.settings.giveUpAfter()) >= 0) {
					return end(entry, OutboxState.UNDECIDED, "undecided");
				}
				if (reconciliation != null) {
					logger.info(
							"The outcome of " + entry.id() + " is still unknown; retrying: " + reconciliation.reason());
				}
				// a tenth of the age: frequently at first, and rarely later
				this.repository.askLater(entry, age.dividedBy(10).plusMillis(200));
				return false;
			}
		}
	}

	private @Nullable Reconciliation ask(UnknownSend send, StoredEntry entry, AtomicBoolean confusable) {
		try {
			return this.account
				.reconcile(send, (rows, line, ahead) -> explain(rows, entry, send, line, ahead, confusable))
				.block();
		}
		catch (ContiguityException ex) {
			logger.info("Failed to determine the outcome of " + entry.id() + "; retrying: " + ex.getMessage());
			return null;
		}
	}

	// each of the other entries of the conversation accounts for one message in the
	// history
	private List<ConversationMessage> explain(List<ConversationMessage> rows, StoredEntry entry, UnknownSend send,
			String line, Duration ahead, AtomicBoolean confusable) {
		List<ConversationMessage> unexplained = new ArrayList<>(rows);
		Duration toHere = Duration.between(Objects.requireNonNull(entry.startedAt()), send.startedAt());
		String conversation = this.messages.conversation(send.request().to(), line);
		for (StoredEntry other : this.repository.inConversation(conversation, entry, AROUND)) {
			Instant startedAt = other.startedAt();
			if (startedAt == null) {
				continue;
			}
			Instant since = startedAt.plus(toHere).plus(ahead).minus(CLOCK_TOLERANCE);
			Instant until = since.plus(AROUND);
			boolean inDoubt = other.state() != OutboxState.ACCEPTED;
			if (inDoubt && Objects.equals(other.textHash(), entry.textHash())) {
				confusable.set(true);
				return rows;
			}
			unexplained.stream()
				.filter((row) -> isOf(row, other, since, until))
				.findFirst()
				.ifPresent(unexplained::remove);
		}
		return unexplained;
	}

	private boolean isOf(ConversationMessage row, StoredEntry entry, Instant since, Instant until) {
		Instant at = row.timestamp();
		String text = row.message();
		return at != null && text != null && !at.isBefore(since) && !at.isAfter(until)
				&& this.messages.textHash(text).equals(entry.textHash());
	}

	private boolean end(StoredEntry entry, OutboxState state, @Nullable String errorKind) {
		if (!this.repository.settle(entry, state, errorKind)) {
			return false;
		}
		if (state == OutboxState.UNDECIDED) {
			logger.warn("It could not be determined whether the message of " + entry.id() + " was sent (" + errorKind
					+ "). Check the conversation and settle the entry with ImessageOutbox or the actuator endpoint");
		}
		this.events.publish(entry.with(state), entry.state());
		return true;
	}

}
