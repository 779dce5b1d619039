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

package com.contiguity.spring.internal.webhook;

import java.util.Locale;

/**
 * Result of a delivery.
 *
 * @since 0.1.0
 */
public enum WebhookResult {

	/**
	 * The event will be passed to listeners.
	 */
	ACCEPTED(200),

	/**
	 * The event has been, or is being, passed to listeners.
	 */
	DUPLICATE(200),

	/**
	 * There is no signature, or no signature that matches one of the secrets.
	 */
	BAD_SIGNATURE(401),

	/**
	 * The signature is too old or too far in the future.
	 */
	STALE(401),

	/**
	 * The body is not an event.
	 */
	MALFORMED(400),

	/**
	 * The body is too large. Differs from {@link #MALFORMED} only in its status.
	 */
	TOO_LARGE(413),

	/**
	 * The body was received too slowly. Differs from {@link #MALFORMED} only in its
	 * status.
	 */
	TOO_SLOW(408),

	/**
	 * Temporarily not accepted, because the receiver is at capacity or no secret is
	 * available. Contiguity should deliver the event again.
	 */
	REJECTED(503);

	private final int status;

	WebhookResult(int status) {
		this.status = status;
	}

	/**
	 * Return the HTTP status of the response.
	 * @return the status
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Return the name used in metrics.
	 * @return the lower-case name, such as {@code bad_signature}
	 */
	@Override
	public String toString() {
		return (this == TOO_LARGE || this == TOO_SLOW) ? MALFORMED.toString() : name().toLowerCase(Locale.ROOT);
	}

}
