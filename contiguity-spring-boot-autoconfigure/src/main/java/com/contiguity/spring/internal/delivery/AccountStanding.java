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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import com.contiguity.spring.Operation;
import com.contiguity.spring.internal.client.Attempt;
import org.jspecify.annotations.Nullable;

/**
 * How the account stands with the API, as far as calls tell. Thread-safe.
 *
 * @since 0.1.0
 */
public final class AccountStanding {

	private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

	private final AtomicInteger timesForgotten = new AtomicInteger();

	AccountStanding() {
	}

	/**
	 * A call was served, be it by refusing what it asked for.
	 * @param operation its operation
	 * @param now the time
	 */
	void served(Operation operation, Instant now) {
		change((state) -> state.served(operation, now));
	}

	/**
	 * A call was not served: there was no answer, or none that is one.
	 * @param operation its operation
	 * @param now the time
	 */
	void notServed(Operation operation, Instant now) {
		change((state) -> state.notServed(operation, now));
	}

	/**
	 * A call was refused because of who made it.
	 * @param status 401 or 403
	 */
	void refused(int status) {
		change((state) -> state.refused(status));
	}

	void answered(Instant now, Attempt.Answered answered) {
		change((state) -> state.answered(now, answered));
	}

	void forget() {
		this.timesForgotten.incrementAndGet();
		this.state.set(State.NEW);
	}

	/**
	 * Return how often all that calls told was forgotten, for who draws conclusions from
	 * it.
	 * @return the number of times
	 */
	public int timesForgotten() {
		return this.timesForgotten.get();
	}

	private void change(UnaryOperator<State> change) {
		this.state.updateAndGet(change);
	}

	/**
	 * Return whether the API has served a call lately, and nothing gives reason to doubt
	 * that it serves the next one.
	 * @param since when lately began
	 * @return whether there is no need to ask
	 */
	public boolean isServedSince(Instant since) {
		State state = this.state.get();
		return state.servedAfter(since) && !state.tokenRefused() && !state.forbidden()
				&& state.failuresInARow(since) == 0;
	}

	/**
	 * Return whether the API has served a call after an instant.
	 * @param instant the instant
	 * @return whether it has
	 */
	public boolean wasServedAfter(Instant instant) {
		return this.state.get().servedAfter(instant);
	}

	/**
	 * Return whether the API did not accept the token (401), and has served no call
	 * since.
	 * @return whether the token is refused
	 */
	public boolean isTokenRefused() {
		return this.state.get().tokenRefused();
	}

	/**
	 * Return how many calls have not been served in a row. Sends count by themselves:
	 * that others are served does not help them. Asking for the account's lines does not
	 * count.
	 * @param since when lately began
	 * @return at least three, or zero if they are fewer, or if the last was before
	 */
	public int failuresInARow(Instant since) {
		return this.state.get().failuresInARow(since);
	}

	/**
	 * Return the API's last answer.
	 * @return the answer, or {@code null} if there was none yet
	 */
	public @Nullable LastAnswer lastAnswer() {
		return this.state.get().lastAnswer();
	}

	/**
	 * The API's last answer.
	 *
	 * @param at when it came
	 * @param apiVersion the version of the API, or {@code null} if it never told
	 */
	public record LastAnswer(Instant at, @Nullable String apiVersion) {
	}

	private record State(@Nullable Instant servedAt, boolean tokenRefused, boolean forbidden, Streak sends,
			Streak others, @Nullable LastAnswer lastAnswer) {

		private static final State NEW = new State(null, false, false, Streak.NONE, Streak.NONE, null);

		State served(Operation operation, Instant now) {
			return new State(now, false, false, (isSend(operation)) ? Streak.NONE : this.sends,
					(isOther(operation)) ? Streak.NONE : this.others, this.lastAnswer);
		}

		State notServed(Operation operation, Instant now) {
			return new State(this.servedAt, this.tokenRefused, this.forbidden,
					(isSend(operation)) ? this.sends.longer(now) : this.sends,
					(isOther(operation)) ? this.others.longer(now) : this.others, this.lastAnswer);
		}

		private static boolean isSend(Operation operation) {
			return operation == Operation.SEND;
		}

		// lines are what the account is asked for, not what the application calls for
		private static boolean isOther(Operation operation) {
			return operation != Operation.SEND && operation != Operation.LINES;
		}

		State refused(int status) {
			return new State(this.servedAt, this.tokenRefused || status == 401, this.forbidden || status == 403,
					this.sends, this.others, this.lastAnswer);
		}

		State answered(Instant now, Attempt.Answered answered) {
			String apiVersion = (answered.apiVersion() == null && this.lastAnswer != null)
					? this.lastAnswer.apiVersion() : answered.apiVersion();
			return new State(this.servedAt, this.tokenRefused, this.forbidden, this.sends, this.others,
					new LastAnswer(now, apiVersion));
		}

		boolean servedAfter(Instant since) {
			return this.servedAt != null && this.servedAt.isAfter(since);
		}

		int failuresInARow(Instant since) {
			return Math.max(this.sends.since(since), this.others.since(since));
		}

	}

	/**
	 * Calls in a row that were not served.
	 *
	 * @param length how many they are
	 * @param last when the last one ended
	 */
	private record Streak(int length, Instant last) {

		private static final Streak NONE = new Streak(0, Instant.MIN);

		/** So many are no accident. */
		private static final int MIN_LENGTH = 3;

		Streak longer(Instant now) {
			return new Streak(this.length + 1, now);
		}

		int since(Instant since) {
			return (this.length >= MIN_LENGTH && this.last.isAfter(since)) ? this.length : 0;
		}

	}

}
