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

import java.math.BigDecimal;
import java.time.Duration;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the API responded with an error.
 *
 * @since 0.1.0
 */
public class ContiguityApiException extends ContiguityException {

	private final int status;

	private final @Nullable String error;

	private final @Nullable String errorId;

	private final @Nullable Duration retryAfter;

	/**
	 * Create an exception.
	 * @param operation the operation
	 * @param outcome how the call ended
	 * @param status the HTTP status
	 * @param error the error message of the API, if there is one
	 * @param errorId the API's id of the error, if there is one
	 * @param retryAfter how long the API asks to wait, if it does
	 */
	public ContiguityApiException(Operation operation, Outcome outcome, int status, @Nullable String error,
			@Nullable String errorId, @Nullable Duration retryAfter) {
		this(describe(operation, status, error, errorId, retryAfter), outcome, status, error, errorId, retryAfter);
	}

	// rejected until somebody does something
	ContiguityApiException(Operation operation, @Nullable String error, @Nullable String errorId, String whatToDo) {
		this(describe(operation, 403, error, errorId, null) + whatToDo, Outcome.REJECTED, 403, error, errorId, null);
	}

	private ContiguityApiException(String message, Outcome outcome, int status, @Nullable String error,
			@Nullable String errorId, @Nullable Duration retryAfter) {
		super(message, outcome);
		this.status = status;
		this.error = error;
		this.errorId = errorId;
		this.retryAfter = retryAfter;
	}

	private static String describe(Operation operation, int status, @Nullable String error, @Nullable String errorId,
			@Nullable Duration retryAfter) {
		StringBuilder message = new StringBuilder("Contiguity answered ").append(status)
			.append(" to ")
			.append(operation);
		if (error != null) {
			message.append(": ").append(Masking.foreignText(error));
		}
		if (errorId != null) {
			message.append(" [").append(Masking.id(errorId)).append(']');
		}
		if (retryAfter != null) {
			message.append(" (retry after ").append(seconds(retryAfter)).append(" s)");
		}
		if (operation == Operation.SEND && status == 404 && errorId == null) {
			message.append(". This response is not from the API. Check 'contiguity.base-url'");
		}
		return message.toString();
	}

	private static String seconds(Duration duration) {
		return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
	}

	/**
	 * Return the HTTP status of the response.
	 * @return the status, never 2xx
	 */
	public final int status() {
		return this.status;
	}

	/**
	 * Return the error message of the API. The text of the message and the token are
	 * masked. Phone numbers are not, so do not log it. The message of this exception is
	 * safe to log.
	 * @return the error message, or {@code null} if there is none
	 */
	public final @Nullable String error() {
		return this.error;
	}

	/**
	 * Return the API's id of the error ({@code err_…}), for Contiguity's support.
	 * @return the id, or {@code null} if the API sent none
	 */
	public final @Nullable String errorId() {
		return this.errorId;
	}

	/**
	 * Return how long the API asks to wait before the next attempt.
	 * @return the time to wait, never negative, or {@code null} if the API does not ask
	 */
	@Override
	public final @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

}
