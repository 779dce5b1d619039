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

package com.contiguity.spring.core;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for the exceptions of failures and the number of attempts.
 */
class FailureTests {

	private static final String RECIPIENT = "+15557654321";

	private RecordingServer server;

	private ImessageTemplate imessage;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.imessage = template(this.server.baseUrl());
	}

	private static ImessageTemplate template(String baseUrl) {
		return ImessageTemplate.builder()
			.baseUrl(baseUrl)
			.token("contiguity_sk_failures")
			.backOffPolicy(new NoBackOffPolicy())
			.build();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private <E extends ContiguityException> E failureOfSend(Class<E> type) {
		E failure = catchThrowableOfType(type, () -> this.imessage.send(RECIPIENT, "Hello"));
		assertThat(failure).isExactlyInstanceOf(type);
		return failure;
	}

	private <E extends ContiguityException> E failureOfGet(Class<E> type) {
		E failure = catchThrowableOfType(type, () -> this.imessage.get("imsg_1"));
		assertThat(failure).isExactlyInstanceOf(type);
		return failure;
	}

	@ParameterizedTest
	@ValueSource(
			ints = { 301, 307, 308, 400, 402, 403, 404, 405, 409, 410, 413, 415, 417, 421, 422, 426, 428, 431, 451 })
	void reportsWhatTheApiRefusesAsRejected(int status) {
		this.server.otherwise(Reply.error(status, "No"));
		ContiguityApiException failure = failureOfSend(ContiguityApiException.class);
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(failure.status()).isEqualTo(status);
		assertThat(failureOfGet(ContiguityApiException.class).outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(this.server.requests()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 302, 303, 305, 418, 420, 425, 444, 499 })
	void doesNotKnowWhatBecameOfASendAfterAStatusThatSaysNothing(int status) {
		this.server.otherwise(Reply.error(status, "No"));
		assertThat(failureOfSend(SendOutcomeUnknownException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
		assertThat(failureOfGet(ContiguityApiException.class).outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void saysWhereToLookAfterA404ThatIsNotTheApis() {
		this.server.otherwise(Reply.html(404, "<html><h1>Not Found</h1></html>"));
		assertThat(failureOfSend(ContiguityApiException.class)).hasMessageContaining("'contiguity.base-url'");
		this.server.otherwise(Reply.error(404, "No such line"));
		assertThat(failureOfSend(ContiguityApiException.class)).hasMessageNotContaining("base-url");
	}

	@Test
	void writesTheTimeToWaitPlainly() {
		this.server.otherwise(Reply.error(429, "Slow down", "Retry-After: 604800"));
		assertThat(failureOfSend(RateLimitedException.class)).hasMessageContaining("(retry after 604800 s)");
	}

	@Test
	void keepsTheStatusOfAResponseWhoseBodyCannotBeRead() {
		this.server.otherwise(Reply.json(400, "{\"id\":\"err_1\",\"data\":{\"error\":" + "[".repeat(100_000)));
		assertThat(failureOfSend(ContiguityApiException.class).outcome()).isEqualTo(Outcome.REJECTED);
		String numbers = "+15551234567 ".repeat(3000);
		this.server.otherwise(Reply.error(422, numbers));
		assertThat(failureOfSend(ContiguityApiException.class).outcome()).isEqualTo(Outcome.REJECTED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 500, 501, 502, 503, 504, 520, 599 })
	void doesNotKnowWhatBecameOfASendAfterAnErrorOfTheServer(int status) {
		this.server.otherwise(Reply.error(status, "Oops"));
		SendOutcomeUnknownException failure = failureOfSend(SendOutcomeUnknownException.class);
		assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
		assertThat(failure.attempts()).isEqualTo(1);
		assertThat(failure.request().to()).isEqualTo(RECIPIENT);
		assertThat(failure).cause()
			.isInstanceOfSatisfying(ContiguityApiException.class,
					(cause) -> assertThat(cause.status()).isEqualTo(status));
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 500, 502, 503, 504 })
	void retriesSafeCalls(int status) {
		this.server.reply(Reply.error(status, "Oops"), Reply.error(status, "Oops"), Reply.data("{\"id\":\"imsg_1\"}"));
		assertThat(this.imessage.get("imsg_1").id()).isEqualTo("imsg_1");
		assertThat(this.server.requests()).hasSize(3);
	}

	@Test
	void sendsAgainAfterTooManyRequests() {
		this.server.reply(Reply.error(429, "Slow down"), Reply.error(503, "Busy", "Retry-After: 0"),
				Reply.accepted("imsg_3"));
		assertThat(this.imessage.send(RECIPIENT, "Hello").attempts()).isEqualTo(3);
	}

	@Test
	void reportsTheRateLimit() {
		this.server.otherwise(Reply.error(429, "Slow down", "Retry-After: 120"));
		RateLimitedException failure = failureOfSend(RateLimitedException.class);
		assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(2));
		assertThat(failure.error()).isEqualTo("Slow down");
		assertThat(failure.errorId()).isEqualTo("err_1");
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void reportsThatTheTokenIsNotAccepted() {
		this.server.otherwise(Reply.error(401, "Unauthorized"));
		AuthenticationFailedException failure = failureOfSend(AuthenticationFailedException.class);
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(failure).hasMessage("Contiguity answered 401 to send: Unauthorized [err_1]");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"{\"data\":{\"error\":\"Terms\",\"status\":403,\"agreement_url\":\"https://contiguity.com/terms\"}}",
			"{\"message\":\"Terms\",\"status\":403,\"agreement_url\":\" https://contiguity.com/terms \"}" })
	void reportsWhereAnAgreementHasToBeAccepted(String body) {
		this.server.otherwise(Reply.json(403, body));
		AgreementRequiredException failure = failureOfSend(AgreementRequiredException.class);
		assertThat(failure.agreementUrl()).isEqualTo(URI.create("https://contiguity.com/terms"));
		assertThat(failure.error()).isEqualTo("Terms");
		assertThat(failure).hasMessage("Contiguity answered 403 to send: Terms. "
				+ "A person has to accept the terms at the address that agreementUrl() returns");
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"data\":{\"error\":\"Bad\",\"status\":500}}", "{\"message\":\"Bad\",\"status\":200}",
			"{\"error\":\"Bad\"}", "{\"error\":{\"message\":\"Bad\"}}", "{\"data\":null,\"message\":\"Bad\"}" })
	void readsErrorsInWhateverShapeAndLetsTheStatusDecide(String body) {
		this.server.otherwise(Reply.json(400, body));
		ContiguityApiException failure = failureOfSend(ContiguityApiException.class);
		assertThat(failure.error()).isEqualTo("Bad");
		assertThat(failure.status()).isEqualTo(400);
		assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
	}

	@Test
	void acceptsAnErrorWithoutABody() {
		this.server.reply(Reply.html(400, "<html><h1>Bad</h1></html>"), Reply.empty(400), Reply.json(400, "[]"),
				Reply.json(400, "{\"data\""), Reply.json(400, "null"),
				Reply.json(400, "{\"data\":{\"error\":\"" + "x".repeat(100_000) + "\"}}"));
		for (int i = 0; i < 6; i++) {
			ContiguityApiException failure = failureOfSend(ContiguityApiException.class);
			assertThat(failure.status()).isEqualTo(400);
			assertThat(failure.error()).isNull();
			assertThat(failure.errorId()).isNull();
		}
	}

	@Test
	void acceptsAServerErrorWithoutABody() {
		this.server.reply(Reply.html(500, "<html></html>"), Reply.empty(502), Reply.empty(503, "Retry-After: soon"));
		for (int i = 0; i < 3; i++) {
			failureOfSend(SendOutcomeUnknownException.class);
		}
		assertThat(this.server.requests()).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "<html></html>", "null", "[]", "\"imsg_1\"", "{}", "{\"data\":{}}", "{\"data\":[]}",
			"{\"data\":{\"message_id\":null}}", "{\"data\":{\"message_id\":\"\"}}", "{\"data\":{\"message_id\":{}}}",
			"{\"data\":{\"message_id\":\"imsg_1\"}", "{\"data\":{\"message_id\":\"imsg_1\"}} trailing" })
	void doesNotKnowWhatBecameOfASendIfTheAnswerHasNoMessageId(String body) {
		this.server.otherwise(Reply.json(200, body));
		SendOutcomeUnknownException failure = failureOfSend(SendOutcomeUnknownException.class);
		assertThat(failure).cause().isInstanceOfSatisfying(ContiguityTransportException.class, (cause) -> {
			assertThat(cause.phase()).isEqualTo(Phase.EXCHANGE);
			assertThat(cause.outcome()).isEqualTo(Outcome.UNKNOWN);
		});
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void doesNotKnowWhatBecameOfASendIfTheAnswerIsCutShort() {
		this.server.reply(Reply.truncated("{\"data\":{\"message_id\":\"imsg_1\"}}"));
		failureOfSend(SendOutcomeUnknownException.class);
		this.server.reply(Reply.hangUp());
		failureOfSend(SendOutcomeUnknownException.class);
		this.server.reply(Reply.empty(204));
		failureOfSend(SendOutcomeUnknownException.class);
		assertThat(this.server.requests()).hasSize(3);
	}

	@Test
	void retriesIfAResponseCannotBeUsed() {
		this.server.reply(Reply.html(200, "<html></html>"), Reply.truncated("{\"data\":{\"id\":\"imsg_1\""),
				Reply.data("{\"id\":\"imsg_1\"}"));
		assertThat(this.imessage.get("imsg_1").id()).isEqualTo("imsg_1");
		this.server.otherwise(Reply.hangUp());
		ContiguityTransportException failure = failureOfGet(ContiguityTransportException.class);
		assertThat(failure.phase()).isEqualTo(Phase.EXCHANGE);
		assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(this.server.requests()).hasSize(6);
	}

	@Test
	void acceptsOnlyFromTheApiThatThereAreNoLines() {
		ReactiveImessageTemplate reactive = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_failures")
			.retryPolicy(new NeverRetryPolicy())
			.buildReactive();
		this.server.otherwise(Reply.error(404, "No numbers are leased"));
		assertThat(reactive.unwrap(Account.class).probe().block()).isEmpty();
		for (Reply notFound : List.of(Reply.html(404, "<html><h1>Not Found</h1></html>"), Reply.empty(404),
				Reply.json(404, "{\"timestamp\":\"2026-08-02\",\"status\":404,\"error\":\"Not Found\"}"),
				Reply.json(404, "{\"id\":\"9f8e\",\"object\":\"error\",\"data\":{\"error\":\"No route\"}}"))) {
			this.server.otherwise(notFound);
			ContiguityTransportException failure = catchThrowableOfType(ContiguityTransportException.class,
					() -> reactive.unwrap(Account.class).probe().block());
			assertThat(failure).hasMessageContaining("404");
			assertThat(failure.phase()).isEqualTo(Phase.EXCHANGE);
			assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
		}
	}

	@Test
	void knowsThatNothingWasSentIfNobodyListens() {
		// not a port that was just closed, because another test may use it now
		this.imessage = template("http://localhost:1");
		ContiguityTransportException failure = failureOfSend(ContiguityTransportException.class);
		assertThat(failure.phase()).isEqualTo(Phase.CONNECT);
		assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
	}

}
