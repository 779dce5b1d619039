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

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.client.ContiguityClient;
import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.internal.delivery.RecentSends.RecentSend;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.line.Line;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Determines the outcome of a send from the recipient's histories. Rows of a history have
 * no id. So the reconciler counts the rows that may be the message: rows with its text
 * and time that are not explained by another send of this process. The verdict is "not
 * sent" only if nothing else is possible.
 *
 * @since 0.1.0
 */
public final class Reconciler {

	/** Maximum number of messages in a history request. */
	private static final int HISTORY_LIMIT = 200;

	/** Number of histories that are read at the same time. */
	private static final int CONCURRENCY = 4;

	/**
	 * Maximum error of the API's clock as read from a response: half a slow round trip.
	 */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

	private final Delivery delivery;

	private final ContiguityClient client;

	private final LinePool linePool;

	private final Duration timeout;

	private final Duration settleTime;

	private final Scheduler scheduler;

	/**
	 * Create a reconciler.
	 * @param delivery delivers the calls
	 * @param client makes their attempts
	 * @param linePool the lines that messages are sent from
	 * @param timeout the maximum duration of a send
	 * @param settleTime how long after a send its message may still appear in a history
	 * @param scheduler provides the time
	 */
	public Reconciler(Delivery delivery, ContiguityClient client, LinePool linePool, Duration timeout,
			Duration settleTime, Scheduler scheduler) {
		this.delivery = delivery;
		this.client = client;
		this.linePool = linePool;
		this.timeout = timeout;
		this.settleTime = settleTime;
		this.scheduler = scheduler;
	}

	/**
	 * Determine the outcome of a send.
	 * @param unknown the send
	 * @return the verdict, or a {@link ContiguityException}
	 */
	public Mono<Reconciliation> reconcile(UnknownSend unknown) {
		return reconcile(unknown, (rows, line, ahead) -> rows);
	}

	/**
	 * Determine the outcome of a send.
	 * @param unknown the send
	 * @param known sends that this reconciler does not know
	 * @return the verdict, or a {@link ContiguityException}
	 */
	Mono<Reconciliation> reconcile(UnknownSend unknown, KnownSends known) {
		String line = unknown.line();
		String text = unknown.request().message();
		if (line == null) {
			return Mono.just(Reconciliation.undecided(
					"Contiguity chose the line, and each line has its own history. Configure 'contiguity.from' or 'contiguity.lines'"));
		}
		if (text == null || MessageText.normalize(text).isEmpty()) {
			return Mono.just(Reconciliation
				.undecided("The message has attachments only and cannot be identified in the history"));
		}
		Search search = new Search(unknown, MessageText.normalize(text), known);
		return history(search, line).flatMap((own) -> {
			Reconciliation found = found(search, List.of(own));
			return (found != null) ? Mono.just(found) : absent(search, line, own);
		}).doOnNext((reconciliation) -> {
			if (reconciliation.verdict() != Reconciliation.Verdict.UNDECIDED) {
				this.delivery.statistics().resolved(unknown);
			}
		});
	}

	// Contiguity may have sent it from another line of the account
	private Mono<Reconciliation> absent(Search search, String line, History own) {
		return this.delivery.call(Operation.LINES, this.client::leasedLines)
			.flatMap((leased) -> Flux.fromIterable(others(line, leased))
				.flatMap((other) -> history(search, other), CONCURRENCY)
				.collectList()
				.map((histories) -> {
					histories.add(own);
					Reconciliation found = found(search, histories);
					return (found != null) ? found : absent(search, histories);
				}))
			.onErrorResume(ContiguityException.class, (failure) -> Mono.just(undecided(search,
					"The message is not in the history of its line, and not all lines of the account could be checked")));
	}

	private Set<String> others(String line, List<LeasedLine> leased) {
		Set<String> lines = new LinkedHashSet<>(this.linePool.lines().stream().map(Line::number).toList());
		leased.forEach((each) -> lines.add(each.number()));
		lines.remove(line);
		return lines;
	}

	private Mono<History> history(Search search, String line) {
		HistoryRequest request = HistoryRequest.between(search.unknown().request().to(), line)
			.limit(HISTORY_LIMIT)
			.build();
		return Mono.defer(() -> {
			Instant askedAt = now();
			return this.delivery.call(Operation.HISTORY, (attempt) -> this.client.history(request, line, attempt))
				.map((conversation) -> read(search, line, conversation, askedAt));
		});
	}

	private History read(Search search, String line, Conversation conversation, Instant askedAt) {
		Instant apiTime = conversation.metadata().timestamp();
		// the envelope contains the API's time at about the middle of the round trip
		Duration ahead = (apiTime != null)
				? Duration.between(askedAt.plus(Duration.between(askedAt, now()).dividedBy(2)), apiTime) : null;
		Duration offset = (ahead != null) ? ahead : Duration.ZERO;
		Instant since = search.unknown().startedAt().plus(offset).minus(CLOCK_TOLERANCE);
		Instant until = latest(search.unknown().request(), search.unknown().startedAt()).plus(offset);
		List<ConversationMessage> rows = new ArrayList<>(conversation.messages()
			.stream()
			.filter((row) -> !search.unknown().request().to().equals(row.from()))
			.toList());
		long sameTextInDoubt = 0;
		for (RecentSend send : this.delivery.recentSends().others(search.unknown())) {
			boolean sameText = search.isText(send.request().message());
			if (send.accepted() || !sameText) {
				removeRowOf(send, rows, offset);
			}
			else if (!send.startedAt().plus(offset).isAfter(until)
					&& !latest(send.request(), send.startedAt()).plus(offset).isBefore(since)) {
				sameTextInDoubt++;
			}
		}
		List<ConversationMessage> unexplained = search.known().unexplained(rows, line, offset);
		return new History(unexplained.stream().filter((row) -> isWithin(row, since, until)).toList(), sameTextInDoubt,
				covers(conversation, since), ahead != null);
	}

