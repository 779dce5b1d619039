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

package com.contiguity.spring.internal.outbox;

import java.time.Instant;

import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxState;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox.
 *
 * @param id the id
 * @param key the application's key
 * @param state the state
 * @param createdAt when it was enqueued
 * @param sendAfter when it may be sent
 * @param expiresAt when it expires
 * @param attempts how many attempts were made
 * @param messageId the API's id of the message
 * @param reference the application's own id of the message
 * @param replayed whether it existed already
 * @param lane the lane in which it waits
 * @param conversation the conversation
 * @param requestHash the hash of the content
 * @param textHash the hash of the text
 * @param request the stored content; {@code null} once settled
 * @param sent the content of the last attempt; {@code null} if it is the stored content
 * @param fence the version of the lane's execution that marked it last
 * @param owner the instance that marked it last
 * @param startedAt when it was marked last
 * @param errorKind the kind of the last error
 */
public record StoredEntry(String id, @Nullable String key, OutboxState state, Instant createdAt, Instant sendAfter,
		Instant expiresAt, int attempts, @Nullable String messageId, @Nullable String reference, boolean replayed,
		String lane, String conversation, @Nullable String requestHash, @Nullable String textHash,
		@Nullable String request, @Nullable String sent, @Nullable Long fence, @Nullable String owner,
		@Nullable Instant startedAt, @Nullable String errorKind) implements OutboxEntry {

	StoredEntry asReplayed() {
		return copy(this.state, this.attempts, this.messageId, true);
	}

	StoredEntry with(OutboxState state) {
		return copy(state, this.attempts, this.messageId, false);
	}

	StoredEntry with(OutboxState state, int attempts, @Nullable String messageId) {
		return copy(state, attempts, messageId, false);
	}

	private StoredEntry copy(OutboxState state, int attempts, @Nullable String messageId, boolean replayed) {
		return new StoredEntry(this.id, this.key, state, this.createdAt, this.sendAfter, this.expiresAt, attempts,
				messageId, this.reference, replayed, this.lane, this.conversation, this.requestHash, this.textHash,
				this.request, this.sent, this.fence, this.owner, this.startedAt, this.errorKind);
	}

	@Override
	public String toString() {
		return "OutboxEntry[id=" + this.id + ", key=" + this.key + ", state=" + this.state + ", sendAfter="
				+ this.sendAfter + ", expiresAt=" + this.expiresAt + ", attempts=" + this.attempts + ", reference="
				+ this.reference + "]";
	}

}
