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

package com.contiguity.spring.internal.masking;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.LineSubstitutedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.IncomingText;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.internal.client.AcceptedMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Masking}.
 */
class MaskingTests {

	@ParameterizedTest
	@CsvSource({ "+15557654321,+1•••••4321", "+15557654,+1•••••7654", "+4915112345678,+4•••••5678", "+1555765,•••••",
			"5557654321,•••••", "someone@example.com,•••••", "'',•••••" })
	void showsTheEndsOfANumberOnly(String number, String masked) {
		assertThat(Masking.number(number)).isEqualTo(masked);
	}

	@Test
	void saysIfThereIsNothing() {
		assertThat(Masking.number(null)).isEqualTo("none");
		assertThat(Masking.text(null)).isEqualTo("none");
		assertThat(Masking.id(null)).isEqualTo("none");
	}

	@Test
	void showsTheLengthOfATextOnly() {
		assertThat(Masking.text("Hello")).isEqualTo("<5 characters>");
	}

	@ParameterizedTest
	@ValueSource(strings = { "imsg_758f84406ee24236", "err_1", "v2026.8.2", "a-B", "azAZ09" })
	void showsWhatLooksLikeAnId(String id) {
		assertThat(Masking.id(id)).isEqualTo(id);
	}

	@ParameterizedTest
	@ValueSource(strings = { "15550198273", "+15550198273", "555-019-8273", "someone@example.com", "my text", "" })
	void hidesWhatDoesNot(String id) {
		assertThat(Masking.id(id)).isEqualTo("unusual id");
	}

	@Test
	void hidesWhatIsLongerThanAnId() {
		String longest = "a".repeat(64);
		assertThat(Masking.id(longest)).isEqualTo(longest);
		assertThat(Masking.id(longest + "a")).isEqualTo("unusual id");
	}

	static Stream<Object> showsNoNumberThatIsGivenForAnId() {
		String id = "15550198273";
		IncomingImessage message = new IncomingImessage(id, "+15551112222", "+15553334444", null, Instant.EPOCH,
				List.of());
		IncomingText text = new IncomingText(id, "+15551112222", "+15553334444", null, Instant.EPOCH, List.of());
		return Stream.of(new ImessageReceivedEvent(id, "type", Instant.EPOCH, id, "{}", message),
				new TextReceivedEvent(id, "type", Instant.EPOCH, id, "{}", text),
				new TextDeliveryEvent(id, "type", Instant.EPOCH, id, "{}", id, "+15551112222", "+15553334444", true,
						null),
				new LineSubstitutedEvent(id, "type", Instant.EPOCH, id, "{}", "+15551112222", "+15553334444", "reason",
						id),
				new UnknownWebhookEvent(id, "type", Instant.EPOCH, id, "{}"),
				new AcceptedMessage(id, new ResponseMetadata(id, null, id)),
				new ReactionReceipt("sent", null, id, ResponseMetadata.NONE),
				new ContiguityApiException(Operation.SEND, Outcome.REJECTED, 400, null, id, null));
	}

	@ParameterizedTest
	@MethodSource
	void showsNoNumberThatIsGivenForAnId(Object shown) {
		assertThat(shown.toString()).doesNotContain("0198273").contains("unusual id");
	}

	@ParameterizedTest
	@ValueSource(strings = { "+15550198273", "15550198273", "+1 555 019 8273", "(555) 019-8273", "555.019.8273",
			"%2B15550198273", "+1-555-019-8273", "someone+5550198273@example.com",
			"https://example.com/5550198273/a.png", "HTTPS://EXAMPLE.COM/5550198273", "+1/555/019/8273",
			"1\u00a0555\u00a0019\u00a08273", "555\u2011019\u20118273", "(555) / 019 / 8273", "contiguity_sk_0198273",
			"whsec_0198273" })
	void hidesNumbersAndAddressesInWordsOfOthers(String number) {
		assertThat(Masking.foreignText("The number " + number + " is not valid")).startsWith("The number ")
			.endsWith(" is not valid")
			.doesNotContain("019", "8273");
	}

	@Test
	void keepsOtherForeignTexts() {
		assertThat(Masking.foreignText("'limit' must be at most 200, not 20000"))
			.isEqualTo("'limit' must be at most 200, not 20000");
		assertThat(Masking.foreignText("The hash is a1b2c3d4e5f6g7")).isEqualTo("The hash is a1b2c3d4e5f6g7");
	}

