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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.Parameter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.util.UriUtils;

/**
 * A parsed request: path segments are decoded, and JSON is parsed.
 */
final class SandboxRequest {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final HttpRequest request;

	private final List<String> segments;

	private final List<Consumer<SandboxWebhooks.Target>> followUps = new ArrayList<>();

	SandboxRequest(HttpRequest request) {
		this.request = request;
		this.segments = decode(request.getPath().getValue());
	}

	private static List<String> decode(String path) {
		try {
			// unlike in a query, a plus sign in a path is not a space
			return Arrays.stream(path.split("/", -1))
				.skip(1)
				.map((segment) -> UriUtils.decode(segment, StandardCharsets.UTF_8))
				.toList();
		}
		catch (IllegalArgumentException ex) {
			throw new SandboxRefusal(400, "The path is not encoded properly");
		}
	}

	/**
	 * Register an action that runs after the request is answered.
	 * @param followUp the action, which receives the target of webhooks
	 */
	void onceAnswered(Consumer<SandboxWebhooks.Target> followUp) {
		this.followUps.add(followUp);
	}

	List<Consumer<SandboxWebhooks.Target>> followUps() {
		return this.followUps;
	}

	String method() {
		return this.request.getMethod().getValue();
	}

	List<String> segments() {
		return this.segments;
	}

	String segment(int index) {
		return this.segments.get(index);
	}

	String header(String name) {
		return this.request.getFirstHeader(name);
	}

	/**
	 * Return the only flag of the query. Any other parameter is rejected.
	 * @param name the name of the flag
	 * @return the flag's value, {@code false} if it is absent
	 */
	boolean queryFlag(String name) {
		List<Parameter> parameters = parameters();
		refuseParametersBut(parameters, name);
		List<String> values = new ArrayList<>();
		parameters.forEach((parameter) -> parameter.getValues().forEach((value) -> values.add(value.getValue())));
		if (values.isEmpty() || values.equals(List.of("false"))) {
			return false;
		}
		if (values.equals(List.of("true"))) {
			return true;
		}
		throw SandboxRefusal.field(name, "must be true or false");
	}

	void refuseQuery() {
		refuseParametersBut(parameters(), null);
	}

	private void refuseParametersBut(List<Parameter> parameters, @Nullable String known) {
		for (Parameter parameter : parameters) {
			String name = parameter.getName().getValue();
			if (!name.equals(known)) {
				throw SandboxRefusal.field(name, "is not a known query parameter");
			}
		}
	}

	private List<Parameter> parameters() {
		List<Parameter> parameters = this.request.getQueryStringParameterList();
		return (parameters != null) ? parameters : new ArrayList<>();
	}

	/**
	 * Return the body's fields.
	 * @param known the names of the supported fields
	 * @return the fields
	 */
	SandboxFields body(String... known) {
		String mediaType = header("Content-Type").split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
		if (!mediaType.equals("application/json")) {
			throw SandboxRefusal.field("Content-Type", "must be application/json");
		}
		try {
			JsonNode body = MAPPER.readTree(this.request.getBodyAsRawBytes());
			if (!body.isObject()) {
				throw new SandboxRefusal(400, "The body must be a JSON object");
			}
			return new SandboxFields("", body, known);
		}
		catch (JacksonException ex) {
			throw new SandboxRefusal(400, "The body is not JSON");
		}
	}

}
