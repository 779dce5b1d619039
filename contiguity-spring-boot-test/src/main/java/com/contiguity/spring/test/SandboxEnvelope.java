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

package com.contiguity.spring.test;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

import org.mockserver.model.Header;
import org.mockserver.model.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The envelope of all of Contiguity's responses.
 */
final class SandboxEnvelope {

	static final String API_VERSION = "v2026.8.2";

	private static final String JSON = "application/json";

	private final JsonMapper mapper = JsonMapper.shared();

	private final Clock clock;

	SandboxEnvelope(Clock clock) {
		this.clock = clock;
	}

	HttpResponse response(JsonNode data) {
		return json(200, "req", "response", data);
	}

	HttpResponse error(int status, String error) {
		return json(status, "err", "error", errorData(status, error));
	}

	HttpResponse agreementRequired(String agreementUrl) {
		return json(403, "err", "error", errorData(403, "Forbidden").put("agreement_url", agreementUrl));
	}

	/**
	 * Return the reason that an error response contains.
	 * @param answer an error, or a response that is not JSON
	 * @return the reason
	 */
	String reason(HttpResponse answer) {
		if (!JSON.equals(answer.getFirstHeader("Content-Type"))) {
			return "no JSON";
		}
		return this.mapper.readTree(answer.getBodyAsRawBytes()).at("/data/error").asString();
	}

	/**
	 * Return a {@code Retry-After} header.
	 * @param wait how long to wait, rounded up to seconds
	 * @return the header
	 */
	static Header retryAfter(Duration wait) {
		return new Header("Retry-After", String.valueOf(wait.plusMillis(999).toSeconds()));
	}

	private ObjectNode errorData(int status, String error) {
		return this.mapper.createObjectNode().put("error", error).put("status", status);
	}

	private HttpResponse json(int status, String idPrefix, String object, JsonNode data) {
		ObjectNode envelope = this.mapper.createObjectNode()
			.put("id", SandboxIds.next(idPrefix))
			.put("timestamp", this.clock.millis())
			.put("api_version", API_VERSION)
			.put("object", object)
			.set("data", data);
		return HttpResponse.response()
			.withStatusCode(status)
			.withHeader("Content-Type", JSON)
			.withBody(envelope.toString().getBytes(StandardCharsets.UTF_8));
	}

}
