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

import org.jspecify.annotations.Nullable;

/**
 * What a conversation's history says about a send whose outcome was unknown.
 *
 * @param verdict the verdict
 * @param message the message in the history, if it is there exactly once
 * @param reason why nothing can be said, if that is the verdict; without anything private
 * @since 0.1.0
 */
public record Reconciliation(Verdict verdict, @Nullable ConversationMessage message, @Nullable String reason) {

	/**
	 * The message went out.
	 * @param message the message in the history
	 * @return the reconciliation
	 */
	public static Reconciliation sent(ConversationMessage message) {
		return new Reconciliation(Verdict.SENT, message, null);
	}

	/**
	 * The message did not go out.
	 * @return the reconciliation
	 */
	public static Reconciliation notSent() {
		return new Reconciliation(Verdict.NOT_SENT, null, null);
	}

	/**
	 * The history does not tell.
	 * @param reason why not
	 * @return the reconciliation
	 */
	public static Reconciliation undecided(String reason) {
		return new Reconciliation(Verdict.UNDECIDED, null, reason);
	}

	/**
	 * What the history says.
	 */
	public enum Verdict {

		/**
		 * The message went out: it is there, exactly once.
		 */
		SENT,

		/**
		 * The message did not go out: the history covers the time and it is not there.
		 */
		NOT_SENT,

		/**
		 * The history does not tell.
		 */
		UNDECIDED

	}

}
