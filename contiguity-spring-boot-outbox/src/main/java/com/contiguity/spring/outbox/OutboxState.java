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
	 * It waits to be sent.
	 */
	PENDING,

	/**
	 * It is being sent. If the process dies now, it is {@link #UNKNOWN}.
	 */
	SENDING,

	/**
	 * The API took it.
	 */
	ACCEPTED,

	/**
	 * The API refused it for good.
	 */
	REJECTED,

	/**
	 * It is not known whether it was sent. The conversation's history is asked.
	 */
	UNKNOWN,

	/**
	 * The history does not tell whether it was sent. A person has to
	 * {@linkplain ImessageOutbox#settle settle} it.
	 */
	UNDECIDED,

	/**
	 * It could not be sent in time.
	 */
	EXPIRED,

	/**
	 * It was cancelled before it was sent.
	 */
	CANCELLED

}
