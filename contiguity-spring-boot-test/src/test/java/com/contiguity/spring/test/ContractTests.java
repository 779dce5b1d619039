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

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import org.apache.commons.lang3.tuple.Pair;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockserver.logging.MockServerLogger;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;
import org.mockserver.openapi.OpenApiTrafficValidator;
import org.mockserver.openapi.OpenApiTrafficValidator.TrafficValidationResult;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Checks what {@link ImessageTemplate} sends and what the {@link ContiguitySandbox}
 * answers against the description of the API.
 */
class ContractTests {

	private static ContiguitySandbox sandbox;

	private static String description;

	@BeforeAll
	static void start() throws IOException {
		description = new ClassPathResource("contiguity.openapi.yaml", ContiguitySandbox.class)
			.getContentAsString(StandardCharsets.UTF_8);
		sandbox = ContiguitySandbox.builder().rateLimit(false).start();
	}

	@AfterAll
	static void stop() {
		sandbox.close();
	}

	@BeforeEach
	void clear() {
		sandbox.clear();
	}

	private static ReactiveImessageTemplate reactive() {
		return ImessageTemplate.builder()
			.baseUrl(sandbox.baseUrl())
			.token(sandbox::token)
			.linePacer(null)
			.buildReactive();
	}

	@Test
	void requestsAndAnswersOfEveryOperationFollowTheDescription() {
		ReactiveImessageTemplate reactive = reactive();
		ContractCalls.makeAll(new ImessageTemplate(reactive));
		reactive.leasedLines().block();
		assertThat(validate(description, traffic())).hasSize(ContractCalls.REQUESTS + 1)
			.allSatisfy((result) -> assertThat(problems(result)).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "+15005550001", "+15005550003", "+15005550006", "+15005550008" })
	void refusalsFollowTheDescription(String to) {
		ImessageTemplate template = new ImessageTemplate(reactive());
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> template.send(to, "Hello"));
		assertThat(validate(description, traffic())).isNotEmpty()
			.allSatisfy((result) -> assertThat(problems(result)).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "message_id", "fast_track", "tapback", "lease_status", "chat_marked_as_spam" })
	void fieldThatTheDescriptionDoesNotHaveShows(String field) {
		ReactiveImessageTemplate reactive = reactive();
		ContractCalls.makeAll(new ImessageTemplate(reactive));
		reactive.leasedLines().block();
		String other = description.replace(field + ":", "renamed:")
			.replace(field + "]", "renamed]")
			.replace(field + ",", "renamed,");
		assertThat(validate(other, traffic())).anySatisfy((result) -> assertThat(problems(result)).isNotEmpty());
	}

	private static List<Pair<HttpRequest, HttpResponse>> traffic() {
		return Arrays.stream(sandbox.mockServer().retrieveRecordedRequestsAndResponses(null))
			.map((exchange) -> Pair.of(exchange.getHttpRequest(), withText(exchange.getHttpResponse())))
			.toList();
	}

	// the validator takes bytes for something else than JSON
	private static HttpResponse withText(HttpResponse response) {
		return response.clone().withBody(new String(response.getBodyAsRawBytes(), StandardCharsets.UTF_8));
	}

	private static List<TrafficValidationResult> validate(String description,
			List<Pair<HttpRequest, HttpResponse>> traffic) {
		return new OpenApiTrafficValidator(new MockServerLogger()).validate(description, traffic);
	}

	private static List<String> problems(TrafficValidationResult result) {
		List<String> problems = new ArrayList<>(result.getRequestErrors());
		problems.addAll(result.getResponseErrors());
		if (result.getMatchedOperation() == null) {
			problems.add("There is no operation for " + result.getRequestMethod() + " " + result.getRequestPath());
		}
		return problems;
	}

}
