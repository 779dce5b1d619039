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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.CallStatistics.Failure;
import com.contiguity.spring.internal.delivery.CallStatistics.UnsettledSend;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.line.LinePacer;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that tells how sending is doing: lines, calls, the retry
 * budget, the last failures and what is still unknown; and how receiving webhooks is.
 * Numbers are masked.
 *
 * @since 0.1.0
 */
@Endpoint(id = "contiguity")
public class ContiguityEndpoint {

	private final @Nullable ReactiveImessageTemplate template;

	private final @Nullable WebhookReceiver receiver;

	/**
	 * Create an endpoint.
	 * @param template what to tell of
	 */
	public ContiguityEndpoint(ReactiveImessageTemplate template) {
		this(template, null);
	}

	/**
	 * Create an endpoint.
	 * @param template what to tell of, or {@code null} if nothing is sent
	 * @param receiver what to tell of, or {@code null} if no webhooks are received
	 */
	public ContiguityEndpoint(@Nullable ReactiveImessageTemplate template, @Nullable WebhookReceiver receiver) {
		this.template = template;
		this.receiver = receiver;
	}

	/**
	 * Tell how sending is doing.
	 * @return a description
	 */
	@ReadOperation
	public ContiguityDescriptor contiguity() {
		Account account = (this.template != null) ? this.template.unwrap(Account.class) : null;
		if (account == null) {
			return new ContiguityDescriptor(Collections.emptyList(), Collections.emptyMap(), null,
					Collections.emptyList(), Collections.emptyList(), webhooks());
		}
		Delivery delivery = account.delivery();
		return new ContiguityDescriptor(lines(account.linePool(), delivery), delivery.statistics().calls(),
				delivery.retryBudget(), delivery.statistics().failures(), delivery.statistics().unknownSends(),
				webhooks());
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

	private @Nullable WebhooksDescriptor webhooks() {
		return (this.receiver != null) ? new WebhooksDescriptor(this.receiver.statistics().deliveries(),
				this.receiver.statistics().handledEvents(), this.receiver.statistics().failedEvents(),
				this.receiver.pendingEvents()) : null;
	}

	/**
	 * Description of how sending is doing.
	 *
	 * @param lines the lines of the pool
	 * @param calls the number of calls since the start, by operation and outcome
	 * @param retryBudget the tokens of the retry budget, from 0 to 500; a retry costs 5;
	 * {@code null} if nothing is sent
	 * @param lastFailures the last failures, at most 20, the latest last
	 * @param unknownSends the sends of unknown outcome that no reconciliation has
	 * settled, at most 100, the latest last
	 * @param webhooks the webhooks, or {@code null} if none are received
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record ContiguityDescriptor(List<LineDescriptor> lines, Map<String, Map<String, Long>> calls,
			@Nullable Integer retryBudget, List<Failure> lastFailures, List<UnsettledSend> unknownSends,
			@Nullable WebhooksDescriptor webhooks) {
	}

	/**
	 * Description of how receiving webhooks is doing.
	 *
	 * @param deliveries the number of deliveries since the start, by type and result
	 * @param handledEvents how many events listeners have handled since the start
	 * @param failedEvents how many events a listener failed on since the start, or were
	 * given up when the application stopped
	 * @param pendingEvents how many events wait for listeners, or are with them
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record WebhooksDescriptor(Map<String, Map<String, Long>> deliveries, long handledEvents, long failedEvents,
			int pendingEvents) {
	}

	/**
	 * Description of a line.
	 *
	 * @param alias its alias, which it keeps while the application runs
	 * @param number its number, masked
	 * @param available how many messages it can take at once, or {@code null} if that is
	 * not known
	 * @param waiting how many messages wait for it, or {@code null} if that is not known
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record LineDescriptor(String alias, String number, @Nullable Long available, @Nullable Integer waiting) {
	}

}
