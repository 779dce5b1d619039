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

import org.springframework.util.StringUtils;

/**
 * A message on the page.
 *
 * @param id its id on the page, and the reference of its send
 * @param mine whether this application sent it
 * @param text the text, or {@code null} if there are only attachments
 * @param attachments the attachments
 * @param at when it was sent or came in
 * @param state what is known of it
 * @param detail more about the state, in words for people
 * @param sendsAt when its line is expected to have room, while it waits for it
 * @param marks what happened to it at the recipient
 * @param messageId Contiguity's id of it, or {@code null} if there is none
 * @param unknown what is needed to find out, if the outcome is unknown
 * @param entry the id of its entry in the outbox, or {@code null} if it has none
 */
record Bubble(String id, boolean mine, @Nullable String text, List<Attachment> attachments, Instant at, State state,
		@Nullable String detail, @Nullable Instant sendsAt, Marks marks, @Nullable String messageId,
		@Nullable UnknownSend unknown, @Nullable String entry) {

	static Bubble sent(String id, @Nullable String text, List<String> attachments, State state) {
		return new Bubble(id, true, text, attachments.stream().map(Attachment::of).toList(), Instant.now(), state, null,
				null, Marks.NONE, null, null, null);
	}

	static Bubble received(String messageId, @Nullable String text, List<Attachment> attachments, Instant at) {
		return new Bubble(Chats.newId("bubble"), false, text, attachments, at, State.RECEIVED, null, null, Marks.NONE,
				messageId, null, null);
	}

	static Bubble known(String id, boolean mine, @Nullable String text, List<Attachment> attachments, Instant at) {
		return new Bubble(id, mine, text, attachments, at, (mine) ? State.ACCEPTED : State.RECEIVED, null, null,
				Marks.NONE, null, null, null);
	}

	Bubble is(State state, @Nullable String detail) {
		return with(state, detail, null, this.messageId, null);
	}

	Bubble because(String detail) {
		return with(this.state, detail, this.sendsAt, this.messageId, this.unknown);
	}

	Bubble waits(Instant sendsAt) {
		return with(State.WAITING, null, sendsAt, this.messageId, null);
	}

	Bubble accepted(@Nullable String messageId, @Nullable String detail) {
		return with(State.ACCEPTED, detail, null, messageId, null);
	}

	Bubble unknown(UnknownSend unknown, @Nullable String detail) {
		return with(State.UNKNOWN, detail, null, this.messageId, unknown);
	}

	private Bubble with(State state, @Nullable String detail, @Nullable Instant sendsAt, @Nullable String messageId,
			@Nullable UnknownSend unknown) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, state, detail, sendsAt, this.marks,
				messageId, unknown, this.entry);
	}

	Bubble inOutbox(String entry) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, this.state, this.detail,
				this.sendsAt, this.marks, this.messageId, this.unknown, entry);
	}

	Bubble marked(Marks marks) {
		return new Bubble(this.id, this.mine, this.text, this.attachments, this.at, this.state, this.detail,
				this.sendsAt, marks, this.messageId, this.unknown, this.entry);
	}

	// so that a history can show it: while it is sent, too
	boolean mayHaveArrived() {
		return !Set.of(State.REJECTED, State.NOT_SENT, State.QUEUED, State.PUT_OFF).contains(this.state);
	}

	// public for the page
	public boolean waitsInOutbox() {
		return this.entry != null && Set.of(State.QUEUED, State.PUT_OFF).contains(this.state);
	}

	/**
	 * What happened to a message at the recipient.
	 *
	 * @param sms whether it went out as SMS
	 * @param undelivered whether it was not delivered
	 * @param read when it was read, or {@code null} if it was not
	 * @param tapbacks the reactions to it
	 */
	record Marks(boolean sms, boolean undelivered, @Nullable Instant read, Set<String> tapbacks) {

		static final Marks NONE = new Marks(false, false, null, Set.of());

		Marks asSms(boolean undelivered) {
			return new Marks(true, undelivered, this.read, this.tapbacks);
		}

	}

	/**
	 * An attachment.
	 *
	 * @param name the name of the file
	 * @param url its address, or {@code null} if there is none that a page may link to
	 */
	record Attachment(String name, @Nullable String url) {

		static Attachment of(@Nullable String url) {
			return of(url, null);
		}

		static Attachment of(@Nullable String url, @Nullable String filename) {
			boolean safe = url != null && url.regionMatches(true, 0, "https://", 0, 8);
			String name = (filename != null || url == null) ? filename
					: StringUtils.getFilename(url.replaceFirst("[?#].*", ""));
			return new Attachment((name != null && !name.isBlank()) ? name : "Attachment", (safe) ? url : null);
		}

	}

	/**
	 * What is known of a message.
	 */
	enum State {

		/** It is in the outbox. */
		QUEUED("in the outbox"),

		/** It is in the outbox after an attempt, or to be sent again. */
		PUT_OFF("in the outbox, will be tried again"),

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
		UNDECIDED("undecided: settle it by hand"),

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
