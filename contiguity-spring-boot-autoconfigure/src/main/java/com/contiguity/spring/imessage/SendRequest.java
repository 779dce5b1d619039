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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * A message to send. Options that are not set are taken from the configured defaults.
 * Immutable; {@link #toString()} shows neither numbers nor texts.
 *
 * @since 0.1.0
 */
public final class SendRequest {

	/** The maximum number of attachments of the API. */
	private static final int MAX_ATTACHMENTS = 10;

	private final String to;

	private final @Nullable String message;

	private final @Nullable String from;

	private final @Nullable Fallback fallback;

	private final List<String> attachments;

	private final @Nullable Boolean fastTrack;

	private final @Nullable String reference;

	private final @Nullable Duration timeout;

	private final @Nullable Duration maxWait;

	private SendRequest(Builder builder) {
		this.to = Require.recipient("to", builder.to);
		this.message = (builder.message == null || builder.message.isBlank()) ? null
				: Require.wellFormedText("message", builder.message);
		this.from = (builder.from != null) ? Require.line("from", builder.from) : null;
		this.fallback = builder.fallback;
		this.attachments = Collections.unmodifiableList(new ArrayList<>(builder.attachments));
		this.fastTrack = builder.fastTrack;
		this.reference = (builder.reference != null) ? Require.reference("reference", builder.reference) : null;
		this.timeout = (builder.timeout != null) ? Require.positive("timeout", builder.timeout) : null;
		this.maxWait = (builder.maxWait != null) ? Require.notNegative("maxWait", builder.maxWait) : null;
		Require.check(this.message != null || !this.attachments.isEmpty(), "message",
				"must not be empty unless there are 'attachments'");
		Require.check(this.attachments.size() <= MAX_ATTACHMENTS, "attachments",
				"must not be more than " + MAX_ATTACHMENTS);
		for (int i = 0; i < this.attachments.size(); i++) {
			Require.attachment("attachments[" + i + "]", this.attachments.get(i));
		}
	}

	/**
	 * Start a request to the given recipient.
	 * @param to a phone number in E.164 format. An e-mail address is possible, but
	 * Contiguity does not recommend it
	 * @return a builder
	 */
	public static Builder to(String to) {
		return new Builder(to);
	}

	/**
	 * Return a builder with the values of this request.
	 * @return a builder
	 */
	public Builder mutate() {
		Builder builder = new Builder(this.to);
		builder.message = this.message;
		builder.from = this.from;
		builder.fallback = this.fallback;
		builder.attachments.addAll(this.attachments);
		builder.fastTrack = this.fastTrack;
		builder.reference = this.reference;
		builder.timeout = this.timeout;
		builder.maxWait = this.maxWait;
		return builder;
	}

	/**
	 * Return the recipient.
	 * @return a phone number in E.164 format or an e-mail address
	 */
	public String to() {
		return this.to;
	}

	/**
	 * Return the text.
	 * @return the text, or {@code null} if there are only attachments
	 */
	public @Nullable String message() {
		return this.message;
	}

	/**
	 * Return the line to send from.
	 * @return the line in E.164 format, or {@code null} if it is not set
	 */
	public @Nullable String from() {
		return this.from;
	}

	/**
	 * Return the fallback.
	 * @return the fallback, or {@code null} if it is not set
	 */
	public @Nullable Fallback fallback() {
		return this.fallback;
	}

	/**
	 * Return the URLs of the attachments.
	 * @return at most ten {@code https} URLs; not {@code null}
	 */
	public List<String> attachments() {
		return this.attachments;
	}

	/**
	 * Return whether the message bypasses the rate limit of its line.
	 * @return whether to bypass the rate limit, or {@code null} if it is not set
	 */
	public @Nullable Boolean fastTrack() {
		return this.fastTrack;
	}

	/**
	 * Return the application's own id of the message. It is not sent. It appears in
	 * receipts, events and the actuator endpoint.
	 * @return the reference, or {@code null} if there is none
	 */
	public @Nullable String reference() {
		return this.reference;
	}

	/**
	 * Return the maximum duration of this call, including waits and retries.
	 * @return the time, or {@code null} to use {@code contiguity.timeout}
	 */
	public @Nullable Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return the maximum time that this message waits for its line.
	 * @return the time, or {@code null} to use {@code contiguity.pacing.max-wait}
	 */
	public @Nullable Duration maxWait() {
		return this.maxWait;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof SendRequest other && this.to.equals(other.to)
				&& Objects.equals(this.message, other.message) && Objects.equals(this.from, other.from)
				&& Objects.equals(this.fallback, other.fallback) && this.attachments.equals(other.attachments)
				&& Objects.equals(this.fastTrack, other.fastTrack) && Objects.equals(this.reference, other.reference)
				&& Objects.equals(this.timeout, other.timeout) && Objects.equals(this.maxWait, other.maxWait);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.to, this.message, this.from, this.fallback, this.attachments, this.fastTrack,
				this.reference, this.timeout, this.maxWait);
	}

	@Override
	public String toString() {
		return "SendRequest[to=" + Masking.number(this.to) + ", message=" + Masking.text(this.message) + ", from="
				+ Masking.number(this.from) + ", fallback=" + this.fallback + ", attachments=" + this.attachments.size()
				+ ", fastTrack=" + this.fastTrack + ", reference=" + this.reference + ", timeout=" + this.timeout
				+ ", maxWait=" + this.maxWait + "]";
	}

	/**
	 * Builds a {@link SendRequest}. Not thread-safe.
	 */
	public static final class Builder {

		private final String to;

		private @Nullable String message;

		private @Nullable String from;

		private @Nullable Fallback fallback;

		private final List<String> attachments = new ArrayList<>();

		private @Nullable Boolean fastTrack;

		private @Nullable String reference;

		private @Nullable Duration timeout;

		private @Nullable Duration maxWait;

		private Builder(String to) {
			this.to = to;
		}

		/**
		 * Set the text.
		 * @param message the text. Contiguity formats {@code **bold**}, {@code
		 * _italics_}, {@code ~~strikethrough~~} and {@code __underline__}
		 * @return this builder
		 */
		public Builder message(@Nullable String message) {
			this.message = message;
			return this;
		}

		/**
		 * Set the line to send from. If not set, the configured line or a line of the
		 * configured pool is used.
		 * @param from the number of a leased line in E.164 format
		 * @return this builder
		 */
		public Builder from(@Nullable String from) {
			this.from = from;
			return this;
		}

		/**
		 * Set the fallback to SMS or RCS.
		 * @param fallback the fallback
		 * @return this builder
		 */
		public Builder fallback(@Nullable Fallback fallback) {
			this.fallback = fallback;
			return this;
		}

		/**
		 * Add an attachment.
		 * @param url an {@code https} URL whose path ends in a file name with an
		 * extension. The maximum size of all attachments together is 50 MB
		 * @return this builder
		 */
		public Builder attachment(String url) {
			this.attachments.add(url);
			return this;
		}

		/**
		 * Set the attachments. Replaces attachments that were added before.
		 * @param urls the URLs, as for {@link #attachment(String)}
		 * @return this builder
		 */
		public Builder attachments(Collection<String> urls) {
			this.attachments.clear();
			this.attachments.addAll(urls);
			return this;
		}

		/**
		 * Set whether the message bypasses the rate limit of its line. Requires that
		 * Contiguity's Fast Track Terms are accepted.
		 * @param fastTrack whether to bypass the rate limit
		 * @return this builder
		 */
		public Builder fastTrack(@Nullable Boolean fastTrack) {
			this.fastTrack = fastTrack;
			return this;
		}

		/**
		 * Set the application's own id of the message, such as that of an order or a job.
		 * It is not sent. It appears in receipts, events and the actuator endpoint, so it
		 * must not contain private data.
		 * @param reference the reference, at most 200 visible characters
		 * @return this builder
		 */
		public Builder reference(@Nullable String reference) {
			this.reference = reference;
			return this;
		}

		/**
		 * Set the maximum duration of this call, instead of {@code contiguity.timeout}.
		 * @param timeout the time; must be positive
		 * @return this builder
		 */
		public Builder timeout(@Nullable Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		/**
		 * Set the maximum time that this message waits for its line, instead of {@code
		 * contiguity.pacing.max-wait}.
		 * @param maxWait the time, or zero to send only if the line is free
		 * @return this builder
		 */
		public Builder maxWait(@Nullable Duration maxWait) {
			this.maxWait = maxWait;
			return this;
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws com.contiguity.spring.InvalidRequestException if the request is
		 * invalid. The message names the field
		 */
		public SendRequest build() {
			return new SendRequest(this);
		}

	}

}
