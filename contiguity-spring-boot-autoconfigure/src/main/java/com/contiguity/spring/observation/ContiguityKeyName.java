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
 * Keys of observations and meters. Their values never contain a phone number, a text or a
 * token.
 *
 * @since 0.1.0
 */
public enum ContiguityKeyName implements KeyName {

	/**
	 * Name of the account.
	 */
	ACCOUNT("account", "Name of the account, `default` unless the template has another name."),

	/**
	 * Number of attempts.
	 */
	ATTEMPTS("attempts", "Number of attempts."),

	/**
	 * Id of a webhook's event.
	 */
	EVENT_ID("event.id", "Id of the event."),

	/**
	 * Name of the exception.
	 */
	EXCEPTION("exception", "Simple name of the exception, or `none`."),

	/**
	 * Alias of a line.
	 */
	LINE("line",
			"Alias of the line, such as `line-1`, which it keeps while the application runs; "
					+ "`other` for a line that is not in the pool."),

	/**
	 * Id of the message that was sent.
	 */
	MESSAGE_ID("message.id", "Id of the message that was sent, or `none`."),

	/**
	 * Operation of the call.
	 */
	OPERATION("operation",
			"Operation: `send`, `typing`, `react`, `read`, `get`, `history`, `availability` or `lines`."),

	/**
	 * Outcome of the call.
	 */
	OUTCOME("outcome",
			"Outcome: `accepted` for a send, `success` for anything else, `rejected`, `not_sent` or `unknown`; "
					+ "`none` while the call is in progress."),

	/**
	 * Reason for the retry.
	 */
	REASON("reason", "How the previous attempt failed: `connect`, `exchange` or an HTTP status."),

	/**
	 * Contiguity's request id of the last attempt's response.
	 */
	REQUEST_ID("request.id", "Contiguity's id of the last attempt's response (`req_…` or `err_…`), or `none`."),

	/**
	 * Result of a webhook's delivery.
	 */
	RESULT("result",
			"Result of the delivery: `accepted`, `duplicate`, `bad_signature`, `stale`, `malformed` or `rejected`."),

	/**
	 * HTTP status of the last attempt's response.
	 */
	STATUS("status", "HTTP status of the last attempt's response, or `none`."),

	/**
	 * Type of a webhook's event.
	 */
	TYPE("type",
			"Type of the event, such as `imessage.incoming`; `unknown` for an event that this version does not know, "
					+ "`none` if it is not an event.");

	private final String key;

	private final String description;

	ContiguityKeyName(String key, String description) {
		this.key = key;
		this.description = description;
	}

	@Override
	public String asString() {
		return this.key;
	}

	/**
	 * Return the description of the key.
	 * @return a sentence, in Markdown
	 */
	public String description() {
		return this.description;
	}

}
