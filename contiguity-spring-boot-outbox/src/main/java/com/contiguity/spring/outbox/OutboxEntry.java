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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a message in the outbox. It contains neither phone numbers nor texts.
 *
 * @since 0.1.0
 */
public interface OutboxEntry {

	/**
	 * Return the id of the entry.
	 * @return the id, which starts with {@code out_}
	 */
	String id();

	/**
	 * Return the application's key.
	 * @return the key, or {@code null} if there is none
	 */
	@Nullable String key();

	/**
	 * Return the state.
	 * @return the state
	 */
	OutboxState state();

	/**
	 * Return when the entry was enqueued.
	 * @return the instant, by the clock of the database
	 */
	Instant createdAt();

	/**
	 * Return when the message may be sent.
	 * @return the earliest instant
	 */
	Instant sendAfter();

	/**
	 * Return when the entry expires.
	 * @return the instant after which the message is no longer sent
	 */
	Instant expiresAt();

	/**
	 * Return how many attempts were made.
	 * @return the number of attempts
	 */
	int attempts();

	/**
	 * Return the API's id of the message.
	 * @return the id, or {@code null} if it is not known
	 */
	@Nullable String messageId();

	/**
	 * Return the application's own id of the message.
	 * @return the reference, or {@code null} if there is none
	 */
	@Nullable String reference();

	/**
	 * Return whether the entry existed when the message was enqueued.
	 * @return {@code true} if it is the entry of an earlier call with the same key
	 */
	boolean replayed();

}
