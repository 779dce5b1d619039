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

import java.util.Optional;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendRequest;

/**
 * Stores messages in a database transaction. Each message is sent once if, and only if,
 * the transaction commits, even across restarts, crashes and several instances. The
 * messages of a conversation are sent in the order in which they were enqueued.
 * <p>
 * The entries of concurrent transactions have no order until their commits are visible.
 * R2DBC and reactive transactions are not supported.
 *
 * @since 0.1.0
 */
public interface ImessageOutbox {

	/**
	 * Enqueue a message in the caller's transaction, or in a new one if there is none.
	 * @param request the message
	 * @return the entry
	 * @throws OutboxFullException if too many entries wait
	 */
	OutboxEntry enqueue(SendRequest request);

	/**
	 * Enqueue a message in the caller's transaction, or in a new one if there is none.
	 * <p>
	 * If an entry with the same key exists, it is returned and nothing is enqueued. Two
	 * transactions that enqueue the same keys in opposite orders can deadlock. Isolation
	 * levels stricter than {@code READ_COMMITTED} can cause serialization failures.
	 * @param request the message
	 * @param options the options
	 * @return the entry, which is {@linkplain OutboxEntry#replayed() replayed} if it
	 * existed
	 * @throws IdempotencyConflictException if the key belongs to another message
	 * @throws OutboxFullException if too many entries wait
	 * @throws InvalidRequestException if the options contradict each other
	 */
	OutboxEntry enqueue(SendRequest request, OutboxOptions options);

	/**
	 * Find an entry.
	 * @param idOrKey the id of the entry, or its key
	 * @return the entry, or an empty {@code Optional} if there is none, or if it has been
	 * removed
	 */
	Optional<OutboxEntry> find(String idOrKey);

	/**
	 * Cancel an entry, in the caller's transaction if there is one.
	 * @param idOrKey the id of the entry, or its key
	 * @return {@code true} if it will not be sent; {@code false} if there is no such
	 * entry, or if it is not {@link OutboxState#PENDING}
	 */
	boolean cancel(String idOrKey);

	/**
	 * Settle an entry whose outcome a person has determined.
	 * @param id the id of the entry
	 * @param verdict {@code SENT} if the message was sent; {@code NOT_SENT} to send it
	 * again
	 * @return the entry
	 * @throws IllegalArgumentException if there is no such entry, or the verdict is
	 * {@code UNDECIDED}
	 * @throws IllegalStateException if the entry is neither {@link OutboxState#UNKNOWN}
	 * nor {@link OutboxState#UNDECIDED}
	 */
	OutboxEntry settle(String id, Reconciliation.Verdict verdict);

}
