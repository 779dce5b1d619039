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

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxEntryDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxLaneDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxSection;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.outbox.OutboxState;

/**
 * Describes an outbox to the actuator endpoint, without numbers, texts and keys.
 */
public final class OutboxReport implements OutboxSection {

	private static final int UNSETTLED = 100;

	private final Outbox outbox;

	/**
	 * Create a report.
	 * @param outbox the outbox to describe
	 */
	public OutboxReport(Outbox outbox) {
		this.outbox = outbox;
	}

	@Override
	public OutboxDescriptor describe() {
		OutboxRepository repository = this.outbox.repository();
		Map<String, Long> entries = new TreeMap<>();
		repository.countByState().forEach((state, count) -> entries.put(name(state), count));
		Map<String, String> aliases = aliases();
		List<OutboxLaneDescriptor> lanes = repository.lanes()
			.stream()
			.map((lane) -> new OutboxLaneDescriptor(
					(Messages.isBucket(lane.id())) ? lane.id() : aliases.getOrDefault(lane.id(), "other"),
					lane.waiting(), lane.holder()))
			.toList();
		return new OutboxDescriptor(entries, repository.oldestAge(), this.outbox.pause().since(), lanes,
				repository.unsettled(UNSETTLED).stream().map(OutboxReport::describe).toList());
	}

	private Map<String, String> aliases() {
		Map<String, String> aliases = new HashMap<>();
		Account account = this.outbox.account();
		if (account != null) {
			for (Line line : account.linePool().lines()) {
				aliases.put(this.outbox.messages().lane(line.number()), line.alias());
			}
		}
		return aliases;
	}

	private static OutboxEntryDescriptor describe(StoredEntry entry) {
		Instant startedAt = entry.startedAt();
		return new OutboxEntryDescriptor(entry.id(), name(entry.state()), startedAt, entry.attempts(),
				entry.reference(), entry.errorKind());
	}

	private static String name(OutboxState state) {
		return state.name().toLowerCase(Locale.ROOT);
	}

	@Override
	public OutboxEntryDescriptor settle(String id, Verdict verdict) {
		return describe((StoredEntry) this.outbox.operations().settle(id, verdict));
	}

}
