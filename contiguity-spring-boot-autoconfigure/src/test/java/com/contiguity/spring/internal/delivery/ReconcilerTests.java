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

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.delivery.ApiAnswers.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.retry.backoff.NoBackOffPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Reconciler}.
 */
class ReconcilerTests {

	private static final String RECIPIENT = "+15557654321";

	private static final String LINE = "+15551234567";

	private static final SendRequest REQUEST = SendRequest.to(RECIPIENT).from(LINE).message("Hello").build();

	private static final Duration SETTLE_TIME = Duration.ofSeconds(30);

	private final Instant startedAt = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);

	private Duration skew = Duration.ZERO;

	@Test
	void messageThatIsThereOnceWasSent() {
		Row row = row("Hello", 1);
		Reconciliation reconciliation = reconcile(REQUEST, row("Something else", 1), row, reply("Hello", 2));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconciliation.message().message()).isEqualTo("Hello");
		assertThat(reconciliation.message().timestamp()).isEqualTo(row.timestamp());
		assertThat(reconciliation.reason()).isNull();
	}

	@Test
	void markupThatWasStyledDoesNotMatter() {
		SendRequest request = REQUEST.mutate().message("**Hello** _dear_ ~~old~~ __friend__").build();
		assertThat(reconcile(request, row("Hello dear old friend", 1)).verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconcile(request, row("Hello dear friend", 1)).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void messageThatIsNotThereWasNotSent() {
		Reconciliation reconciliation = reconcile(REQUEST, row("Something else", 1), row("Hello!", 2));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.NOT_SENT);
		assertThat(reconciliation.message()).isNull();
		assertThat(reconcile(REQUEST).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void sameTextFromTheOtherSideIsNotTheMessage() {
		assertThat(reconcile(REQUEST, reply("Hello", 1)).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void sameTextBeforeTheSendIsNotTheMessage() {
		assertThat(reconcile(REQUEST, row("Hello", -600), row("Hello", -20)).verdict()).isEqualTo(Verdict.NOT_SENT);
		assertThat(reconcile(REQUEST, row("Hello", -600), row("Hello", 1)).verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void clockIsNotReadMoreExactlyThanItCanBe() {
		assertThat(reconcile(REQUEST, row("Hello", -3)).verdict()).isEqualTo(Verdict.SENT);
	}

	@ParameterizedTest
	@ValueSource(longs = { -86400, -3600, -30, 30, 3600, 86400 })
	void clocksMayDiffer(long seconds) {
		this.skew = Duration.ofSeconds(seconds);
		assertThat(reconcile(REQUEST, row("Hello", 1)).verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconcile(REQUEST, row("Hello", -60), row("Hello", 1)).verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconcile(REQUEST, row("Hello", -60)).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void twoThatMayBeItAreUndecided() {
		assertUndecided(reconcile(REQUEST, row("Hello", 1), row("Hello", 2)), "The history has 2 messages");
	}

	@Test
	void messageWithoutTimeIsUndecided() {
		assertUndecided(reconcile(REQUEST, new Row(RECIPIENT, LINE, "Hello", null)), "does not tell when");
	}

	@Test
	void messageThatMayStillComeIsUndecided() {
		Reconciliation reconciliation = reconcile(unknown(REQUEST, Instant.now()), 0, Collections.emptyList());
		assertUndecided(reconciliation, "may still come");
	}

	@Test
	void messageThatMayStillComeButIsThereWasSent() {
		Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		Reconciliation reconciliation = reconcile(unknown(REQUEST, now), 1,
				List.of(new Row(RECIPIENT, LINE, "Hello", now)));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.SENT);
	}

	@ParameterizedTest
	@CsvSource({ "1, 2", "0, 1" })
	void historyThatIsNotWholeIsUndecided(int rows, int total) {
		List<Row> history = IntStream.range(0, rows).mapToObj((i) -> row("Something else", i)).toList();
		assertUndecided(reconcile(unknown(REQUEST, this.startedAt), total, history), "does not reach back");
	}

	@Test
	void longHistoryHasToReachBackBehindTheSend() {
		List<Row> after = IntStream.range(0, 200).mapToObj((i) -> row("Message " + i, 1)).toList();
		assertUndecided(reconcile(unknown(REQUEST, this.startedAt), 1000, after), "does not reach back");
		List<Row> around = IntStream.range(0, 200).mapToObj((i) -> row("Message " + i, 20 - i)).toList();
		assertThat(reconcile(unknown(REQUEST, this.startedAt), 1000, around).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void messageWithFallbackThatIsNotThereIsUndecided() {
		SendRequest request = REQUEST.mutate().fallback(Fallback.always()).build();
		assertUndecided(reconcile(request), "SMS or RCS");
		assertThat(reconcile(request, row("Hello", 1)).verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void messageWithoutTextIsUndecided() {
		SendRequest request = SendRequest.to(RECIPIENT).from(LINE).attachment("https://example.com/a.jpg").build();
		assertUndecided(reconcile(request), "attachments only");
	}

	@Test
	void messageWhoseLineIsNotKnownIsUndecided() {
		SendRequest request = SendRequest.to(RECIPIENT).message("Hello").build();
		assertUndecided(reconcile(request), "Contiguity chose the line");
	}

	@Test
	void historyIsAskedAgainWhereThatHelps() {
		StubApi api = new StubApi((request) -> (request < 3) ? StubApi.status(500)
				: StubApi.answer(200, ApiAnswers.history(Instant.now(), List.of(row("Hello", 1)), 1), null));
		assertThat(template(api).reconcile(unknown(REQUEST, this.startedAt)).verdict()).isEqualTo(Verdict.SENT);
		assertThat(api.requests()).isEqualTo(3);
	}

	@Test
	void historyThatCannotBeReadIsNoVerdict() {
		StubApi api = new StubApi((request) -> StubApi.status(500));
		assertThatExceptionOfType(ContiguityException.class)
			.isThrownBy(() -> template(api).reconcile(unknown(REQUEST, this.startedAt)));
		assertThat(api.requests()).isEqualTo(3);
	}

	private static void assertUndecided(Reconciliation reconciliation, String reason) {
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.UNDECIDED);
		assertThat(reconciliation.message()).isNull();
		assertThat(reconciliation.reason()).contains(reason).doesNotContain(RECIPIENT, LINE, "Hello");
	}

	private Reconciliation reconcile(SendRequest request, Row... rows) {
		return reconcile(unknown(request, this.startedAt), rows.length, Arrays.asList(rows));
	}

	private Reconciliation reconcile(SendOutcomeUnknownException unknown, int total, List<Row> rows) {
		return template(new StubApi(
				(request) -> StubApi.answer(200, ApiAnswers.history(Instant.now().plus(this.skew), rows, total), null)))
			.reconcile(unknown);
	}

	private static ImessageTemplate template(StubApi api) {
		return ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.webClientBuilder(api.webClientBuilder())
			.backOffPolicy(new NoBackOffPolicy())
			.settleTime(SETTLE_TIME)
			.build();
	}

	private static SendOutcomeUnknownException unknown(SendRequest request, Instant startedAt) {
		return new SendOutcomeUnknownException(request, request.from(), startedAt, 1,
				new ContiguityException("No answer", Outcome.UNKNOWN));
	}

	// by the API's clock, so many seconds after the send
	private Row row(String text, long seconds) {
		return new Row(RECIPIENT, LINE, text, this.startedAt.plus(this.skew).plusSeconds(seconds));
	}

	private Row reply(String text, long seconds) {
		return new Row(LINE, RECIPIENT, text, this.startedAt.plus(this.skew).plusSeconds(seconds));
	}

}
