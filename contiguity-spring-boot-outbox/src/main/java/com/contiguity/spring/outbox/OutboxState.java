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

/**
 * The state of an entry.
 *
 * @since 0.1.0
 */
public enum OutboxState {

	/**
	 * The message waits to be sent.
	 */
	PENDING,

	/**
	 * The message is being sent. If the process dies now, the entry becomes
	 * {@link #UNKNOWN}.
	 */
	SENDING,

	/**
	 * The API accepted the message.
	 */
	ACCEPTED,

	/**
	 * The API rejected the message, or it cannot be sent.
	 */
	REJECTED,

	/**
	 * It is not known whether the message was sent. The outcome is determined from the
	 * conversation's history.
	 */
	UNKNOWN,

	/**
	 * The history does not show whether the message was sent. A person has to
	 * {@linkplain ImessageOutbox#settle settle} the entry.
	 */
	UNDECIDED,

	/**
	 * The message was not sent in time.
	 */
	EXPIRED,

	/**
	 * The entry was cancelled before its message was sent.
	 */
	CANCELLED

}
