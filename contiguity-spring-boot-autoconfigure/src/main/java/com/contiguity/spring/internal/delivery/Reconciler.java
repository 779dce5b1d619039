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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.client.ContiguityClient;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Finds out from a conversation's history what became of a send. The history's rows have
 * no id, so it can only count those that may be the message.
 *
 * @since 0.1.0
 */
public final class Reconciler {

	/** The most that the API returns. */
	private static final int HISTORY_LIMIT = 200;

	/** How far the API's clock may be read wrong: half a slow round trip. */
	private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

	/** What Contiguity styles a text by, and may leave out of it afterwards. */
	private static final Pattern MARKUP = Pattern.compile("\\*\\*|__|~~|_");

	private final Delivery delivery;

	private final ContiguityClient client;

	private final Duration settleTime;

	private final Scheduler scheduler;

	/**
	 * Create a reconciler.
	 * @param delivery makes the calls
	 * @param client makes their attempts
	 * @param settleTime how long after an attempt a message that is not in the history
	 * may still come
	 * @param scheduler gives the time
	 */
	public Reconciler(Delivery delivery, ContiguityClient client, Duration settleTime, Scheduler scheduler) {
		this.delivery = delivery;
		this.client = client;
		this.settleTime = settleTime;
		this.scheduler = scheduler;
	}

	/**
	 * Find out what became of a send.
	 * @param unknown the send
	 * @return the verdict, or a {@link ContiguityException}
	 */
	public Mono<Reconciliation> reconcile(SendOutcomeUnknownException unknown) {
		SendRequest request = unknown.request();
		String line = unknown.from();
		String text = request.message();
		if (line == null) {
			return Mono.just(Reconciliation.undecided(
					"Contiguity chose the line, and histories are kept by line: configure 'contiguity.from' or 'contiguity.lines'"));
		}
		if (text == null) {
			return Mono.just(Reconciliation
				.undecided("The message has attachments only, and the history has nothing else to tell it by"));
		}
		HistoryRequest history = HistoryRequest.between(request.to(), line).limit(HISTORY_LIMIT).build();
		return Mono.defer(() -> {
			Instant askedAt = now();
			return this.delivery.call(Operation.HISTORY, (attempt) -> this.client.history(history, attempt))
				.map((conversation) -> decide(unknown, line, text, conversation, askedAt))
				.doOnNext((reconciliation) -> {
					if (reconciliation.verdict() != Reconciliation.Verdict.UNDECIDED) {
						this.delivery.statistics().resolved(unknown);
					}
				});
		});
	}

	private Reconciliation decide(SendOutcomeUnknownException unknown, String line, String text,
			Conversation conversation, Instant askedAt) {
		Instant now = now();
		Instant since = toApiClock(unknown.startedAt(), conversation, askedAt, now).minus(CLOCK_TOLERANCE);
		List<ConversationMessage> candidates = conversation.messages()
			.stream()
			.filter((row) -> isOutgoing(row, line) && sameText(text, row.message()) && !isBefore(row, since))
			.toList();
		if (candidates.size() > 1) {
			return Reconciliation.undecided("The history has " + candidates.size() + " messages that may be this one");
		}
		if (candidates.size() == 1) {
			ConversationMessage candidate = candidates.get(0);
			return (candidate.timestamp() != null) ? Reconciliation.sent(candidate)
					: Reconciliation.undecided("The history does not tell when the message was sent");
		}
		if (!covers(conversation, since)) {
			return Reconciliation.undecided("The history does not reach back to the time of the send");
		}
		if (unknown.request().fallback() != null) {
			return Reconciliation
				.undecided("The message may have gone out as SMS or RCS, which the history does not have");
		}
		Duration age = Duration.between(unknown.startedAt(), now);
		if (age.compareTo(this.settleTime) < 0) {
			return Reconciliation.undecided("The message is not there, but it may still come: ask again in "
					+ this.settleTime.minus(age).toMillis() + " ms");
		}
		return Reconciliation.notSent();
	}

	private Instant now() {
		return Instant.ofEpochMilli(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	// the envelope tells the API's time at about the middle of the round trip
	private static Instant toApiClock(Instant instant, Conversation conversation, Instant askedAt, Instant now) {
		Instant apiTime = conversation.metadata().timestamp();
		if (apiTime == null) {
			return instant;
		}
		Instant middle = askedAt.plus(Duration.between(askedAt, now).dividedBy(2));
		return instant.plus(Duration.between(middle, apiTime));
	}

	private static boolean isOutgoing(ConversationMessage row, String line) {
		return row.from() == null || row.from().equals(line);
	}

	private static boolean isBefore(ConversationMessage row, Instant since) {
		return row.timestamp() != null && row.timestamp().isBefore(since);
	}

	private static boolean sameText(String text, @Nullable String other) {
		return other != null && (text.equals(other) || withoutMarkup(text).equals(withoutMarkup(other)));
	}

	private static String withoutMarkup(String text) {
		return MARKUP.matcher(text).replaceAll("").strip();
	}

	private static boolean covers(Conversation conversation, Instant since) {
		if (conversation.messages().size() < HISTORY_LIMIT) {
			return conversation.chat().total() <= conversation.messages().size();
		}
		return conversation.messages().stream().anyMatch((row) -> isBefore(row, since));
	}

}
