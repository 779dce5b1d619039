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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.delivery.ApiAnswers.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.web.reactive.function.client.ClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link Reconciler}.
 */
class ReconcilerTests {

	private static final String RECIPIENT = "+15557654321";

	private static final String LINE = "+15551234567";

	private static final SendRequest REQUEST = SendRequest.to(RECIPIENT).from(LINE).message("Hello").build();

	private static final Duration SETTLE_TIME = Duration.ofSeconds(30);

	private final Instant startedAt = Instant.now().minusSeconds(120).truncatedTo(ChronoUnit.MILLIS);

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
		assertUndecided(reconcile(request, row("Hello dear friend", 1)), "changed text");
	}

	@Test
	void messageThatIsNotThereWasNotSent() {
		Reconciliation reconciliation = reconcile(REQUEST, row("Something else", -600), reply("What?", 2));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.NOT_SENT);
		assertThat(reconciliation.message()).isNull();
		assertThat(reconcile(REQUEST).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void otherMessageOfThatTimeMayBeTheMessageWithAChangedText() {
		assertUndecided(reconcile(REQUEST, row("Hello!", 2)), "changed text");
		assertUndecided(reconcile(REQUEST, row("Hel", 1), row("lo", 1)), "changed text");
	}

	@ParameterizedTest
	@MethodSource
	void textsThatPhonesChangeAreTheSame(String sent, String shown) {
		SendRequest request = REQUEST.mutate().message(sent).attachment("https://example.com/menu.pdf").build();
		assertThat(reconcile(request, row(shown, 1)).verdict()).isEqualTo(Verdict.SENT);
	}

	static Stream<Arguments> textsThatPhonesChangeAreTheSame() {
		return Stream.of(Arguments.of("Your menu", "\uFFFCYour menu"), Arguments.of("one\r\ntwo", "one\ntwo"),
				Arguments.of("Cafe\u0301", "Caf\u00E9"), Arguments.of("It's \"here\"", "It\u2019s \u201Chere\u201D"),
				Arguments.of("a -- b...", "a \u2014 b\u2026"), Arguments.of("1\u00A0000 \u20AC ", "1 000 \u20AC"),
				Arguments.of("a\u200Bb", "ab"));
	}

	@Test
	void messageWithAttachmentsThatIsNotThereIsUndecided() {
		SendRequest request = REQUEST.mutate().attachment("https://example.com/menu.pdf").build();
		assertUndecided(reconcile(request), "attachments");
	}

	@Test
	void sameTextOfTheNextDayIsNotTheMessage() {
		assertThat(reconcile(REQUEST, row("Hello", 86400)).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	@Test
	void messageThatWentOutFromAnotherLineWasSent() {
		StubApi api = new StubApi((request) -> history(
				(request == 1) ? List.of() : List.of(new Row(RECIPIENT, "+15551230000", "Hello", this.startedAt)), 1))
			.leasedLines(() -> StubApi.answer(200, ApiAnswers.leasedLines(LINE, "+15551230000"), null));
		assertUndecided(
				template(new StubApi((request) -> history(List.of(), 1))).reconcile(unknown(REQUEST, this.startedAt)),
				"does not reach back");
		Reconciliation reconciliation = template(api).reconcile(unknown(REQUEST, this.startedAt));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconciliation.message().from()).isEqualTo("+15551230000");
		assertThat(api.requests()).isEqualTo(2);
	}

	@Test
	void lineThatCannotBeAskedLeavesItUndecided() {
		StubApi api = new StubApi((request) -> (request == 1) ? history(List.of(), 0) : StubApi.status(404))
			.leasedLines(() -> StubApi.answer(200, ApiAnswers.leasedLines(LINE, "+15551230000"), null));
		assertUndecided(template(api).reconcile(unknown(REQUEST, this.startedAt)), "not all lines");
		StubApi withoutLines = new StubApi((request) -> history(List.of(), 0)).leasedLines(() -> StubApi.status(403));
		assertUndecided(template(withoutLines).reconcile(unknown(REQUEST, this.startedAt)), "not all lines");
		assertThat(template(withoutLines).reconcile(unknown(REQUEST, this.startedAt)).retryAfter()).isNull();
		assertThat(template(withoutLines).reconcile(unknown(REQUEST, Instant.now())).retryAfter()).isPositive();
	}

	@Test
	void historyThatDoesNotSayHowLongItIsIsUndecided() {
		assertUndecided(reconcile(unknown(REQUEST, this.startedAt), -1, List.of()), "does not reach back");
	}

	@Test
	void historyThatDoesNotTellTheTimeIsUndecided() {
		String withoutTime = ApiAnswers.history(Instant.now(), List.of(), 0).replaceFirst("\"timestamp\":\\d+,", "");
		StubApi api = new StubApi((request) -> StubApi.answer(200, withoutTime, null));
		assertUndecided(template(api).reconcile(unknown(REQUEST, this.startedAt)), "current time of the API");
		String withRow = ApiAnswers.history(Instant.now(), List.of(row("Hello", 1)), 1)
			.replaceFirst("\"timestamp\":\\d+,", "");
		StubApi other = new StubApi((request) -> StubApi.answer(200, withRow, null));
		assertUndecided(template(other).reconcile(unknown(REQUEST, this.startedAt)), "when the message was sent");
	}

	@Test
	void messageOfAnotherSendIsNotTheMessage() {
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		AtomicReference<List<Row>> rows = new AtomicReference<>(List.of());
		StubApi api = new StubApi((request) -> switch (request) {
			case 1 -> StubApi.accepted();
			case 2 -> StubApi.status(500);
			default -> history(rows.get(), rows.get().size());
		}).leasedLines(() -> StubApi.answer(200, ApiAnswers.leasedLines(), null));
		ImessageTemplate template = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.webClientBuilder(api.webClientBuilder())
			.backOffPolicy(new NoBackOffPolicy())
			.scheduler(time)
			.build();
		template.send(REQUEST);
		SendOutcomeUnknownException unknown = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> template.send(REQUEST));
		time.advanceTimeBy(Duration.ofMinutes(2));
		Row accepted = new Row(RECIPIENT, LINE, "Hello", Instant.now().minus(Duration.ofMinutes(2)));
		rows.set(List.of(accepted));
		assertThat(template.reconcile(unknown).verdict()).isEqualTo(Verdict.NOT_SENT);
		rows.set(List.of(accepted, new Row(RECIPIENT, LINE, "Hello", accepted.timestamp().plusMillis(1))));
		assertThat(template.reconcile(unknown).verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void otherTextThatWasAcceptedExplainsNoMessageButItsOwn() {
		StubApi api = new StubApi((request) -> switch (request) {
			case 1 -> StubApi.accepted();
			case 2 -> StubApi.status(500);
			default -> history(List.of(new Row(RECIPIENT, LINE, "Hello", Instant.now())), 1);
		});
		ImessageTemplate template = template(api);
		template.send(REQUEST.mutate().message("Something else").build());
		SendOutcomeUnknownException unknown = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> template.send(REQUEST));
		assertThat(template.reconcile(unknown).verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void ofTwoSendsInDoubtOneMessageSaysNothing() {
		AtomicReference<List<Row>> rows = new AtomicReference<>(List.of());
		StubApi api = new StubApi(
				(request) -> (request <= 2) ? StubApi.status(500) : history(rows.get(), rows.get().size()));
		ImessageTemplate template = template(api);
		SendOutcomeUnknownException first = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> template.send(REQUEST));
		SendOutcomeUnknownException second = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> template.send(REQUEST));
		Row row = new Row(RECIPIENT, LINE, "Hello", first.startedAt());
		rows.set(List.of(row));
		assertUndecided(template.reconcile(second), "one message with this text");
		assertThat(template.reconcile(second).retryAfter()).isPositive();
		rows.set(List.of(row, row));
		assertThat(template.reconcile(second).verdict()).isEqualTo(Verdict.SENT);
		assertThat(template.reconcile(first).verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void sendThatIsSettledIsListedNoLonger() {
		StubApi api = new StubApi((request) -> (request == 1) ? StubApi.status(500)
				: history(List.of(new Row(RECIPIENT, LINE, "Hello", Instant.now())), 1));
		ImessageTemplate template = template(api);
		SendOutcomeUnknownException unknown = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> template.send(REQUEST.mutate().reference("order-1").build()));
		CallStatistics statistics = template.reactive().unwrap(Account.class).delivery().statistics();
		assertThat(statistics.unknownSends()).singleElement()
			.satisfies((send) -> assertThat(send.reference()).isEqualTo("order-1"));
		template.reconcile(unknown);
		assertThat(statistics.unknownSends()).isEmpty();
	}

	@Test
	void sendCanBeReconciledFromWhatWasKeptOfIt() {
		UnknownSend kept = UnknownSend.of(REQUEST, LINE, this.startedAt, 1);
		assertThat(template(new StubApi((request) -> history(List.of(row("Hello", 1)), 1))).reconcile(kept).verdict())
			.isEqualTo(Verdict.SENT);
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
		assertUndecided(reconcile(REQUEST, row("Hello", 1), row("Hello", 2)), "The history contains 2 messages");
	}

	@Test
	void messageWithoutTimeIsUndecided() {
		assertUndecided(reconcile(REQUEST, new Row(RECIPIENT, LINE, "Hello", null)), "does not show when");
	}

	@Test
	void messageThatMayStillComeIsUndecided() {
		Reconciliation reconciliation = reconcile(unknown(REQUEST, Instant.now()), 0, Collections.emptyList());
		assertUndecided(reconciliation, "may still appear");
	}

	@Test
	void messageThatMayStillComeIsDecidedWhenItWasSaid() {
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		time.advanceTimeTo(this.startedAt);
		StubApi api = new StubApi((request) -> StubApi.answer(200,
				ApiAnswers.history(Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS)), List.of(), 0), null))
			.leasedLines(() -> StubApi.answer(200, ApiAnswers.leasedLines(), null));
		ImessageTemplate template = ImessageTemplate.builder()
			.token("contiguity_sk_test")
			.webClientBuilder(api.webClientBuilder())
			.timeout(Duration.ofSeconds(10))
			.settleTime(SETTLE_TIME)
			.scheduler(time)
			.build();
		SendOutcomeUnknownException unknown = unknown(REQUEST, this.startedAt);
		Reconciliation early = template.reconcile(unknown);
		assertUndecided(early, "Try again in 45 s");
		assertThat(early.retryAfter()).isEqualTo(Duration.ofSeconds(45));
		time.advanceTimeBy(Duration.ofMillis(44_999));
		assertUndecided(template.reconcile(unknown), "Try again in 1 s");
		assertThat(template.reconcile(unknown).retryAfter()).isEqualTo(Duration.ofMillis(1));
		time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(template.reconcile(unknown).verdict()).isEqualTo(Verdict.NOT_SENT);
		assertThat(template.reconcile(unknown).retryAfter()).isNull();
	}

	@ParameterizedTest
	@MethodSource
	void messageThatIsNotThereYetIsWorthAnotherLookUntilItCannotAppear(SendRequest request, List<Row> rows, int total) {
		Instant now = Instant.now();
		assertThat(reconcile(unknown(request, now), total, rows(rows, now)).retryAfter()).isBetween(SETTLE_TIME,
				Duration.ofSeconds(65));
		Instant earlier = now.minusSeconds(120);
		assertUndecided(reconcile(unknown(request, earlier), total, rows(rows, earlier)), "");
		assertThat(reconcile(unknown(request, earlier), total, rows(rows, earlier)).retryAfter()).isNull();
	}

	static Stream<Arguments> messageThatIsNotThereYetIsWorthAnotherLookUntilItCannotAppear() {
		Row other = new Row(RECIPIENT, LINE, "Something else", null);
		return Stream.of(Arguments.of(REQUEST, List.of(), 1), Arguments.of(REQUEST, List.of(other), 1),
				Arguments.of(REQUEST.mutate().fallback(Fallback.always()).build(), List.of(), 0),
				Arguments.of(REQUEST.mutate().attachment("https://example.com/menu.pdf").build(), List.of(), 0));
	}

	@Test
	void waitingDoesNotHelpWhereTheHistoryWillNotTell() {
		Instant now = Instant.now();
		Row row = new Row(RECIPIENT, LINE, "Hello", now);
		assertThat(reconcile(unknown(REQUEST, now), 2, List.of(row, row)).retryAfter()).isNull();
		SendRequest withoutLine = SendRequest.to(RECIPIENT).message("Hello").build();
		assertThat(reconcile(unknown(withoutLine, now), 0, List.of()).retryAfter()).isNull();
		SendRequest withoutText = SendRequest.to(RECIPIENT).from(LINE).attachment("https://example.com/a.jpg").build();
		assertThat(reconcile(unknown(withoutText, now), 0, List.of()).retryAfter()).isNull();
		String withoutTime = ApiAnswers.history(now, List.of(), 0).replaceFirst("\"timestamp\":\\d+,", "");
		StubApi withoutClock = new StubApi((request) -> StubApi.answer(200, withoutTime, null));
		assertThat(template(withoutClock).reconcile(unknown(REQUEST, now)).retryAfter()).isNull();
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
		List<Row> around = IntStream.range(0, 200).mapToObj((i) -> row("Message " + i, -10 - i)).toList();
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

	private static List<Row> rows(List<Row> rows, Instant at) {
		return rows.stream().map((row) -> new Row(row.to(), row.from(), row.text(), at)).toList();
	}

	private Reconciliation reconcile(SendRequest request, Row... rows) {
		return reconcile(unknown(request, this.startedAt), rows.length, Arrays.asList(rows));
	}

	private Reconciliation reconcile(SendOutcomeUnknownException unknown, int total, List<Row> rows) {
		return template(new StubApi(
				(request) -> StubApi.answer(200, ApiAnswers.history(Instant.now().plus(this.skew), rows, total), null)))
			.reconcile(unknown);
	}

	private static Mono<ClientResponse> history(List<Row> rows, int total) {
		return StubApi.answer(200, ApiAnswers.history(Instant.now(), rows, total), null);
	}

	private static ImessageTemplate template(StubApi api) {
		if (!api.hasLeasedLines()) {
			api.leasedLines(() -> StubApi.answer(200, ApiAnswers.leasedLines(), null));
		}
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

	// a number of seconds after the send, by the API's clock
	private Row row(String text, long seconds) {
		return new Row(RECIPIENT, LINE, text, this.startedAt.plus(this.skew).plusSeconds(seconds));
	}

	private Row reply(String text, long seconds) {
		return new Row(LINE, RECIPIENT, text, this.startedAt.plus(this.skew).plusSeconds(seconds));
	}

}
