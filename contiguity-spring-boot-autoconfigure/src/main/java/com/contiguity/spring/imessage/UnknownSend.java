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

import java.time.Instant;
import java.util.Objects;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A send with an unknown outcome. It contains the data that {@code reconcile} needs to
 * determine the outcome. An application can store this data and create an instance later.
 * Immutable; {@link #toString()} shows neither numbers nor texts.
 *
 * @since 0.1.0
 */
public final class UnknownSend {

	private final SendRequest request;

	private final @Nullable String line;

	private final Instant startedAt;

	private final int attempts;

	private UnknownSend(SendRequest request, @Nullable String line, Instant startedAt, int attempts) {
		Assert.notNull(request, "'request' must not be null");
		Assert.notNull(startedAt, "'startedAt' must not be null");
		Assert.isTrue(attempts > 0, "'attempts' must be positive");
		this.request = request;
		this.line = line;
		this.startedAt = startedAt;
		this.attempts = attempts;
	}

	/**
	 * Create an unknown send.
	 * @param request the request
	 * @param line the line that the message was sent from, or {@code null} if Contiguity
	 * chose one
	 * @param startedAt when the attempt that the API may have accepted was started, by
	 * the clock of this machine
	 * @param attempts how many attempts were made, at least one; only the last one may
	 * have been accepted
	 * @return the unknown send
	 */
	public static UnknownSend of(SendRequest request, @Nullable String line, Instant startedAt, int attempts) {
		return new UnknownSend(request, line, startedAt, attempts);
	}

	/**
	 * Return the request.
	 * @return the request, with the defaults applied
	 */
	public SendRequest request() {
		return this.request;
	}

	/**
	 * Return the line that the message was sent from.
	 * @return the line in E.164 format, or {@code null} if Contiguity chose one
	 */
	public @Nullable String line() {
		return this.line;
	}

	/**
	 * Return when the attempt that the API may have accepted was started.
	 * @return the instant, by the clock of this machine
	 */
	public Instant startedAt() {
		return this.startedAt;
	}

	/**
	 * Return how many attempts were made.
	 * @return the number of attempts, at least one
	 */
	public int attempts() {
		return this.attempts;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof UnknownSend other && this.request.equals(other.request)
				&& Objects.equals(this.line, other.line) && this.startedAt.equals(other.startedAt)
				&& this.attempts == other.attempts;
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.request, this.line, this.startedAt, this.attempts);
	}

	@Override
	public String toString() {
		return "UnknownSend[request=" + this.request + ", line=" + Masking.number(this.line) + ", startedAt="
				+ this.startedAt + ", attempts=" + this.attempts + "]";
	}

}
