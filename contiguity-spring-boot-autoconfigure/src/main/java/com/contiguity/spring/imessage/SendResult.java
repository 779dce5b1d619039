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

package com.contiguity.spring.imessage;

import com.contiguity.spring.ContiguityException;

/**
 * The result of a message sent by {@code sendAll}.
 *
 * @since 0.1.0
 */
public sealed interface SendResult {

	/**
	 * Return the request.
	 * @return the request, as given
	 */
	SendRequest request();

	/**
	 * The API accepted the message. The outcome is {@code ACCEPTED}.
	 *
	 * @param request the request, as given
	 * @param receipt the receipt
	 */
	record Accepted(SendRequest request, SendReceipt receipt) implements SendResult {
	}

	/**
	 * The message was not sent ({@code REJECTED}, {@code NOT_SENT}), or the outcome is
	 * {@code UNKNOWN}.
	 *
	 * @param request the request, as given
	 * @param exception the failure, which contains the outcome
	 */
	record Failed(SendRequest request, ContiguityException exception) implements SendResult {
	}

}
