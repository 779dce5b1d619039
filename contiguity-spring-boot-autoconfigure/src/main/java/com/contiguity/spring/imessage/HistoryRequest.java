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

package com.contiguity.spring.imessage;

import java.util.Objects;

import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * Request for the history of a conversation. Immutable; {@link #toString()} shows no
 * numbers.
 *
 * @since 0.1.0
 */
public final class HistoryRequest {

	/** The default of the API. */
	private static final int DEFAULT_LIMIT = 20;

	/** The maximum of the API. */
	private static final int MAX_LIMIT = 200;

	private final String to;

	private final @Nullable String from;

	private final int limit;

	private final boolean tracking;

	private HistoryRequest(String to, @Nullable String from, int limit, boolean tracking) {
		this.to = Require.recipient("to", to);
		this.from = (from != null) ? Require.line("from", from) : null;
		Require.check(limit >= 1 && limit <= MAX_LIMIT, "limit", "must be between 1 and " + MAX_LIMIT);
		this.limit = limit;
		this.tracking = tracking;
	}

	/**
	 * Start a request for the conversation with a recipient, on the recipient's line of
	 * the configured ones.
	 * @param to the other party, a phone number in E.164 format or an e-mail address
	 * @return a builder
	 */
	public static Builder of(String to) {
		return new Builder(to, null);
	}

	/**
	 * Start a request for the conversation between a recipient and a line.
	 * @param to the other party, a phone number in E.164 format or an e-mail address
	 * @param from the line, in E.164 format
	 * @return a builder
	 */
	public static Builder between(String to, String from) {
		return new Builder(to, Require.line("from", from));
	}

	/**
	 * Return the other party.
	 * @return a phone number in E.164 format or an e-mail address
	 */
	public String to() {
		return this.to;
	}

	/**
	 * Return the line.
	 * @return the line in E.164 format, or {@code null} for the recipient's line of the
	 * configured ones
	 */
	public @Nullable String from() {
		return this.from;
	}

	/**
	 * Return the maximum number of messages.
	 * @return a number from 1 to 200
	 */
	public int limit() {
		return this.limit;
	}

	/**
	 * Return whether to request the tracking events of each message.
	 * @return whether to request tracking events
	 */
	public boolean tracking() {
		return this.tracking;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof HistoryRequest other && this.to.equals(other.to) && Objects.equals(this.from, other.from)
				&& this.limit == other.limit && this.tracking == other.tracking;
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.to, this.from, this.limit, this.tracking);
	}

	@Override
	public String toString() {
		return "HistoryRequest[to=" + Masking.number(this.to) + ", from=" + Masking.number(this.from) + ", limit="
				+ this.limit + ", tracking=" + this.tracking + "]";
	}

	/**
	 * Builds a {@link HistoryRequest}. Not thread-safe.
	 */
	public static final class Builder {

		private final String to;

		private final @Nullable String from;

		private int limit = DEFAULT_LIMIT;

		private boolean tracking;

		private Builder(String to, @Nullable String from) {
			this.to = to;
			this.from = from;
		}

		/**
		 * Set the maximum number of messages.
		 * @param limit a number from 1 to 200; 20 if not set
		 * @return this builder
		 */
		public Builder limit(int limit) {
			this.limit = limit;
			return this;
		}

		/**
		 * Set whether to request the tracking events of each message.
		 * @param tracking whether to request tracking events
		 * @return this builder
		 */
		public Builder tracking(boolean tracking) {
			this.tracking = tracking;
			return this;
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws com.contiguity.spring.InvalidRequestException if the request is invalid
		 */
		public HistoryRequest build() {
			return new HistoryRequest(this.to, this.from, this.limit, this.tracking);
		}

	}

}
