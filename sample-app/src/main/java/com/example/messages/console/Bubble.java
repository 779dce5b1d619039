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

package com.example.messages.console;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.imessage.UnknownSend;
import org.jspecify.annotations.Nullable;

/**
 * A message on the page.
 *
 * @param id its id on the page, and the reference of its send
 * @param mine whether this application sent it
 * @param text the text, or {@code null} if there are only attachments
 * @param attachments the addresses of the attachments
 * @param at when it was sent or came in
 * @param state what is known of it
 * @param detail more about the state, in words for people
 * @param sendsAt when its line is expected to have room, while it waits for it
 * @param sms whether it went out as SMS
 * @param read when it was read, or {@code null} if it was not
 * @param tapbacks the reactions to it
 * @param messageId Contiguity's id of it, or {@code null} if there is none
 * @param unknown what is needed to find out, if the outcome is unknown
 */
record Bubble(String id, boolean mine, @Nullable String text, List<String> attachments, Instant at, State state,
		@Nullable String detail, @Nullable Instant sendsAt, boolean sms, @Nullable Instant read, Set<String> tapbacks,
		@Nullable String messageId, @Nullable UnknownSend unknown) {

	static Bubble sending(String id, @Nullable String text, List<String> attachments, @Nullable Instant sendsAt) {
		return new Bubble(id, true, text, attachments, Instant.now(), (sendsAt != null) ? State.WAITING : State.SENDING,
				null, sendsAt, false, null, Set.of(), null, null);
	}

	static Bubble queued(String id, @Nullable String text, List<String> attachments) {
		return new Bubble(id, true, text, attachments, Instant.now(), State.QUEUED, null, null, false, null, Set.of(),
				null, null);
	}

	static Bubble known(String id, boolean mine, @Nullable String text, List<String> attachments, Instant at) {
		return new Bubble(id, mine, text, attachments, at, (mine) ? State.ACCEPTED : State.RECEIVED, null, null, false,
				null, Set.of(), null, null);
	}

	Bubble waits(@Nullable Instant sendsAt) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at,
				(sendsAt != null) ? State.WAITING : State.SENDING, null, sendsAt, this.sms, this.read, this.tapbacks,
				this.messageId, null);
	}

	Bubble is(State state, @Nullable String detail) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, state, detail, null, this.sms,
				this.read, this.tapbacks, this.messageId, null);
	}

	Bubble accepted(@Nullable String messageId, @Nullable String detail) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, State.ACCEPTED, detail, null,
				this.sms, this.read, this.tapbacks, messageId, null);
	}

	Bubble unknown(UnknownSend unknown, @Nullable String detail) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, State.UNKNOWN, detail, null,
				this.sms, this.read, this.tapbacks, this.messageId, unknown);
	}

	Bubble asSms() {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, this.state, this.detail,
				this.sendsAt, true, this.read, this.tapbacks, this.messageId, this.unknown);
	}

	Bubble seen(@Nullable Instant read, Set<String> tapbacks) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, this.state, this.detail,
				this.sendsAt, this.sms, read, tapbacks, this.messageId, this.unknown);
	}

	// so that a history can show it: while it is sent, too
	boolean mayHaveArrived() {
		return this.state != State.REJECTED && this.state != State.NOT_SENT && this.state != State.QUEUED;
	}

	/**
	 * What is known of a message.
	 */
	enum State {

		/** It is in the outbox. */
		QUEUED("in the outbox"),

		/** It waits for its line. */
		WAITING("waiting for the line"),

		/** It is being sent. */
		SENDING("sending…"),

		/** An attempt failed. */
		RETRYING("trying again"),

		/** Contiguity took it. */
		ACCEPTED("accepted"),

		/** Contiguity refused it. */
		REJECTED("rejected"),

		/** It was certainly not sent. */
		NOT_SENT("not sent"),

		/** It may have been sent. */
		UNKNOWN("unknown: it may have been sent"),

		/** The history does not tell either. */
		UNDECIDED("undecided: a person has to settle it"),

		/** It came in. */
		RECEIVED("received");

		private final String words;

		State(String words) {
			this.words = words;
		}

		@Override
		public String toString() {
			return this.words;
		}

	}

}
