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

package com.contiguity.spring.internal.delivery;

import java.time.Instant;
import java.util.List;

import tools.jackson.databind.json.JsonMapper;

/**
 * Responses of Contiguity.
 */
final class ApiAnswers {

	static final String JSON = "Content-Type: application/json\r\n";

	private ApiAnswers() {
	}

	static String accepted() {
		return envelope("response", Instant.now(), "{\"message_id\":\"msg_1\",\"message\":\"sent\"}");
	}

	static String error(int status) {
		return envelope("error", Instant.now(), "{\"error\":\"Scripted\",\"status\":" + status + "}");
	}

	/**
	 * Return a history.
	 * @param now the API's time
	 * @param rows its rows
	 * @param total the total number of rows, or -1 to omit it
	 */
	static String history(Instant now, List<Row> rows, int total) {
		StringBuilder conversation = new StringBuilder();
		for (Row row : rows) {
			conversation.append((conversation.length() > 0) ? "," : "").append(row.json());
		}
		return envelope("response", now,
				"{\"conversation\":[" + conversation + "],\"reactions\":[],\"chat\":{\"filtered\":false,\"limit\":200"
						+ ((total >= 0) ? ",\"total\":" + total : "") + ",\"count\":" + rows.size() + "}}");
	}

	static String leasedLines(String... numbers) {
		StringBuilder lines = new StringBuilder();
		for (String number : numbers) {
			lines.append((lines.length() > 0) ? "," : "")
				.append("{\"lease_status\":\"active\",\"number\":{\"e164\":\"" + number
						+ "\"},\"capabilities\":{\"channels\":[\"imessage\"]}}");
		}
		return envelope("response", Instant.now(), "{\"numbers\":[" + lines + "]}");
	}

	private static String envelope(String object, Instant now, String data) {
		return "{\"id\":\"" + ((object.equals("error")) ? "err_1" : "req_1") + "\",\"timestamp\":" + now.toEpochMilli()
				+ ",\"api_version\":\"v1\",\"object\":\"" + object + "\",\"data\":" + data + "}";
	}

	/**
	 * A message of a conversation.
	 */
	record Row(String to, String from, String text, Instant timestamp) {

		String json() {
			return "{\"to\":\"" + this.to + "\",\"from\":\"" + this.from + "\",\"message\":"
					+ JsonMapper.shared().writeValueAsString(this.text)
					+ ((this.timestamp != null) ? ",\"timestamp\":" + this.timestamp.toEpochMilli() : "") + "}";
		}

	}

}
