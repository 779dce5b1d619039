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

package com.contiguity.spring.observation;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation of a webhook event's handling. It contains no private data.
 *
 * @since 0.1.0
 */
public class WebhookObservationContext extends Observation.Context {

	private final String type;

	private final String eventId;

	private volatile @Nullable String exception;

	/**
	 * Create a context.
	 * @param type the type of the event, {@code unknown} if this version does not know it
	 * @param eventId the id of the event
	 */
	public WebhookObservationContext(String type, String eventId) {
		this.type = type;
		this.eventId = eventId;
	}

	/**
	 * Return the type of the event.
	 * @return the type, {@code unknown} if this version does not know it
	 */
	public String getType() {
		return this.type;
	}

	/**
	 * Return the id of the event.
	 * @return the id
	 */
	public String getEventId() {
		return this.eventId;
	}

	/**
	 * Return the exception of the listener. The error of the observation is a substitute
	 * without the message of this exception.
	 * @return the simple name of the exception, or {@code null} if there is none
	 */
	public @Nullable String getException() {
		return this.exception;
	}

	/**
	 * Set the exception of the listener.
	 * @param exception the simple name of the exception
	 */
	public void setException(@Nullable String exception) {
		this.exception = exception;
	}

}