	@Test
	void hidesNumbersFromSixDigitsOn() {
		assertThat(Masking.foreignText("12345 and 123456 are not valid")).isEqualTo("12345 and ••••• are not valid");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"Message rejected: 'My secret diagnosis is cancer, stage 3, plea...' | Message rejected: 'My ••••• is ••••• 3, •••••...'",
			"Rejected: MY SECRET DIAGNOSIS IS | Rejected: MY ••••• IS",
			"'diagnosis' is not allowed | '•••••' is not allowed",
			"Unknown token contiguity_sk_x. | Unknown token •••••.", "'to' is not a number | 'to' is not a number" })
	void hidesWhatIsRepeatedOfTheRequest(String answer, String masked) {
		String text = "My secret diagnosis is cancer, stage 3, please call 4711";
		assertThat(Masking.echo(answer, text, "contiguity_sk_x")).isEqualTo(masked);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = { "Ваш код 4711 | код ... 47 | ••••• ... 47",
			"明日九時に来て | 九時に来 を拒否 | ••••• を拒否", "Der Schlüssel liegt unterm Topf | Text 'Der Schlüss' | Text '•••••'" })
	void hidesWhatIsRepeatedInAnyScript(String text, String answer, String masked) {
		assertThat(Masking.echo(answer, text, "contiguity_sk_x")).isEqualTo(masked);
	}

	@Test
	void hidesWhatIsCutAtItsStart() {
		assertThat(Masking.echo("Text '...llo worldwide' refused", "Hello worldwide", "contiguity_sk_x"))
			.isEqualTo("Text '...•••••' refused");
	}

	@Test
	void leavesAnswersToTheShortestTextsReadable() {
		assertThat(Masking.echo("The parameter 'message' is invalid", "a", "contiguity_sk_x"))
			.isEqualTo("The parameter 'message' is invalid");
	}

	@Test
	void hidesNothingWhereThereIsNoText() {
		assertThat(Masking.echo("No such message", null, "contiguity_sk_x")).isEqualTo("No such message");
	}

	static Stream<String> takesNoTimeForTextsOfAnyLength() {
		int length = 1_000_000;
		return Stream
			.of("x", "1", "a@", "@", "+15551234567 ", "1 ", "https://", "contiguity_sk_", "\u660e", "\u2022", "/1.",
					"_-", "\ud83d\ude00", "\n")
			.map((part) -> part.repeat(length / part.length()));
	}

	@ParameterizedTest
	@MethodSource
	@Timeout(1)
	void takesNoTimeForTextsOfAnyLength(String text) {
		assertThat(Masking.foreignText(text)).hasSizeLessThan(400);
		assertThat(Masking.echo(text, text.substring(0, 10_000), "contiguity_sk_x")).hasSizeLessThan(8000);
		assertThat(Masking.isId(text)).isFalse();
		assertThat(Masking.id(text)).isEqualTo("unusual id");
		assertThat(Masking.number(text)).hasSizeLessThan(20);
	}

	@Test
	void hidesEachOfManyNumbers() {
		StringBuilder numbers = new StringBuilder("Not leased:");
		for (int i = 0; i < 300; i++) {
			numbers.append(" +1555123").append(1000 + i);
		}
		String masked = Masking.foreignText(numbers.toString());
		assertThat(masked).startsWith("Not leased: •••••").doesNotContainPattern("\\d");
		assertThat(Masking.foreignText("9".repeat(3000))).doesNotContainPattern("\\d");
	}

	@Test
	void hidesANumberThatIsCutAtTheEnd() {
		// the part before it is shortened, so that the end remains
		String before = "https://example.com/".concat("x".repeat(991)) + " call ";
		assertThat(Masking.foreignText(before + "+1 555 123 4567")).isEqualTo("••••• call…");
		assertThat(Masking.echo("1".repeat(3000), null, "contiguity_sk_x")).isEqualTo("…");
	}

	@Test
	void keepsWhatIsNoLongerThanWhatIsLookedAt() {
		assertThat(Masking.echo("x".repeat(1024), null, "contiguity_sk_x")).isEqualTo("x".repeat(1024));
		assertThat(Masking.echo("x".repeat(1025), null, "contiguity_sk_x")).isEqualTo("x".repeat(1024) + "…");
		assertThat(Masking.echo("x".repeat(900) + " ".repeat(200), null, "contiguity_sk_x"))
			.isEqualTo("x".repeat(900) + " ".repeat(60) + "…");
	}

	@Test
	void hidesWordsAtTheStartOnce() {
		assertThat(Masking.echo("secret diagnosis refused", "diagnosis secret", "contiguity_sk_x"))
			.isEqualTo("••••• refused");
	}

	@Test
	void hidesTheWholeTextThatIsRepeated() {
		assertThat(Masking.echo("'\ud83d\ude00 12 34' was refused", "\ud83d\ude00 12 34", "contiguity_sk_x"))
			.isEqualTo("'•••••' was refused");
		assertThat(Masking.echo("'1 2!' was refused", "1 2!", "contiguity_sk_x")).isEqualTo("'•••••' was refused");
	}

	@Test
	void cutsForeignTexts() {
		assertThat(Masking.foreignText("x".repeat(300))).isEqualTo("x".repeat(300));
		assertThat(Masking.foreignText("x".repeat(301))).isEqualTo("x".repeat(300) + "…");
		assertThat(Masking.foreignText("x".repeat(10_000))).hasSizeLessThan(400);
	}

}
