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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Thrown when it is not known whether a message was sent. The send is not retried
 * automatically. Call {@code reconcile} before you decide to send it again.
 *
 * @since 0.1.0
 */
public class SendOutcomeUnknownException extends ContiguityException {

	/** Not serialized, because it contains the text and the numbers. */
	private final transient @Nullable UnknownSend unknownSend;

	/**
	 * Create an exception.
	 * @param request the request whose outcome is unknown
	 * @param from the line that the message was sent from, or {@code null} if Contiguity
	 * was to choose one
	 * @param startedAt when the attempt that the API may have accepted was started
	 * @param attempts how many attempts were made, including that one
	 * @param cause the cause
	 */
	public SendOutcomeUnknownException(SendRequest request, @Nullable String from, Instant startedAt, int attempts,
			ContiguityException cause) {
		super("It is not known whether the message to " + Masking.number(request.to()) + " was sent: "
				+ cause.getMessage(), Outcome.UNKNOWN, cause);
		this.unknownSend = UnknownSend.of(request, from, startedAt, attempts);
	}

	/**
	 * Return the send, to {@code reconcile} it or to store it.
	 * @return the send
	 * @throws IllegalStateException if this exception was deserialized, because the send
	 * is not serialized
	 */
	public final UnknownSend unknownSend() {
		Assert.state(this.unknownSend != null, "The send is not available after the exception was deserialized");
		return this.unknownSend;
	}

	/**
	 * Return the request, with the defaults applied.
	 * @return the request
	 */
	public final SendRequest request() {
		return unknownSend().request();
	}

	/**
	 * Return the line that the message was sent from.
	 * @return the line, or {@code null} if Contiguity was to choose one
	 */
	public final @Nullable String from() {
		return unknownSend().line();
	}

	/**
	 * Return when the attempt that the API may have accepted was started.
	 * @return the instant, by the clock of this machine
	 */
	public final Instant startedAt() {
		return unknownSend().startedAt();
	}

	/**
	 * Return how many attempts were made. Only the last one may have been accepted.
	 * @return the number of attempts, at least one
	 */
	public final int attempts() {
		return unknownSend().attempts();
	}

}
