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

import java.util.List;

import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.outbox.OutboxEntryEvent;
import com.contiguity.spring.outbox.OutboxState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events after changes are committed. A failing listener does not affect the
 * entry.
 */
public final class OutboxEvents {

	private static final Log logger = LogFactory.getLog(OutboxEvents.class);

	private final ApplicationEventPublisher publisher;

	/**
	 * Create a publisher of entry events.
	 * @param publisher the publisher to use
	 */
	public OutboxEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	void publish(StoredEntry entry, @Nullable OutboxState previousState) {
		try {
			this.publisher.publishEvent(new OutboxEntryEvent(entry, previousState));
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of OutboxEntryEvent failed for " + entry.id() + "; the entry is not affected",
					MaskedFailure.of(ex));
		}
	}

	void publishExpired(List<StoredEntry> entries) {
		entries.forEach((entry) -> publish(entry.with(OutboxState.EXPIRED), OutboxState.PENDING));
	}

}
