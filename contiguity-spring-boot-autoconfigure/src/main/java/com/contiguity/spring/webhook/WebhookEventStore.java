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
 * threads that must not block. The exceptions they throw are logged.
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
	 * Claim an event. The event is handled if, and only if, this method returns {@code
	 * true}. In this case exactly one of {@link #done}, {@link #release} or
	 * {@link #abandon} is called afterwards. If this method throws, the delivery is
	 * rejected and none of them is called.
	 * @param event the complete event, for a store that keeps the claimed events
	 * @return {@code true} if no event with this id has been claimed, {@code false} if
	 * such an event is being handled or has been handled
	 */
	boolean claim(ContiguityWebhookEvent event);

	/**
	 * Record that a claimed event was handled. It must not be claimed again.
	 * @param eventId the id of the event
	 */
	void done(String eventId);

	/**
	 * Record that the handling of a claimed event failed. It may be claimed again.
	 * @param eventId the id of the event
	 */
	void release(String eventId);

	/**
	 * Record that a claimed and acknowledged event will not be handled by this instance,
	 * because the application is shutting down or has no thread. No listener has received
	 * the event. A store that keeps the claimed events can let another instance handle
	 * it.
	 * @param eventId the id of the event
	 */
	default void abandon(String eventId) {
		release(eventId);
	}

}
