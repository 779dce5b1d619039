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

package com.contiguity.spring.webhook;

import com.contiguity.spring.event.ContiguityWebhookEvent;

/**
 * Remembers which events were handled, so that each is handled once however often it is
 * delivered. A bean of this type replaces the default, which knows of one instance of the
 * application alone. Implementations are thread-safe; they are never called on threads
 * that must not block. Whatever they throw is logged.
 * <p>
 * A store that outlives the application has to let claims end after a while, for an
 * instance that died with them. An event is claimed when it comes in, so that a claim
 * lasts as long as the event waits for those before it and for a thread, and for as long
 * as listeners then take: let it end later than that. If it ends too early, an event that
 * is delivered again meanwhile is handled a second time, beside the first, and
 * {@link #done} and {@link #release} come twice as well.
 *
 * @since 0.1.0
 */
public interface WebhookEventStore {

	/**
	 * Claim an event. It is handled if, and only if, the answer is {@code true}; one of
	 * {@link #done}, {@link #release} or {@link #abandon} follows then, once. If it
	 * throws, the delivery is refused, and neither follows.
	 * @param event the event, whole, for a store that keeps what it claims
	 * @return {@code true} if nobody has claimed an event with its id yet, {@code false}
	 * if such an event is, or was, handled
	 */
	boolean claim(ContiguityWebhookEvent event);

	/**
	 * An event that was claimed is handled: it is not to be claimed again.
	 * @param eventId the id of the event
	 */
	void done(String eventId);

	/**
	 * An event that was claimed could not be handled: it may be claimed again.
	 * @param eventId the id of the event
	 */
	void release(String eventId);

	/**
	 * An event that was claimed and answered will not be handled here, and no listener
	 * was told of it: the application ends, or has no thread. A store that keeps what it
	 * claims lets another instance handle it.
	 * @param eventId the id of the event
	 */
	default void abandon(String eventId) {
		release(eventId);
	}

}
