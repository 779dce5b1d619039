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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.SendRefusedException;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.outbox.OutboxState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Works on a lane while this instance holds it.
 */
final class LaneWorker {

	private static final Log logger = LogFactory.getLog(LaneWorker.class);

	/** After it, a run claims no more entries, so that other lanes have their turn. */
	private static final Duration LONGEST_RUN = Duration.ofSeconds(5);

	private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);

	private static final Duration NOT_NOW = Duration.ofMillis(200);

	private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

	private static final int SETTLED_AT_ONCE = 5;

	private final OutboxRepository repository;

	private final Messages messages;

	private final OutboxSettings settings;

	private final ReactiveImessageTemplate template;

	private final Account account;

	private final Settlement settlement;

	private final AccountPause pause;

	private final OutboxEvents events;

	private final OutboxCounters counters;

	private final Executor markExecutor;

	private final Consumer<String> nudge;

	/** At zero, failed records are not retried. */
	private final CountDownLatch closed;

	LaneWorker(OutboxRepository repository, Messages messages, OutboxSettings settings,
			ReactiveImessageTemplate template, Account account, Settlement settlement, AccountPause pause,
			OutboxEvents events, OutboxCounters counters, Executor markExecutor, Consumer<String> nudge,
			CountDownLatch closed) {
		this.repository = repository;
		this.messages = messages;
		this.settings = settings;
		this.template = template;
		this.account = account;
		this.settlement = settlement;
		this.pause = pause;
		this.events = events;
		this.counters = counters;
		this.markExecutor = markExecutor;
		this.nudge = nudge;
		this.closed = closed;
	}

	/**
	 * Work on a lane for a while.
	 * @param holder the holder of the lane
	 * @param mayClaim whether more entries may be claimed
	 * @return how long to wait until the next run, or {@code null} to wait for a
	 * notification
	 */
	@Nullable Duration run(LaneHolder holder, BooleanSupplier mayClaim) throws InterruptedException {
		return new Run(holder, mayClaim).execute();
	}

	private void abandon(LaneHolder holder) {
		int died = this.repository.abandon(holder, this.settings.settleTime());
		if (died > 0) {
			this.counters.died().add(died);
			logger.warn("Messages that were being sent when their instance died or lost its line: " + died
					+ ". Their outcome is determined after the settle time");
		}
	}

	private void pin(String bucket, Set<String> exceptIds) {
		Set<String> lanes = new HashSet<>();
		Set<String> blocked = new HashSet<>();
		for (StoredEntry entry : this.repository.due(bucket, this.settings.holdAfterUnknown())) {
			// an entry that stays here must not be overtaken
			boolean first = blocked.add(entry.conversation());
			if (!first || exceptIds.contains(entry.id())) {
				continue;
			}
			try {
				StoredMessage message = read(entry);
				String line = (message != null) ? this.template.lineFor(message.request().to()).block() : null;
				if (message != null && line != null) {
					String lane = this.messages.lane(message.request().to(), line);
					if (move(entry, message.pinnedTo(line), lane)) {
						lanes.add(lane);
						blocked.remove(entry.conversation());
					}
				}
			}
			catch (ContiguityException ex) {
				logger.info("The line of entry " + entry.id() + " could not be determined. It is tried again: "
						+ ex.getMessage());
				if (this.account.linePool().lines().isEmpty()) {
					break;
				}
				// a selector can fail for one recipient
				this.repository.putOff(entry.id(), LONGEST_BACK_OFF, "line");
			}
		}
		lanes.forEach(this.nudge);
	}

	private boolean move(StoredEntry entry, StoredMessage message, String lane) {
		SendRequest request = message.request();
		return this.repository.pin(entry, lane, this.messages.conversation(request.to(), request.from()),
				this.messages.write(message, entry.id()));
	}

	private @Nullable StoredMessage read(StoredEntry entry) {
		String stored = entry.request();
		if (stored == null) {
			return null;
		}
		try {
			return this.messages.read(stored, entry.id());
		}
		catch (RuntimeException ex) {
			logger.error("The content of " + entry.id() + " cannot be read. The entry waits until it expires. "
					+ "Check 'contiguity.outbox.content.key'", MaskedFailure.of(ex));
			this.repository.putOff(entry.id(), LONGEST_BACK_OFF, "unreadable");
			return null;
		}
	}

	// the line became known after entries without a line were searched for
	private boolean isToBePinned(SendRequest request) {
		if (request.from() != null || this.account.linePool().lines().isEmpty()) {
			return false;
		}
		try {
			return this.template.lineFor(request.to()).block() != null;
		}
		catch (ContiguityException ex) {
			return true;
		}
	}

	private boolean isDropped(StoredMessage message) {
		List<Line> lines = this.account.linePool().lines();
		return message.linePinned() && !lines.isEmpty()
				&& lines.stream().noneMatch((line) -> line.number().equals(message.request().from()));
	}

	private void replaceLine(StoredEntry entry, StoredMessage message) {
		if (Settlement.SEND_AGAIN.equals(entry.errorKind()) || Settlement.LINE_DROPPED.equals(entry.errorKind())) {
			// a previous attempt may have been sent from the line that was removed
			this.repository.putOff(entry.id(), LONGEST_BACK_OFF, Settlement.LINE_DROPPED);
			return;
		}
		StoredMessage open = message.withoutLine();
		String bucket = this.messages.lane(open.request().to(), null);
		if (move(entry, open, bucket)) {
			this.nudge.accept(bucket);
		}
	}

	private Duration backOff(int attempts) {
		long millis = Math.min(LONGEST_BACK_OFF.toMillis(), 1000L << Math.min(attempts - 1, 10));
		return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
	}

	private static boolean isRefusalOfTheAccount(ContiguityException failure) {
		return failure instanceof AgreementRequiredException
				|| (failure instanceof ContiguityApiException api && (api.status() == 401 || api.status() == 402));
	}

	private static String kind(ContiguityException failure) {
		Throwable cause = (failure.getCause() instanceof ContiguityException inner) ? inner : failure;
		if (cause instanceof ContiguityApiException api) {
			return "status-" + api.status();
		}
		if (cause instanceof ContiguityTransportException) {
			return "transport";
		}
		return (cause instanceof SendRefusedException) ? "refused" : "other";
	}

	private static Duration max(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/**
	 * One run of the lane.
	 */
	private final class Run {

		private final LaneHolder holder;

		private final BooleanSupplier mayClaim;

		private final long until = System.nanoTime() + LONGEST_RUN.toNanos();

		private final Map<String, Flight> flights = new HashMap<>();

		private final Set<String> notNow = new HashSet<>();

		private final BlockingQueue<Landing> landings = new LinkedBlockingQueue<>();

		private long tendAt;

		private boolean settled;

		private @Nullable Duration wait;

		private boolean marked;

		Run(LaneHolder holder, BooleanSupplier mayClaim) {
			this.holder = holder;
			this.mayClaim = mayClaim;
		}

		@Nullable Duration execute() throws InterruptedException {
			tend();
			boolean completed = false;
			try {
				Duration next = send();
				completed = true;
				return (this.settled) ? Duration.ZERO : next;
			}
			finally {
				if (!completed) {
					// the next run sends these entries
					this.flights.values().forEach((flight) -> {
						flight.withdraw();
						LaneWorker.this.pause.notProbed(flight.probe());
					});
				}
			}
		}

		/**
		 * Expire entries, determine unknown outcomes and assign lines.
		 */
		private void tend() {
			LaneWorker worker = LaneWorker.this;
			String lane = this.holder.lane();
			worker.abandon(this.holder);
			List<StoredEntry> expired = worker.repository.expire(lane);
			expired.forEach((entry) -> withdraw(entry.id()));
			worker.events.publishExpired(expired);
			// the history is read over the network, and an outcome is to be recorded soon
			this.settled |= worker.settlement.settleDue(lane, (this.flights.isEmpty()) ? SETTLED_AT_ONCE : 1);
			if (Messages.isBucket(lane)) {
				worker.pin(lane, this.flights.keySet());
			}
			this.tendAt = System.nanoTime() + worker.settings.heartbeatInterval().toNanos();
		}

		private void withdraw(String id) {
			Flight flight = this.flights.get(id);
			if (flight != null && flight.withdraw()) {
				this.flights.remove(id);
				LaneWorker.this.pause.unused(flight.probe());
			}
		}

		private @Nullable Duration send() throws InterruptedException {
			RuntimeException failed = null;
			do {
				try {
					if (failed == null && this.wait == null && System.nanoTime() - this.until < 0
							&& this.mayClaim.getAsBoolean()) {
						claim();
					}
					if (!this.flights.isEmpty()) {
						land();
					}
				}
				catch (RuntimeException ex) {
					// only this run knows the outcome of what is on the wire
					failed = (failed != null) ? failed : ex;
				}
				if (failed != null || !this.mayClaim.getAsBoolean()) {
					// not to hold up a shutdown until the line has a permit
					List.copyOf(this.flights.keySet()).forEach(this::withdraw);
				}
				else if (!this.flights.isEmpty() && System.nanoTime() - this.tendAt >= 0) {
					tendMeanwhile();
				}
			}
			while (!this.flights.isEmpty());
			if (failed != null) {
				throw failed;
			}
			if (this.wait != null) {
				return this.wait;
			}
			return (this.marked) ? Duration.ZERO : (this.notNow.isEmpty()) ? null : NOT_NOW;
		}

		private void land() throws InterruptedException {
			Landing landing = this.landings.poll(CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
			while (landing != null) {
				this.flights.remove(landing.flight().entry().id(), landing.flight());
				landed(landing.flight(), landing.result());
				landing = this.landings.poll();
			}
		}

		// a send can wait for its line for a long time
		private void tendMeanwhile() {
			try {
				tend();
			}
			catch (RuntimeException ex) {
				// the outcome of what is on the wire must still be recorded
				logger.debug("A check failed while messages wait for their line; retrying", MaskedFailure.of(ex));
				this.tendAt = System.nanoTime() + LaneWorker.this.settings.heartbeatInterval().toNanos();
			}
		}

		private void claim() {
			LaneWorker worker = LaneWorker.this;
			AccountPause.Permits permits = worker.pause
				.permits(worker.settings.concurrencyPerLane() - this.flights.size());
			int free = permits.number();
			if (free <= 0) {
				return;
			}
			boolean started = false;
			try {
				for (StoredEntry entry : worker.repository.heads(this.holder.lane(),
						free + this.flights.size() + this.notNow.size(), worker.settings.holdAfterUnknown())) {
					if (free > 0 && !this.flights.containsKey(entry.id()) && !this.notNow.contains(entry.id())
							&& start(entry, permits.probe())) {
						free--;
						started = true;
					}
				}
			}
			finally {
				if (!started) {
					worker.pause.unused(permits.probe());
				}
			}
		}

		private boolean start(StoredEntry entry, long probe) {
			LaneWorker worker = LaneWorker.this;
			StoredMessage message = read(entry);
			if (message == null) {
				return false;
			}
			if (isDropped(message)) {
				replaceLine(entry, message);
				return false;
			}
			if (isToBePinned(message.request())) {
				this.notNow.add(entry.id());
				return false;
			}
			Flight flight = new Flight(entry, message.request(), this.holder, worker.repository, worker.messages,
					worker.settings.sendWindow(), worker.markExecutor, probe);
			this.flights.put(entry.id(), flight);
			flight.start(worker.account, (landed, result) -> this.landings.add(new Landing(landed, result)));
			return true;
		}

		private void landed(Flight flight, SendResult result) throws InterruptedException {
			Mark mark = flight.marked();
			ContiguityException failure = (result instanceof SendResult.Failed failed) ? failed.exception() : null;
			if (mark == null) {
				notMarked(flight, failure);
				return;
			}
			this.marked = true;
			if (failure == null) {
				LaneWorker.this.pause.works();
				String id = ((SendResult.Accepted) result).receipt().messageId();
				end(flight, mark, OutboxState.ACCEPTED, id, null);
			}
			else if (isRefusalOfTheAccount(failure)) {
				LaneWorker.this.pause.refused(failure.getMessage() + "", flight.probe());
				returnToPending(flight, mark, Duration.ZERO, "account");
			}
			else if (failure.outcome() == Outcome.REJECTED) {
				LaneWorker.this.pause.works();
				end(flight, mark, OutboxState.REJECTED, null, kind(failure));
			}
			else if (failure.outcome() == Outcome.NOT_SENT) {
				notSent(flight, mark, failure);
			}
			else {
				LaneWorker.this.pause.notProbed(flight.probe());
				becomeUnknown(flight, mark, failure);
			}
		}

		private void notMarked(Flight flight, @Nullable ContiguityException failure) {
			LaneWorker worker = LaneWorker.this;
			StoredEntry entry = flight.entry();
			worker.pause.unused(flight.probe());
			this.notNow.add(entry.id());
			boolean rejected = failure != null && failure.outcome() == Outcome.REJECTED
					&& !isRefusalOfTheAccount(failure);
			if (flight.isChanged() && isToBePinned(flight.request())) {
				return;
			}
			if (flight.isChanged() || rejected) {
				if (worker.repository.reject(entry.id(),
						(flight.isChanged() || failure == null) ? "conversation-changed" : kind(failure))) {
					worker.events.publish(entry.with(OutboxState.REJECTED), OutboxState.PENDING);
				}
			}
			else if (failure instanceof LineBusyException busy) {
				this.wait = max(busy.availableIn(), NOT_NOW);
			}
			else if (failure instanceof SendRefusedException refused && refused.availableAt() != null) {
				worker.repository.putOff(entry.id(),
						max(Duration.between(Instant.now(), refused.availableAt()), NOT_NOW), kind(refused));
			}
			else if (failure != null && flight.isUnasked()) {
				// rejected before it had a permit of its line
				worker.repository.putOff(entry.id(), backOff(1), kind(failure));
			}
		}

		private void notSent(Flight flight, Mark mark, ContiguityException failure) throws InterruptedException {
			LaneWorker.this.pause.notProbed(flight.probe());
			if (failure instanceof ContiguityTransportException && flight.isLate()) {
				LaneWorker.this.counters.late().increment();
			}
			Duration retryAfter = failure.retryAfter();
			returnToPending(flight, mark, (retryAfter != null) ? retryAfter : backOff(mark.attempt()), kind(failure));
		}

		private void end(Flight flight, Mark mark, OutboxState state, @Nullable String messageId,
				@Nullable String errorKind) throws InterruptedException {
			String id = (messageId != null && messageId.length() <= 256) ? messageId : null;
			if (record(() -> LaneWorker.this.repository.end(mark, state, id, errorKind), mark, state, id)) {
				publish(flight, mark, state, id);
			}
			else if (state == OutboxState.ACCEPTED
					&& !retried(() -> LaneWorker.this.repository.isRecorded(mark, state, null))) {
				logger.error("The message of " + mark.id()
						+ " was accepted after its entry had been settled with another outcome");
			}
		}

		private void returnToPending(Flight flight, Mark mark, Duration delay, String errorKind)
				throws InterruptedException {
			if (record(() -> LaneWorker.this.repository.returnToPending(mark, delay, errorKind), mark,
					OutboxState.PENDING, null)) {
				publish(flight, mark, OutboxState.PENDING, null);
			}
		}

		private void becomeUnknown(Flight flight, Mark mark, ContiguityException failure) throws InterruptedException {
			if (record(() -> LaneWorker.this.repository.becomeUnknown(mark, LaneWorker.this.settings.settleTime(),
					kind(failure)), mark, OutboxState.UNKNOWN, null)) {
				publish(flight, mark, OutboxState.UNKNOWN, null);
			}
		}

		private void publish(Flight flight, Mark mark, OutboxState state, @Nullable String messageId) {
			LaneWorker.this.events.publish(flight.entry().with(state, mark.attempt(), messageId), OutboxState.SENDING);
		}

		private boolean record(BooleanSupplier update, Mark mark, OutboxState state, @Nullable String messageId)
				throws InterruptedException {
			AtomicInteger tries = new AtomicInteger();
			// a try that failed may have been committed
			return retried(() -> {
				boolean again = tries.getAndIncrement() > 0;
				return update.getAsBoolean()
						|| (again && LaneWorker.this.repository.isRecorded(mark, state, messageId));
			});
		}

		// only this instance knows the outcome
		private boolean retried(BooleanSupplier access) throws InterruptedException {
			for (int tries = 0;; tries++) {
				try {
					return access.getAsBoolean();
				}
				catch (DataAccessException | TransactionException ex) {
					if (tries == 0) {
						logger.warn("Failed to record the outcome of a message; retrying", MaskedFailure.of(ex));
					}
					if (LaneWorker.this.closed.await(Math.min(2000, 100L << Math.min(tries, 5)),
							TimeUnit.MILLISECONDS)) {
						throw ex;
					}
				}
			}
		}

	}

	/**
	 * A flight that has ended.
	 *
	 * @param flight the flight
	 * @param result the outcome
	 */
	private record Landing(Flight flight, SendResult result) {
	}

}
