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
 * What became of a delivery.
 *
 * @since 0.1.0
 */
public enum WebhookResult {

	/**
	 * Listeners are told of it.
	 */
	ACCEPTED(200),

	/**
	 * Listeners were, or are being, told of it.
	 */
	DUPLICATE(200),

	/**
	 * There is no signature, or none that one of the secrets makes.
	 */
	BAD_SIGNATURE(401),

	/**
	 * The signature is too old, or too far in the future.
	 */
	STALE(401),

	/**
	 * It is not an event.
	 */
	MALFORMED(400),

	/**
	 * It is larger than is read; told apart from {@link #MALFORMED} by its status alone.
	 */
	TOO_LARGE(413),

	/**
	 * The body takes too long. Told apart from {@link #MALFORMED} by its status alone.
	 */
	TOO_SLOW(408),

	/**
	 * There is no room for it, or nothing to verify it with, now: it is to be delivered
	 * again.
	 */
	REJECTED(503);

	private final int status;

	WebhookResult(int status) {
		this.status = status;
	}

	/**
	 * Return the HTTP status to answer with.
	 * @return the status
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Return the name that metrics use.
	 * @return the lower-case name, such as {@code bad_signature}
	 */
	@Override
	public String toString() {
		return (this == TOO_LARGE || this == TOO_SLOW) ? MALFORMED.toString() : name().toLowerCase(Locale.ROOT);
	}

}
