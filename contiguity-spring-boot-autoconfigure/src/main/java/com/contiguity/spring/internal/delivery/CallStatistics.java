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

package com.contiguity.spring.internal.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Statistics of calls since the start, for the actuator endpoint. It counts calls itself,
 * because an application may have no meters or may filter them. Its size is bounded, it
 * contains no private data, and it is thread-safe.
 *
 * @since 0.1.0
 */
public final class CallStatistics {

	/** Maximum number of failures to keep. */
	private static final int MAX_FAILURES = 20;

	/** Maximum number of sends with an unknown outcome to keep. */
	private static final int MAX_UNKNOWN = 100;

	private final Map<Operation, Map<String, Long>> calls = new EnumMap<>(Operation.class);

	private final Deque<Failure> failures = new ArrayDeque<>();

	private final Deque<UnsettledSend> unknown = new ArrayDeque<>();

	private final AccountStatus status;

	CallStatistics(AccountStatus status) {
		this.status = status;
	}

	void succeeded(Operation operation, Instant now, Attempt.@Nullable Response response) {
		this.status.succeeded(operation, response);
		count(operation, (operation == Operation.SEND) ? "accepted" : "success");
	}

	/**
	 * Record a failed call.
	 * @param operation its operation
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param now when it ended
	 * @param exception its failure
	 * @param attempts how many attempts were made
	 * @param response the last response of the API, or {@code null} if there was none
	 * @param cancelled whether the caller cancelled the call
	 */
	void failed(Operation operation, @Nullable String reference, Instant now, ContiguityException exception,
			int attempts, Attempt.@Nullable Response response, boolean cancelled) {
		this.status.failed(operation, attempts, response, cancelled);
		count(operation, exception.outcome().name().toLowerCase(Locale.ROOT));
		synchronized (this.failures) {
			addBounded(this.failures, Failure.of(operation, reference, now, exception, response, cancelled),
					MAX_FAILURES);
		}
		if (exception instanceof SendOutcomeUnknownException send) {
			synchronized (this.unknown) {
				addBounded(this.unknown, UnsettledSend.of(send, requestId(send, response)), MAX_UNKNOWN);
			}
		}
	}

	private void count(Operation operation, String outcome) {
		synchronized (this.calls) {
			this.calls.computeIfAbsent(operation, (key) -> new TreeMap<>()).merge(outcome, 1L, Long::sum);
		}
	}

	private static <T> void addBounded(Deque<T> deque, T element, int max) {
		if (deque.size() == max) {
			deque.removeFirst();
		}
		deque.addLast(element);
	}

	void resolved(UnknownSend send) {
		synchronized (this.unknown) {
			this.unknown.stream()
				.filter((candidate) -> candidate.isSameSend(send))
				.findFirst()
				.ifPresent(this.unknown::remove);
		}
	}

	/**
	 * Return the number of calls by operation and outcome.
	 * @return the numbers, by the names used in metrics
	 */
	public Map<String, Map<String, Long>> calls() {
		Map<String, Map<String, Long>> copy = new TreeMap<>();
		synchronized (this.calls) {
			this.calls.forEach((operation, outcomes) -> copy.put(operation.toString(), new TreeMap<>(outcomes)));
		}
		return copy;
	}

	/**
	 * Return the last failures.
	 * @return at most 20 failures, oldest first
	 */
	public List<Failure> failures() {
		synchronized (this.failures) {
			return new ArrayList<>(this.failures);
		}
	}

	/**
	 * Return the sends with an unknown outcome that has not been determined by
	 * reconciliation.
	 * @return at most 100 sends, oldest first
	 */
	public List<UnsettledSend> unknownSends() {
		synchronized (this.unknown) {
			return new ArrayList<>(this.unknown);
		}
	}

	/**
	 * Return the status of the account.
	 * @return the status derived from calls
	 */
	public AccountStatus status() {
		return this.status;
	}

	private static @Nullable String errorId(ContiguityException exception) {
		Throwable failure = (exception instanceof SendOutcomeUnknownException) ? exception.getCause() : exception;
		return (failure instanceof ContiguityApiException apiException) ? apiException.errorId() : null;
	}

	// a response has one id: that of an error, or of a request
	private static @Nullable String requestId(ContiguityException exception, Attempt.@Nullable Response response) {
		return (response != null && errorId(exception) == null) ? response.id() : null;
	}

	/**
	 * A failed call.
	 *
	 * @param at when it ended
	 * @param operation its operation
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param outcome its outcome
	 * @param exception the simple name of the exception, or {@code cancelled} if the
	 * caller cancelled the call
	 * @param status the HTTP status of the last response, or {@code null} if there was
	 * none
	 * @param errorId the API's id of the error, or {@code null} if there is none
	 * @param requestId the API's request id of the last response if that was not an
	 * error, or {@code null} if there is none
	 */
	public record Failure(Instant at, String operation, @Nullable String reference, Outcome outcome, String exception,
			@Nullable Integer status, @Nullable String errorId, @Nullable String requestId) {

		static Failure of(Operation operation, @Nullable String reference, Instant at, ContiguityException exception,
				Attempt.@Nullable Response response, boolean cancelled) {
			return new Failure(at, operation.toString(), reference, exception.outcome(),
					(cancelled) ? "cancelled" : exception.getClass().getSimpleName(),
					(response != null) ? response.status() : null, CallStatistics.errorId(exception),
					CallStatistics.requestId(exception, response));
		}

	}

	/**
	 * A send with an unknown outcome.
	 *
	 * @param startedAt when the attempt that the API may have accepted was started
	 * @param to the recipient, masked
	 * @param from the line, masked
	 * @param attempts how many attempts were made
	 * @param reference the application's own id of the message, or {@code null} if it has
	 * none
	 * @param cause the simple name of the cause
	 * @param errorId the API's id of the error, or {@code null} if there is none
	 * @param requestId the API's request id of the response if that was not an error, or
	 * {@code null} if there is none
	 */
	public record UnsettledSend(Instant startedAt, String to, String from, int attempts, @Nullable String reference,
			String cause, @Nullable String errorId, @Nullable String requestId) {

		static UnsettledSend of(SendOutcomeUnknownException send, @Nullable String requestId) {
			Throwable cause = send.getCause();
			return new UnsettledSend(send.startedAt(), Masking.number(send.request().to()), Masking.number(send.from()),
					send.attempts(), send.request().reference(),
					(cause != null) ? cause.getClass().getSimpleName() : "none", CallStatistics.errorId(send),
					requestId);
		}

		// the exception itself is not kept, because it contains the text and the numbers
		private boolean isSameSend(UnknownSend other) {
			return this.startedAt.equals(other.startedAt()) && this.to.equals(Masking.number(other.request().to()))
					&& this.from.equals(Masking.number(other.line())) && this.attempts == other.attempts();
		}

	}

}
