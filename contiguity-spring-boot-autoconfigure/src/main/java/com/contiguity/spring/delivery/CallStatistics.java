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

package com.contiguity.spring.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Masking;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.SendOutcomeUnknownException;
import com.contiguity.spring.client.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * What became of calls since the start: for whoever asks how things are. Bounded, and
 * without anything private. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CallStatistics {

	/** Failures that are remembered. */
	private static final int MAX_FAILURES = 20;

	/** Sends of unknown outcome that are remembered. */
	private static final int MAX_UNKNOWN = 100;

	private final Map<Operation, Map<String, Long>> calls = new EnumMap<>(Operation.class);

	private final Deque<Failure> failures = new ArrayDeque<>();

	private final Deque<UnknownSend> unknown = new ArrayDeque<>();

	private final AtomicInteger failuresInARow = new AtomicInteger();

	private volatile @Nullable LastAnswer lastAnswer;

	private volatile @Nullable Instant lastServedAt;

	private volatile @Nullable Integer refusal;

	CallStatistics() {
	}

	void succeeded(Operation operation, Instant now, Attempt.@Nullable Answered answered) {
		answered(now, answered);
		served(now);
		count(operation, (operation == Operation.SEND) ? "accepted" : "success");
	}

	void failed(Operation operation, Instant now, ContiguityException exception, int attempts,
			Attempt.@Nullable Answered answered) {
		answered(now, answered);
		this.refusal = refusal(exception, answered);
		if (answered != null && exception.outcome() == Outcome.REJECTED && this.refusal == null) {
			served(now);
		}
		else if (attempts > 0 && (answered == null || answered.status() >= 500)) {
			this.failuresInARow.incrementAndGet();
		}
		count(operation, exception.outcome().name().toLowerCase(Locale.ROOT));
		synchronized (this.failures) {
			addBounded(this.failures, Failure.of(operation, now, exception, answered), MAX_FAILURES);
		}
		if (exception instanceof SendOutcomeUnknownException send) {
			synchronized (this.unknown) {
				addBounded(this.unknown, UnknownSend.of(send, requestId(send, answered)), MAX_UNKNOWN);
			}
		}
	}

	// a refusal of the account lasts until the API answers anything else
	private @Nullable Integer refusal(ContiguityException exception, Attempt.@Nullable Answered answered) {
		if (exception instanceof AuthenticationFailedException || exception instanceof AgreementRequiredException) {
			return ((ContiguityApiException) exception).status();
		}
		return (answered != null) ? null : this.refusal;
	}

	private void served(Instant now) {
		this.refusal = null;
		this.lastServedAt = now;
		this.failuresInARow.set(0);
	}

	private void answered(Instant now, Attempt.@Nullable Answered answered) {
		if (answered != null) {
			LastAnswer before = this.lastAnswer;
			String apiVersion = (answered.apiVersion() == null && before != null) ? before.apiVersion()
					: answered.apiVersion();
			this.lastAnswer = new LastAnswer(now, answered.status(), apiVersion);
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

	void resolved(SendOutcomeUnknownException send) {
		synchronized (this.unknown) {
			UnknownSend resolved = UnknownSend.of(send, null);
			this.unknown.stream()
				.filter((candidate) -> candidate.isSameSend(resolved))
				.findFirst()
				.ifPresent(this.unknown::remove);
		}
	}

	/**
	 * Return the number of calls by operation and outcome.
	 * @return the numbers, by the names that metrics use
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
	 * @return at most 20, the latest last
	 */
	public List<Failure> failures() {
		synchronized (this.failures) {
			return new ArrayList<>(this.failures);
		}
	}

	/**
	 * Return the sends of unknown outcome that were not settled by a reconciliation.
	 * @return at most 100, the latest last
	 */
	public List<UnknownSend> unknownSends() {
		synchronized (this.unknown) {
			return new ArrayList<>(this.unknown);
		}
	}

	/**
	 * Return how many calls have failed since the last that the API served.
	 * @return the number of calls that the API did not answer, or answered with 5xx
	 */
	public int failuresInARow() {
		return this.failuresInARow.get();
	}

	/**
	 * Return when the API last served a call, be it by refusing it.
	 * @return the time, or {@code null} if it did not yet
	 */
	public @Nullable Instant lastServedAt() {
		return this.lastServedAt;
	}

	/**
	 * Return the API's last answer.
	 * @return the answer, or {@code null} if there was none yet
	 */
	public @Nullable LastAnswer lastAnswer() {
		return this.lastAnswer;
	}

	/**
	 * Return with which status the API refused the account itself.
	 * @return 401 if the token was not accepted, 403 if there is an agreement to accept,
	 * {@code null} if the API answered anything else since
	 */
	public @Nullable Integer refusal() {
		return this.refusal;
	}

	private static @Nullable String errorId(ContiguityException exception) {
		Throwable failure = (exception instanceof SendOutcomeUnknownException) ? exception.getCause() : exception;
		return (failure instanceof ContiguityApiException answer) ? answer.errorId() : null;
	}

	// an answer has one id: that of an error, or of a request
	private static @Nullable String requestId(ContiguityException exception, Attempt.@Nullable Answered answered) {
		return (answered != null && errorId(exception) == null) ? answered.id() : null;
	}

	/**
	 * The API's last answer.
	 *
	 * @param at when it came
	 * @param status its HTTP status
	 * @param apiVersion the version of the API
	 */
	public record LastAnswer(Instant at, int status, @Nullable String apiVersion) {
	}

	/**
	 * A call that failed.
	 *
	 * @param at when it ended
	 * @param operation its operation
	 * @param outcome its outcome
	 * @param exception the simple name of the exception
	 * @param status the HTTP status of the last answer, or {@code null} if there was none
	 * @param errorId the API's id of the error, or {@code null} if it gave none
	 * @param requestId the API's id of the last answer if that was no error, or
	 * {@code null} if it gave none
	 */
	public record Failure(Instant at, String operation, Outcome outcome, String exception, @Nullable Integer status,
			@Nullable String errorId, @Nullable String requestId) {

		static Failure of(Operation operation, Instant at, ContiguityException exception,
				Attempt.@Nullable Answered answered) {
			return new Failure(at, operation.toString(), exception.outcome(), exception.getClass().getSimpleName(),
					(answered != null) ? answered.status() : null, CallStatistics.errorId(exception),
					CallStatistics.requestId(exception, answered));
		}

	}

	/**
	 * A send of unknown outcome.
	 *
	 * @param startedAt when the attempt that may have been taken was started
	 * @param to the recipient, masked
	 * @param from the line, masked
	 * @param attempts how many attempts were made
	 * @param cause the simple name of what happened
	 * @param errorId the API's id of the error, or {@code null} if there is none
	 * @param requestId the API's id of the answer if that was no error, or {@code null}
	 * if there is none
	 */
	public record UnknownSend(Instant startedAt, String to, String from, int attempts, String cause,
			@Nullable String errorId, @Nullable String requestId) {

		static UnknownSend of(SendOutcomeUnknownException send, @Nullable String requestId) {
			Throwable cause = send.getCause();
			return new UnknownSend(send.startedAt(), Masking.number(send.request().to()), Masking.number(send.from()),
					send.attempts(), (cause != null) ? cause.getClass().getSimpleName() : "none",
					CallStatistics.errorId(send), requestId);
		}

		// the exception itself is not kept: it has the text and the numbers
		private boolean isSameSend(UnknownSend other) {
			return this.startedAt.equals(other.startedAt) && this.to.equals(other.to) && this.from.equals(other.from)
					&& this.attempts == other.attempts && Objects.equals(this.errorId, other.errorId);
		}

	}

}
