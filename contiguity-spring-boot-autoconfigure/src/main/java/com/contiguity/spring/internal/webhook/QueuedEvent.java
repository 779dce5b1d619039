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

package com.contiguity.spring.internal.webhook;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to listeners. Its progress is managed by the dispatcher and guarded
 * by its lock.
 */
final class QueuedEvent {

	private final ContiguityWebhookEvent event;

	private final @Nullable Observation parent;

	private final int size;

	private boolean answered;

	private boolean begun;

	/**
	 * Create a queued event.
	 * @param event the event
	 * @param parent the observation of the request that delivered it, or {@code null} if
	 * there is none
	 * @param size the size of its body, in bytes
	 */
	QueuedEvent(ContiguityWebhookEvent event, @Nullable Observation parent, int size) {
		this.event = event;
		this.parent = parent;
		this.size = size;
	}

	ContiguityWebhookEvent event() {
		return this.event;
	}

	@Nullable Observation parent() {
		return this.parent;
	}

	int size() {
		return this.size;
	}

	/**
	 * Return the conversation of the event.
	 * @return a key; events with equal keys are handled in order
	 */
	Object conversation() {
		if (this.event instanceof ImessageReceivedEvent received) {
			return new Conversation(received.message().from(), received.message().to());
		}
		if (this.event instanceof TextReceivedEvent received) {
			return new Conversation(received.message().from(), received.message().to());
		}
		if (this.event instanceof TextDeliveryEvent delivery) {
			return new Conversation(delivery.to(), delivery.from());
		}
		return this.event.id();
	}

	boolean isAnswered() {
		return this.answered;
	}

	/**
	 * Record that the delivery was answered.
	 * @return whether it had not been answered before
	 */
	boolean answer() {
		boolean first = !this.answered;
		this.answered = true;
		return first;
	}

	/**
	 * Begin to handle the event or to give it up. Only one of them happens, and only
	 * once.
	 * @return whether it had not begun before
	 */
	boolean begin() {
		boolean first = !this.begun;
		this.begun = true;
		return first;
	}

	private record Conversation(String person, String line) {
	}

}
