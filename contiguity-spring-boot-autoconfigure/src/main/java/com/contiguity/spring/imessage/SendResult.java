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
 * The result of one of many sends.
 *
 * @since 0.1.0
 */
public sealed interface SendResult {

	/**
	 * Return what was to be sent.
	 * @return the request, as given
	 */
	SendRequest request();

	/**
	 * The API accepted the message: the outcome is {@code ACCEPTED}.
	 *
	 * @param request the request, as given
	 * @param receipt the receipt
	 */
	record Accepted(SendRequest request, SendReceipt receipt) implements SendResult {
	}

	/**
	 * The message was not sent ({@code REJECTED}, {@code NOT_SENT}), or it is not known
	 * whether it was ({@code UNKNOWN}).
	 *
	 * @param request the request, as given
	 * @param exception what happened; its outcome says which
	 */
	record Failed(SendRequest request, ContiguityException exception) implements SendResult {
	}

}
