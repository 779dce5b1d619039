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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;

/**
 * Thrown when a message is enqueued with a key that belongs to another message.
 *
 * @since 0.1.0
 */
public class IdempotencyConflictException extends ContiguityException {

	private final String key;

	/**
	 * Create an exception.
	 * @param key the key
	 */
	public IdempotencyConflictException(String key) {
		super("The outbox contains another message with the key '" + key + "'. Use each key for one message only",
				Outcome.REJECTED);
		this.key = key;
	}

	/**
	 * Return the key.
	 * @return the key
	 */
	public final String key() {
		return this.key;
	}

}
