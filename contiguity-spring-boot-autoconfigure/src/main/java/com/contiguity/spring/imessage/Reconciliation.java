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

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a send according to the conversation's history.
 *
 * @param verdict the verdict
 * @param message the message in the history, if it occurs exactly once
 * @param reason why the outcome cannot be determined, if the verdict is {@code
 * UNDECIDED}; contains no private data
 * @param retryAfter how long the message may still appear in the history, if the verdict
 * is {@code UNDECIDED}. After this time, another call may return another verdict. It is
 * {@code null} if waiting does not help
 * @since 0.1.0
 */
public record Reconciliation(Verdict verdict, @Nullable ConversationMessage message, @Nullable String reason,
		@Nullable Duration retryAfter) {

	/**
	 * Create the result for a message that was sent.
	 * @param message the message in the history
	 * @return the reconciliation
	 */
	public static Reconciliation sent(ConversationMessage message) {
		return new Reconciliation(Verdict.SENT, message, null, null);
	}

	/**
	 * Create the result for a message that was not sent.
	 * @return the reconciliation
	 */
	public static Reconciliation notSent() {
		return new Reconciliation(Verdict.NOT_SENT, null, null, null);
	}

	/**
	 * Create the result for a history that does not show the outcome.
	 * @param reason the reason, without private data
	 * @return the reconciliation
	 */
	public static Reconciliation undecided(String reason) {
		return undecided(reason, null);
	}

	/**
	 * Create the result for a history that does not show the outcome yet.
	 * @param reason the reason, without private data
	 * @param retryAfter how long the message may still appear in the history, or
	 * {@code null} if waiting does not help
	 * @return the reconciliation
	 */
	public static Reconciliation undecided(String reason, @Nullable Duration retryAfter) {
		return new Reconciliation(Verdict.UNDECIDED, null, reason, retryAfter);
	}

	/**
	 * Verdict of a reconciliation.
	 */
	public enum Verdict {

		/**
		 * The message was sent: the history contains it exactly once.
		 */
		SENT,

		/**
		 * The message was not sent: the history covers the time and does not contain it.
		 */
		NOT_SENT,

		/**
		 * The history does not show whether the message was sent.
		 */
		UNDECIDED

	}

}
