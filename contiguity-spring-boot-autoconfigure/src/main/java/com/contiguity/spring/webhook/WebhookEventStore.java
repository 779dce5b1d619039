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
 * Remembers handled events, so that each event is handled once even if it is delivered
 * several times. A bean of this type replaces the default, which covers one instance of
 * the application only. Implementations must be thread-safe. They are never called on
 * threads that must not block. Exceptions that they throw are logged.
 * <p>
 * Claims in a shared store should expire so that events claimed by a crashed instance can
 * be handled again. An event is claimed when it is received. The claim includes the time
 * that the event waits for earlier events and for a thread, and the time that listeners
 * take. It must not expire earlier. Otherwise an event that is delivered again is handled
 * a second time, and {@link #done} and {@link #release} are called twice as well.
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
