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

package com.contiguity.spring.event;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An event that Contiguity delivered by a webhook. Its signature was verified, and it is
 * published once. Listeners run after the webhook was acknowledged. The events of a
 * conversation are published one after the other, in order. Later releases may add types
 * of events.
 *
 * @since 0.1.0
 */
public interface ContiguityWebhookEvent {

	/**
	 * Return the id of the event.
	 * @return the id, which is the same for each delivery of the event
	 */
	String id();

	/**
	 * Return the type of the event.
	 * @return the type as Contiguity names it, such as {@code imessage.incoming}
	 */
	String type();

	/**
	 * Return when the event happened.
	 * @return the time of the event, or the time of its delivery if the event has no time
	 */
	Instant timestamp();

	/**
	 * Return the version of the API.
	 * @return the version, or {@code null} if the event does not contain it
	 */
	@Nullable String apiVersion();

	/**
	 * Return the JSON as it was received.
	 * @return the whole body, including unknown fields
	 */
	String raw();

}