	private void removeRowOf(RecentSend send, List<ConversationMessage> rows, Duration offset) {
		String text = send.request().message();
		if (text == null) {
			return;
		}
		String normalized = MessageText.normalize(text);
		Instant since = send.startedAt().plus(offset).minus(CLOCK_TOLERANCE);
		Instant until = latest(send.request(), send.startedAt()).plus(offset);
		rows.stream()
			.filter((row) -> row.timestamp() != null && isWithin(row, since, until) && row.message() != null
					&& MessageText.normalize(row.message()).equals(normalized))
			.findFirst()
			.ifPresent(rows::remove);
	}

	private Instant latest(SendRequest request, Instant startedAt) {
		Duration timeout = (request.timeout() != null) ? request.timeout() : this.timeout;
		return startedAt.plus(timeout).plus(this.settleTime).plus(CLOCK_TOLERANCE);
	}

	private static boolean isWithin(ConversationMessage row, Instant since, Instant until) {
		Instant at = row.timestamp();
		return at == null || (!at.isBefore(since) && !at.isAfter(until));
	}

	private static boolean covers(Conversation conversation, Instant since) {
		if (conversation.messages().size() < HISTORY_LIMIT) {
			Long total = conversation.chat().total();
			return total != null && total <= conversation.messages().size();
		}
		return conversation.messages()
			.stream()
			.anyMatch((row) -> row.timestamp() != null && row.timestamp().isBefore(since));
	}

	private @Nullable Reconciliation found(Search search, List<History> histories) {
		List<ConversationMessage> candidates = histories.stream()
			.flatMap((history) -> history.rows().stream())
			.filter((row) -> search.isText(row.message()))
			.toList();
		if (candidates.isEmpty()) {
			return null;
		}
		long possible = 1 + histories.stream().mapToLong(History::sameTextInDoubt).max().orElse(0);
		if (candidates.size() < possible) {
			return undecided(search, "The history contains " + count(candidates)
					+ " with this text, but the outcomes of " + possible + " such messages are unknown");
		}
		if (candidates.size() > possible) {
			return Reconciliation.undecided("The history contains " + count(candidates) + " that may be this one");
		}
		ConversationMessage candidate = candidates.get(0);
		if (candidate.timestamp() == null || !histories.stream().allMatch(History::clockKnown)) {
			return Reconciliation.undecided("The history does not show when the message was sent");
		}
		return Reconciliation.sent(candidate);
	}

	private Reconciliation absent(Search search, List<History> histories) {
		SendRequest request = search.unknown().request();
		if (!histories.stream().allMatch(History::clockKnown)) {
			return Reconciliation.undecided("The history does not contain the current time of the API");
		}
		if (!histories.stream().allMatch(History::covers)) {
			return undecided(search, "The history does not reach back to the time of the send");
		}
		if (histories.stream().anyMatch((history) -> !history.rows().isEmpty())) {
			return undecided(search,
					"The history contains other messages of that time, one of which may be this message with a changed text");
		}
		if (request.fallback() != null) {
			return undecided(search,
					"The message may have been sent as SMS or RCS, which the history does not contain");
		}
		if (!request.attachments().isEmpty()) {
			return undecided(search, "The history may contain only the attachments of the message");
		}
		Duration wait = mayStillAppear(search);
		if (wait != null) {
			return undecided(search, "The history does not contain the message, but it may still appear. Try again in "
					+ wait.plusMillis(999).toSeconds() + " s");
		}
		return Reconciliation.notSent();
	}

	private Reconciliation undecided(Search search, String reason) {
		return Reconciliation.undecided(reason, mayStillAppear(search));
	}

	private @Nullable Duration mayStillAppear(Search search) {
		UnknownSend unknown = search.unknown();
		Duration wait = Duration.between(now(), latest(unknown.request(), unknown.startedAt()));
		return (wait.compareTo(Duration.ZERO) > 0) ? wait : null;
	}

	private static String count(List<ConversationMessage> messages) {
		return (messages.size() == 1) ? "one message" : messages.size() + " messages";
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	/**
	 * A search for a message.
	 *
	 * @param unknown the send
	 * @param text its text, normalized
	 * @param known sends that are recorded elsewhere
	 */
	private record Search(UnknownSend unknown, String text, KnownSends known) {

		boolean isText(@Nullable String other) {
			return other != null && this.text.equals(MessageText.normalize(other));
		}

	}

	/**
	 * The result of reading the history of one line.
	 *
	 * @param rows messages that were sent at the time of the send and that no other send
	 * explains
	 * @param sameTextInDoubt other sends of the same text at about the same time whose
	 * outcome is unknown, too
	 * @param covers whether it reaches back to the time of the send
	 * @param clockKnown whether the API's time is known
	 */
	private record History(List<ConversationMessage> rows, long sameTextInDoubt, boolean covers, boolean clockKnown) {
	}

}
