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
 * An event on its way to listeners. How far it has come is the dispatcher's business, and
 * guarded by its lock.
 */
final class Arrival {

	private final ContiguityWebhookEvent event;

	private final @Nullable Observation parent;

	private final int size;

	private State state = State.ACCEPTED;

	/**
	 * Create an arrival.
	 * @param event the event
	 * @param parent the observation of the request that brought it, or {@code null} if
	 * there is none
	 * @param size the size of the body that it came in, in bytes
	 */
	Arrival(ContiguityWebhookEvent event, @Nullable Observation parent, int size) {
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
	 * Return what the event belongs to.
	 * @return a key; events of equal ones are handled in order
	 */
	Object conversation() {
		if (this.event instanceof ImessageReceivedEvent received) {
			return new Conversation(received.message().from(), received.message().to());
		}
		if (this.event instanceof TextReceivedEvent received) {
			return new Conversation(received.message().from(), received.message().to());
		}
		if (this.event instanceof TextDeliveryEvent delivery) {
			return new Conversation(delivery.from(), delivery.to());
		}
		return this.event.id();
	}

	boolean is(State state) {
		return this.state == state;
	}

	/**
	 * Go on, unless something else has happened.
	 * @param from how far it has to have come
	 * @param to how far it comes
	 * @return whether it did
	 */
	boolean advance(State from, State to) {
		boolean advances = this.state == from;
		if (advances) {
			this.state = to;
		}
		return advances;
	}

	/**
	 * Give it up, unless listeners are being told of it.
	 * @return whether it was given up
	 */
	boolean abandon() {
		boolean abandons = this.state != State.HANDLED && this.state != State.ABANDONED;
		if (abandons) {
			this.state = State.ABANDONED;
		}
		return abandons;
	}

	/**
	 * How far an event has come.
	 */
	enum State {

		/** It has its place in its conversation, and waits for the answer to go out. */
		ACCEPTED,

		/** Its delivery was answered: it can be handled when it is its turn. */
		ANSWERED,

		/** The executor was given it, and has not begun. */
		OFFERED,

		/** Listeners are being told of it, or were. */
		HANDLED,

		/** The application ended before it was handled. */
		ABANDONED

	}

	private record Conversation(String from, String to) {
	}

}
