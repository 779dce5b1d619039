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

package com.contiguity.spring.outbox;

import java.time.Instant;
import java.util.Objects;

import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * Options for enqueueing a message. Immutable.
 *
 * @since 0.1.0
 */
public final class OutboxOptions {

	private static final OutboxOptions NONE = new OutboxOptions(null, null, null);

	private static final int MAX_KEY_LENGTH = 200;

	private final @Nullable String key;

	private final @Nullable Instant sendAfter;

	private final @Nullable Instant expiresAt;

	private OutboxOptions(@Nullable String key, @Nullable Instant sendAfter, @Nullable Instant expiresAt) {
		this.key = key;
		this.sendAfter = sendAfter;
		this.expiresAt = expiresAt;
	}

	/**
	 * Return the default options: the message is sent as soon as possible.
	 * @return the options
	 */
	public static OutboxOptions none() {
		return NONE;
	}

	/**
	 * Return options with a key. Messages with the same key are sent only once.
	 * @param key the application's own id of the message, such as {@code
	 * order-4711-shipped}: at most 200 characters, not starting with {@code out_}. It
	 * must not contain private data
	 * @return the options
	 */
	public static OutboxOptions key(String key) {
		Require.check(key != null && !key.isBlank() && key.length() <= MAX_KEY_LENGTH, "key",
				"must have 1 to " + MAX_KEY_LENGTH + " characters");
		Require.check(!key.startsWith("out_"), "key", "must not start with 'out_', the prefix of ids");
		return new OutboxOptions(key, null, null);
	}

	/**
	 * Return options with the earliest time at which the message may be sent.
	 * @param sendAfter the earliest instant
	 * @return the options
	 */
	public OutboxOptions sendAfter(Instant sendAfter) {
		return checked(new OutboxOptions(this.key, Require.notNull("sendAfter", sendAfter), this.expiresAt));
	}

	/**
	 * Return options with the time after which the message is no longer sent.
	 * @param expiresAt the instant
	 * @return the options
	 */
	public OutboxOptions expiresAt(Instant expiresAt) {
		return checked(new OutboxOptions(this.key, this.sendAfter, Require.notNull("expiresAt", expiresAt)));
	}

	private static OutboxOptions checked(OutboxOptions options) {
		Require.check(
				options.sendAfter == null || options.expiresAt == null || options.expiresAt.isAfter(options.sendAfter),
				"expiresAt", "must be after 'sendAfter'");
		return options;
	}

	/**
	 * Return the key.
	 * @return the key, or {@code null} if there is none
	 */
	public @Nullable String key() {
		return this.key;
	}

	/**
	 * Return the earliest time at which the message may be sent.
	 * @return the instant, or {@code null} for now
	 */
	public @Nullable Instant sendAfter() {
		return this.sendAfter;
	}

	/**
	 * Return the time after which the message is no longer sent.
	 * @return the instant, or {@code null} for {@code contiguity.outbox.max-age} after
	 * {@link #sendAfter()}
	 */
	public @Nullable Instant expiresAt() {
		return this.expiresAt;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof OutboxOptions other && Objects.equals(this.key, other.key)
				&& Objects.equals(this.sendAfter, other.sendAfter) && Objects.equals(this.expiresAt, other.expiresAt);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.key, this.sendAfter, this.expiresAt);
	}

	@Override
	public String toString() {
		return "OutboxOptions[key=" + this.key + ", sendAfter=" + this.sendAfter + ", expiresAt=" + this.expiresAt
				+ "]";
	}

}
