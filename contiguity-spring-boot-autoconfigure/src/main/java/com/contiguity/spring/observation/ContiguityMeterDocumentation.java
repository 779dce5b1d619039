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

/**
 * The meters that complement the observations.
 *
 * @since 0.1.0
 */
public enum ContiguityMeterDocumentation {

	/**
	 * Number of attempts of a call.
	 */
	ATTEMPTS("contiguity.imessage.attempts", "distribution summary", "Number of attempts of a call.",
			ContiguityKeyName.ACCOUNT, ContiguityKeyName.OPERATION),

	/**
	 * Retries.
	 */
	RETRIES("contiguity.imessage.retries", "counter", "Retries.", ContiguityKeyName.ACCOUNT,
			ContiguityKeyName.OPERATION, ContiguityKeyName.REASON),

	/**
	 * Time that sends waited for their line.
	 */
	LINE_WAIT("contiguity.line.wait", "timer", "Time that sends waited for their line.", ContiguityKeyName.ACCOUNT,
			ContiguityKeyName.LINE),

	/**
	 * Messages that a line can send at once.
	 */
	LINE_AVAILABLE("contiguity.line.available", "gauge", "Messages that a line can send at once.",
			ContiguityKeyName.ACCOUNT, ContiguityKeyName.LINE),

	/**
	 * Deliveries of webhooks.
	 */
	WEBHOOK_EVENTS("contiguity.webhook.events", "counter", "Deliveries of webhooks.", ContiguityKeyName.RESULT,
			ContiguityKeyName.TYPE);

	private final String name;

	private final String type;

	private final String description;

	private final ContiguityKeyName[] keys;

	ContiguityMeterDocumentation(String name, String type, String description, ContiguityKeyName... keys) {
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
	 * Return the description of the meter.
	 * @return a sentence
	 */
	public String getDescription() {
		return this.description;
	}

	/**
	 * Return the keys of the meter.
	 * @return the keys
	 */
	public ContiguityKeyName[] getKeys() {
		return this.keys.clone();
	}

}
