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

package com.contiguity.spring.health;

/**
 * Details of the account's health.
 */
enum HealthDetail {

	/**
	 * The name of the account.
	 */
	ACCOUNT("account", "Name of the account, `default` unless the template has another name."),

	/**
	 * The reason why the account is not up.
	 */
	REASON("reason", "Why the status is `DOWN` or `OUT_OF_SERVICE`."),

	/**
	 * The number of lines.
	 */
	USABLE_LINES("usableLines",
			"Number of lines that can send iMessages according to the last probe. If there was no probe because calls "
					+ "succeed, the number of configured or leased lines. Present only if it is known, and if the status is "
					+ "`UP` or no leased line can send."),

	/**
	 * The time of the API's last response.
	 */
	LAST_ANSWER("lastAnswer", "Time of the API's last response to any call, if there is one."),

	/**
	 * The version of the API.
	 */
	API_VERSION("apiVersion", "Version of the API according to its responses, if it is known.");

	private final String key;

	private final String description;

	HealthDetail(String key, String description) {
		this.key = key;
		this.description = description;
	}

	String key() {
		return this.key;
	}

	String description() {
		return this.description;
	}

}
