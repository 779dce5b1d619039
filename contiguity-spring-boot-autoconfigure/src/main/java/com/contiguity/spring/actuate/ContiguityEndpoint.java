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

package com.contiguity.spring.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.CallStatistics;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.line.LinePacer;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * {@link Endpoint @Endpoint} to expose the status of sending and receiving. For each
 * account, it shows lines, calls, the retry budget, the last failures and sends with an
 * unknown outcome. It also shows the status of webhooks and of the outbox. Numbers are
 * masked.
 *
 * @since 0.1.0
 */
@Endpoint(id = "contiguity")
public class ContiguityEndpoint {

	private final Map<String, ReactiveImessageTemplate> templates;

	private final @Nullable Supplier<WebhooksDescriptor> webhooks;

	private final @Nullable OutboxSection outbox;

	/**
	 * Create an endpoint.
	 * @param templates the templates to describe, by the name of their account; empty if
	 * nothing is sent
	 * @param webhooks the statistics of webhooks, or {@code null} if none are received
	 * @param outbox describes the outbox, or {@code null} if there is none
	 */
	public ContiguityEndpoint(Map<String, ReactiveImessageTemplate> templates,
			@Nullable Supplier<WebhooksDescriptor> webhooks, @Nullable OutboxSection outbox) {
		this.templates = new LinkedHashMap<>(templates);
		this.webhooks = webhooks;
		this.outbox = outbox;
	}

	/**
	 * Describe the status of sending and receiving.
	 * @return a description
	 */
	@ReadOperation
	public ContiguityDescriptor contiguity() {
		Map<String, AccountDescriptor> accounts = new LinkedHashMap<>();
		this.templates.forEach((name, template) -> {
			Account account = template.unwrap(Account.class);
			if (account != null) {
				accounts.put(name, describe(account));
			}
		});
		return new ContiguityDescriptor(accounts, (this.webhooks != null) ? this.webhooks.get() : null,
				(this.outbox != null) ? this.outbox.describe() : null);
	}

	/**
	 * Settle an outbox entry whose outcome could not be determined automatically.
	 * @param id the entry's id
	 * @param verdict {@code SENT}, or {@code NOT_SENT} to send it again
	 * @return the settled entry
	 */
	@WriteOperation
	public OutboxEntryDescriptor settle(@Selector String id, Verdict verdict) {
		if (this.outbox == null) {
			throw new InvalidEndpointRequestException("There is no outbox", "The application has no outbox");
		}
		try {
			return this.outbox.settle(id, verdict);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new InvalidEndpointRequestException("The entry cannot be settled", String.valueOf(ex.getMessage()));
		}
	}

	private static AccountDescriptor describe(Account account) {
		Delivery delivery = account.delivery();
		CallStatistics statistics = delivery.statistics();
		return new AccountDescriptor(lines(account.linePool(), delivery), statistics.calls(), delivery.retryBudget(),
				statistics.failures().stream().map(FailureDescriptor::of).toList(),
				statistics.unknownSends().stream().map(UnknownSendDescriptor::of).toList());
	}

	private static List<LineDescriptor> lines(LinePool pool, Delivery delivery) {
		List<LineDescriptor> lines = new ArrayList<>();
		for (Line line : pool.lines()) {
			LinePacer.Load load = delivery.load(line.number());
			lines.add(new LineDescriptor(line.alias(), Masking.number(line.number()),
					(load != null) ? load.available() : null, (load != null) ? load.waiting() : null));
		}
		return lines;
	}

	/**
	 * Describes an outbox to the endpoint and settles its entries.
	 */
	public interface OutboxSection {

		/**
		 * Describe the outbox.
		 * @return the description
		 */
		OutboxDescriptor describe();

		/**
		 * Settle an entry.
		 * @param id the entry's id
		 * @param verdict whether its message was sent
		 * @return the settled entry
		 * @throws IllegalArgumentException if there is no such entry, or the verdict is
		 * {@code UNDECIDED}
		 * @throws IllegalStateException if the outcome of the entry is not unknown
		 */
		OutboxEntryDescriptor settle(String id, Verdict verdict);

	}

