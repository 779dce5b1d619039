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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.line.Line;
import org.apache.commons.lang3.tuple.Pair;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockserver.logging.MockServerLogger;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;
import org.mockserver.openapi.OpenApiTrafficValidator;
import org.mockserver.openapi.OpenApiTrafficValidator.TrafficValidationResult;

import org.springframework.core.io.ClassPathResource;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Checks the requests of {@link ImessageTemplate} and the responses of
 * {@link ContiguitySandbox} against the OpenAPI description.
 */
class ContractTests {

	private static ContiguitySandbox sandbox;

	private static String description;

	private static String webhooks;

	@BeforeAll
	static void start() throws IOException {
		description = read("contiguity.openapi.yaml");
		webhooks = read("contiguity-webhooks.openapi.yaml");
		sandbox = ContiguitySandbox.builder().rateLimit(false).start();
	}

	private static String read(String file) throws IOException {
		return new ClassPathResource(file, ContiguitySandbox.class).getContentAsString(StandardCharsets.UTF_8);
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
		return builder().buildReactive();
	}

	private static ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder().baseUrl(sandbox.baseUrl()).token(sandbox::token).linePacer(null);
	}

	@Test
	void requestsAndAnswersOfEveryOperationFollowTheDescription() {
		ReactiveImessageTemplate reactive = reactive();
		ContractCalls.makeAll(new ImessageTemplate(reactive));
		reactive.unwrap(Account.class).probe().block();
		List<Pair<HttpRequest, HttpResponse>> traffic = traffic();
		assertThat(traffic).hasSize(ContractCalls.REQUESTS + 1);
		assertThat(problems(description, traffic)).isEmpty();
	}

	@Test
	void linesWithoutAReputationOrImessageFollowTheDescription() {
		sandbox.lease(new Line("+15550001001", "", "paused", null, Set.of("imessage")),
				SandboxLines.lineWithoutImessage("+15550001002"));
		assertThat(reactive().unwrap(Account.class).probe().block()).extracting((line) -> line.reputation())
			.containsExactly(0.9, 0.9);
		assertThat(problems(description, traffic())).isEmpty();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> sandbox.lease(new Line("+15550001001", "", null, 0.9, Set.of("imessage"))))
			.withMessage("'status' must not be null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "+15005550001", "+15005550003", "+15005550006", "+15005550008" })
	void refusalsFollowTheDescription(String to) {
		ImessageTemplate template = new ImessageTemplate(reactive());
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> template.send(to, "Hello"));
		List<Pair<HttpRequest, HttpResponse>> traffic = traffic();
		assertThat(traffic).isNotEmpty();
		assertThat(problems(description, traffic)).isEmpty();
	}

	@Test
	void refusalsOfTokensMessagesAndHurryFollowTheDescription() {
		refuse();
		List<Pair<HttpRequest, HttpResponse>> traffic = traffic();
		assertThat(traffic).extracting((exchange) -> exchange.getRight().getStatusCode()).contains(401, 403, 404, 429);
		assertThat(problems(description, traffic)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "pattern: \"^err_\" | pattern: \"^req_\"", "enum: [error] | enum: [response]",
					"required: [error, status] | required: [error, status, code]",
					"error: { type: string } | error: { type: integer }", "maximum: 599 | maximum: 428",
					"agreement_url: { | agreement: {" })
	void driftOfErrorsShows(String part, String other) {
		assertThat(description).contains(part);
		refuse();
		assertThat(problems(description.replace(part, other), traffic())).isNotEmpty();
	}

	// a wrong token, terms that must be accepted, a missing message, a line that exceeds
	// its rate
	private static void refuse() {
		ImessageTemplate template = builder().retryPolicy(new NeverRetryPolicy()).build();
		ImessageTemplate stranger = builder().token(() -> "contiguity_sk_other").build();
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> stranger.get("imsg_none"));
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> template.send("+15005550008", "Hello"));
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> template.get("imsg_none"));
		sandbox.rateLimit(true);
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> {
			for (int i = 0; i < 60; i++) {
				template.send(SendRequest.to("+15551234567").from("+15550001001").message("Hello").build());
			}
		});
	}

	@Test
	void webhooksFollowTheDescription() {
		List<Pair<HttpRequest, HttpResponse>> traffic = webhooks();
		assertThat(traffic).hasSize(4);
		assertThat(problems(webhooks, traffic)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "imessage.incoming | imessage.received",
			"text.delivery.confirmed | text.delivery.done", "text.delivery.failed | text.delivery.lost",
			"message_id: | id:", "error: { | reason: {", "body: { | text: {", "{64}$ | {32}$",
			"maximum: 99999999999 | maximum: 1000000000",
			"required: [from, to, timestamp, body, attachments] | required: [from, to, timestamp, body, mime]" })
	void driftOfWebhooksShows(String part, String other) {
		assertThat(webhooks).contains(part);
		assertThat(problems(webhooks.replace(part, other), webhooks())).isNotEmpty();
	}

	private static List<Pair<HttpRequest, HttpResponse>> webhooks() {
		// another sandbox's MockServer simulates the application
		try (ContiguitySandbox application = ContiguitySandbox.start()) {
			application.mockServer()
				.when(HttpRequest.request("/contiguity/webhook").withMethod("POST"))
				.respond(HttpResponse.response().withStatusCode(204));
			sandbox.webhooks(application.baseUrl() + "/contiguity/webhook", "whsec_test");
			sandbox.receive("+15551234567", "+15550001001", "Hello").repeat();
			ImessageTemplate template = builder().build();
			SendRequest fallback = SendRequest.to("+15005550001").message("Hello").fallback(Fallback.always()).build();
			template.send(fallback);
			sandbox.failSmsTo("+15005550001");
			template.send(fallback);
			Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> traffic(application).size() == 4);
			return traffic(application);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "message_id", "fast_track", "tapback", "lease_status", "chat_marked_as_spam",
			"marked_as_spam", "created_at", "e911_capable", "upfront_fee" })
	void fieldThatTheDescriptionDoesNotHaveShows(String field) {
		ReactiveImessageTemplate reactive = reactive();
		ContractCalls.makeAll(new ImessageTemplate(reactive));
		reactive.unwrap(Account.class).probe().block();
		String other = description.replace(field + ":", "renamed:")
			.replace(field + "]", "renamed]")
			.replace(field + ",", "renamed,");
		assertThat(problems(other, traffic())).isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "maximum: 200 | maximum: 199", "minimum: 1, maximum | minimum: 21, maximum",
			"name: tracking | name: trace", "enum: [\"true\"] | enum: [\"yes\"]",
			"/{to}/{from}/{limit} | /{to}/{from}/{limit}/{page}",
			"/conversations/availability/imessage/ | /conversations/availability/", "/numbers/leased: | /numbers:",
			"name: Authorization | name: X-Token", "^Token contiguity_sk_ | ^Bearer contiguity_sk_",
			"Line: { type: string, pattern: \"^ | Line: { type: string, pattern: \"^x",
			"schema: { type: string }, x-pattern: \"^ | schema: { type: string }, x-pattern: \"^x",
			"application/json: | application/xml:",
			"attachments: { type: array, minItems: 1 } | attachments: { type: array, minItems: 2 }",
			"maxItems: 10 | maxItems: 0", "required: [to, from] | required: [to, from, chat]",
			"enum: [start, stop] | enum: [start]", "maximum: 99999999999 | maximum: 1000000000" })
	void driftOfParametersHeadersAndValuesShows(String part, String other) {
		assertThat(description).contains(part);
		ReactiveImessageTemplate reactive = reactive();
		ContractCalls.makeAll(new ImessageTemplate(reactive));
		reactive.unwrap(Account.class).probe().block();
		assertThat(problems(description.replace(part, other), traffic())).isNotEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/conversations/history/message/imsg_1?trace=true, trace",
			"/conversations/history/imessage/+15551234567/%2B15550001001/20, to",
			"/conversations/history/imessage/%2B15551234567/%2B15550001001/201, limit",
			"/conversations/history/imessage/%2B15551234567/line/20, from" })
	void requestThatDoesNotFollowTheDescriptionShows(String path, String parameter) throws Exception {
		SandboxCaller caller = new SandboxCaller(sandbox);
		caller.get(path);
		assertThat(problems(description, traffic())).anySatisfy((problem) -> assertThat(problem).startsWith(parameter));
	}

	private static List<Pair<HttpRequest, HttpResponse>> traffic() {
		return traffic(sandbox);
	}

	private static List<Pair<HttpRequest, HttpResponse>> traffic(ContiguitySandbox server) {
		return Arrays.stream(server.mockServer().retrieveRecordedRequestsAndResponses(null))
			.map((exchange) -> Pair.of(exchange.getHttpRequest(), withText(exchange.getHttpResponse())))
			.toList();
	}

	// the validator does not treat bytes as JSON
	private static HttpResponse withText(HttpResponse response) {
		return response.clone().withBody(new String(response.getBodyAsRawBytes(), StandardCharsets.UTF_8));
	}

	private static List<String> problems(String description, List<Pair<HttpRequest, HttpResponse>> traffic) {
		ContractParameters parameters = new ContractParameters(description);
		List<String> problems = new ArrayList<>();
		traffic.forEach((exchange) -> problems.addAll(parameters.problems(exchange.getLeft())));
		new OpenApiTrafficValidator(new MockServerLogger()).validate(description, traffic)
			.forEach((result) -> problems.addAll(problems(result)));
		return problems;
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
