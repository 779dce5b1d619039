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

import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;

/**
 * Which part of which conversation to read.
 *
 * @param to the other side, a phone number in E.164 format or an e-mail address
 * @param from the line, in E.164 format
 * @param limit how many messages at most, 1 to 200
 * @param tracking whether each message comes with the steps on its way
 * @since 0.1.0
 */
public record HistoryRequest(String to, String from, int limit, boolean tracking) {

	/** The API's own default. */
	private static final int DEFAULT_LIMIT = 20;

	/** The most that the API takes. */
	private static final int MAX_LIMIT = 200;

	/**
	 * Create a request.
	 * @throws IllegalArgumentException if it could never be valid; the message names the
	 * field
	 */
	public HistoryRequest {
		Require.recipient("to", to);
		Require.line("from", from);
		Require.check(limit >= 1 && limit <= MAX_LIMIT, "limit", "must be between 1 and " + MAX_LIMIT);
	}

	/**
	 * Start a request for the conversation between a recipient and a line.
	 * @param to the other side, a phone number in E.164 format or an e-mail address
	 * @param from the line, in E.164 format
	 * @return a builder
	 */
	public static Builder between(String to, String from) {
		return new Builder(to, from);
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

		private final String from;

		private int limit = DEFAULT_LIMIT;

		private boolean tracking;

		private Builder(String to, String from) {
			this.to = to;
			this.from = from;
		}

		/**
		 * Set how many messages to read at most.
		 * @param limit a number from 1 to 200; 20 if not set
		 * @return this builder
		 */
		public Builder limit(int limit) {
			this.limit = limit;
			return this;
		}

		/**
		 * Set whether each message comes with the steps on its way.
		 * @param tracking whether to ask for them
		 * @return this builder
		 */
		public Builder tracking(boolean tracking) {
			this.tracking = tracking;
			return this;
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException if it could never be valid; the message names
		 * the field
		 */
		public HistoryRequest build() {
			return new HistoryRequest(this.to, this.from, this.limit, this.tracking);
		}

	}

}
