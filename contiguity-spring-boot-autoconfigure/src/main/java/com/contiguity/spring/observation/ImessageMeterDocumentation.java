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

import io.micrometer.common.docs.KeyName;

/**
 * The meters beside the observation of calls.
 *
 * @since 0.1.0
 */
public enum ImessageMeterDocumentation {

	/**
	 * Attempts that a call took.
	 */
	ATTEMPTS("contiguity.imessage.attempts", "distribution summary", "Attempts that a call took.", Keys.OPERATION),

	/**
	 * Retries.
	 */
	RETRIES("contiguity.imessage.retries", "counter", "Retries.", Keys.OPERATION, Keys.REASON),

	/**
	 * Time that sends waited for their line.
	 */
	LINE_WAIT("contiguity.line.wait", "timer", "Time that sends waited for their line.", Keys.LINE),

	/**
	 * Messages that a line can take at once.
	 */
	LINE_AVAILABLE("contiguity.line.available", "gauge", "Messages that a line can take at once.", Keys.LINE);

	private final String name;

	private final String type;

	private final String description;

	private final Keys[] keys;

	ImessageMeterDocumentation(String name, String type, String description, Keys... keys) {
		this.name = name;
		this.type = type;
		this.description = description;
		this.keys = keys;
	}

	/**
	 * Return the name of the meter.
	 * @return the name, with dots
	 */
	public String getName() {
		return this.name;
	}

	/**
	 * Return the type of the meter.
	 * @return the type, in words
	 */
	public String getType() {
		return this.type;
	}

	/**
	 * Return what the meter tells.
	 * @return a sentence
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * Return the keys of the meter.
	 * @return the keys
	 */
	public Keys[] getKeys() {
		return this.keys.clone();
	}

	/**
	 * Keys of the meters.
	 */
	public enum Keys implements KeyName {

		/**
		 * A line's place in the pool.
		 */
		LINE("line", "Place of the line in the pool, such as `line-1`; `other` for one that is not in it."),

		/**
		 * Operation of the call.
		 */
		OPERATION("operation", "Operation of the call."),

		/**
		 * Reason for the retry.
		 */
		REASON("reason", "What the attempt before ended with: `connect`, `exchange` or an HTTP status.");

		private final String key;

		private final String description;

		Keys(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * Return what the key tells.
		 * @return a sentence, in Markdown
		 */
		public String description() {
			return this.description;
		}

	}

}
