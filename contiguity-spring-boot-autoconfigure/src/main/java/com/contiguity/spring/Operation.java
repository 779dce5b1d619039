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

package com.contiguity.spring;

/**
 * An operation of Contiguity's iMessage API.
 *
 * @since 0.1.0
 */
public enum Operation {

	/**
	 * Send a message. The only operation that is not safe to repeat.
	 */
	SEND("send"),

	/**
	 * Show or hide the typing indicator.
	 */
	TYPING("typing"),

	/**
	 * Add or remove a reaction.
	 */
	REACT("react"),

	/**
	 * Mark a conversation as read.
	 */
	READ("read"),

	/**
	 * Get one message.
	 */
	GET("get"),

	/**
	 * Get a conversation's messages.
	 */
	HISTORY("history"),

	/**
	 * Check whether a recipient can receive iMessages.
	 */
	AVAILABILITY("availability"),

	/**
	 * List the lines that the account leases.
	 */
	LINES("lines");

	private final String name;

	Operation(String name) {
		this.name = name;
	}

	/**
	 * Return the name used in exceptions, metrics and traces.
	 * @return the lower-case name, such as {@code send}
	 */
	@Override
	public String toString() {
		return this.name;
	}

}
