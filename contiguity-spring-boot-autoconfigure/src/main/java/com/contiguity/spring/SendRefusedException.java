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

package com.contiguity.spring;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the application refused a message before it was sent, for instance an
 * interceptor that enforces a quota or an opt-out list.
 *
 * @since 0.1.0
 */
public final class SendRefusedException extends ContiguityException {

	private final String reason;

	private final @Nullable Instant availableAt;

	private SendRefusedException(String reason, Outcome outcome, @Nullable Instant availableAt) {
		super("The message was refused: " + reason, outcome);
		this.reason = reason;
		this.availableAt = availableAt;
	}

	/**
	 * Create an exception that refuses a message permanently.
	 * @param reason the reason, which must not contain private data
	 * @return an exception with the outcome {@link Outcome#REJECTED}
	 */
	public static SendRefusedException rejected(String reason) {
		return new SendRefusedException(reason, Outcome.REJECTED, null);
	}

	/**
	 * Create an exception that refuses a message temporarily.
	 * @param reason the reason, which must not contain private data
	 * @param availableAt when it can be sent, or {@code null} if that is not known
	 * @return an exception with the outcome {@link Outcome#NOT_SENT}
	 */
	public static SendRefusedException notSent(String reason, @Nullable Instant availableAt) {
		return new SendRefusedException(reason, Outcome.NOT_SENT, availableAt);
	}

	/**
	 * Return why the message was refused.
	 * @return the reason
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return when the message can be sent.
	 * @return the time, or {@code null} if it is not known or the message is refused
	 * permanently
	 */
	public @Nullable Instant availableAt() {
		return this.availableAt;
	}

	/**
	 * Return how long it takes until the message can be sent.
	 * @return the time from now until {@link #availableAt()}, never negative, or
	 * {@code null} if it is not known or the message is refused permanently
	 */
	@Override
	public @Nullable Duration retryAfter() {
		if (this.availableAt == null) {
			return null;
		}
		Duration wait = Duration.between(Instant.now(), this.availableAt);
		return wait.isNegative() ? Duration.ZERO : wait;
	}

}