	/**
	 * Description of the status of sending and receiving.
	 *
	 * @param accounts the accounts of the templates, by name
	 * @param webhooks the webhooks, or {@code null} if none are received
	 * @param outbox the outbox, or {@code null} if there is none
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record ContiguityDescriptor(Map<String, AccountDescriptor> accounts, @Nullable WebhooksDescriptor webhooks,
			@Nullable OutboxDescriptor outbox) {
	}

	/**
	 * Description of an outbox, which all instances share.
	 *
	 * @param entries the number of entries, by state
	 * @param oldestDue how long the oldest due entry has been due; zero if none is due
	 * @param pausedSince since when this instance sends nothing because the account is
	 * refused, or {@code null}
	 * @param lanes the queues of entries, one for each line
	 * @param unsettled entries that are {@code UNKNOWN} or {@code UNDECIDED}, at most
	 * 100, oldest first
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record OutboxDescriptor(Map<String, Long> entries, Duration oldestDue, @Nullable Instant pausedSince,
			List<OutboxLaneDescriptor> lanes, List<OutboxEntryDescriptor> unsettled) {
	}

	/**
	 * Description of a lane of an outbox: the queue of the entries of a line.
	 *
	 * @param alias the alias of its line, {@code other} if the line is not in the pool,
	 * or {@code bucket-n} if the line is not known yet
	 * @param waiting how many entries wait
	 * @param holder the instance that works on the line now, or {@code null} if none does
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record OutboxLaneDescriptor(String alias, long waiting, @Nullable String holder) {
	}

	/**
	 * Description of an outbox entry.
	 *
	 * @param id its id
	 * @param state its state
	 * @param startedAt when the last attempt was started, by the clock of the database,
	 * or {@code null} if there was none
	 * @param attempts how many attempts were made
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param reason the reason for the state, or {@code null} if there is none
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record OutboxEntryDescriptor(String id, String state, @Nullable Instant startedAt, int attempts,
			@Nullable String reference, @Nullable String reason) {
	}

	/**
	 * Description of the status of sending with an account.
	 *
	 * @param lines the lines of the pool
	 * @param calls the number of calls since the start, by operation and outcome
	 * @param retryBudget the tokens of the retry budget, from 0 to 500; a retry costs 5
	 * @param lastFailures the last failures, at most 20, oldest first
	 * @param unknownSends the sends with an unknown outcome that has not been determined
	 * by reconciliation, at most 100, oldest first
	 */
	public record AccountDescriptor(List<LineDescriptor> lines, Map<String, Map<String, Long>> calls, int retryBudget,
			List<FailureDescriptor> lastFailures, List<UnknownSendDescriptor> unknownSends) {
	}

	/**
	 * Description of the status of receiving webhooks.
	 *
	 * @param deliveries the number of deliveries since the start, by type and result
	 * @param handledEvents the number of events handled by listeners since the start
	 * @param failedEvents the number of events since the start whose listener failed, or
	 * that were given up at shutdown
	 * @param pendingEvents the number of events that wait for listeners or are being
	 * handled
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record WebhooksDescriptor(Map<String, Map<String, Long>> deliveries, long handledEvents, long failedEvents,
			int pendingEvents) {
	}

	/**
	 * Description of a line.
	 *
	 * @param alias its alias, which does not change while the application runs
	 * @param number its number, masked
	 * @param available how many messages it can send at once, or {@code null} if that is
	 * not known
	 * @param waiting how many messages wait for it, or {@code null} if that is not known
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record LineDescriptor(String alias, String number, @Nullable Long available, @Nullable Integer waiting) {
	}

	/**
	 * Description of a failed call.
	 *
	 * @param at when it ended
	 * @param operation its operation
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param outcome its outcome
	 * @param exception the simple name of the exception, or {@code cancelled} if the
	 * caller cancelled the call
	 * @param status the HTTP status of the last response, or {@code null} if there was
	 * none
	 * @param errorId the API's id of the error, or {@code null} if there is none
	 * @param requestId the API's request id of the last response if that was not an
	 * error, or {@code null} if there is none
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record FailureDescriptor(Instant at, String operation, @Nullable String reference, Outcome outcome,
			String exception, @Nullable Integer status, @Nullable String errorId, @Nullable String requestId) {

		static FailureDescriptor of(CallStatistics.Failure failure) {
			return new FailureDescriptor(failure.at(), failure.operation(), failure.reference(), failure.outcome(),
					failure.exception(), failure.status(), failure.errorId(), failure.requestId());
		}

	}

	/**
	 * Description of a send with an unknown outcome.
	 *
	 * @param startedAt when the attempt that the API may have accepted was started
	 * @param to the recipient, masked
	 * @param from the line, masked
	 * @param attempts how many attempts were made
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param cause the simple name of the cause
	 * @param errorId the API's id of the error, or {@code null} if there is none
	 * @param requestId the API's request id of the response if that was not an error, or
	 * {@code null} if there is none
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record UnknownSendDescriptor(Instant startedAt, String to, String from, int attempts,
			@Nullable String reference, String cause, @Nullable String errorId, @Nullable String requestId) {

		static UnknownSendDescriptor of(CallStatistics.UnsettledSend send) {
			return new UnknownSendDescriptor(send.startedAt(), send.to(), send.from(), send.attempts(),
					send.reference(), send.cause(), send.errorId(), send.requestId());
		}

	}

}
