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

package com.contiguity.spring.imessage;

import java.time.Instant;
import java.util.Collections;
import java.util.stream.Stream;

import com.contiguity.spring.testsupport.Canaries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for requests: invalid ones are rejected with the name of the field, and private
 * data is not printed.
 */
class RequestTests {

	private static final String RECIPIENT = "+15557654321";

	private static final String LINE = "+15551112222";

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "5550198273", "+05550198273", "+1 555 019 8273", "+1", "+1234567890123456",
			"+1555019827a", "@5550198273", "5550198273@", "a b@5550198273.com", "+15550198273\n" })
	void rejectsAnInvalidRecipient(String to) {
		assertThatIllegalArgumentException().isThrownBy(() -> SendRequest.to(to).message("Hello").build())
			.withMessageStartingWith("'to' must be a phone number")
			.withMessageNotContaining("8273");
		assertThatIllegalArgumentException().isThrownBy(() -> HistoryRequest.between(to, LINE).build())
			.withMessageStartingWith("'to'");
		assertThatIllegalArgumentException().isThrownBy(() -> Reaction.of(Tapback.LOVE).toMessage(to, LINE, "Hello"))
			.withMessageStartingWith("'to'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "5550198273", "someone@example.com", "+1 555 019 8273" })
	void rejectsAnInvalidLine(String from) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SendRequest.to(RECIPIENT).from(from).message("Hello").build())
			.withMessageStartingWith("'from' must be the number of a leased line")
			.withMessageNotContaining("8273");
		assertThatIllegalArgumentException().isThrownBy(() -> HistoryRequest.between(RECIPIENT, from).build())
			.withMessageStartingWith("'from'");
		assertThatIllegalArgumentException().isThrownBy(() -> Fallback.always().from(from))
			.withMessageStartingWith("'fallback.from'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "+12", "+123456789012345", "someone@example.com" })
	void acceptsNumbersOfUpToFifteenDigitsAndEmailAddresses(String to) {
		assertThatNoException().isThrownBy(() -> SendRequest.to(to).message("Hello").build());
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " \n" })
	void refusesAMessageWithNeitherTextNorAttachment(String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> SendRequest.to(RECIPIENT).message(message).build())
			.withMessageStartingWith("'message' must not be empty");
		assertThat(SendRequest.to(RECIPIENT).message(message).attachment("https://a.b/c.d").build().message()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "canaryfile.png", "http://example.com/canaryfile.png", "https:///canaryfile.png",
			"https://example.com/canaryfile", "https://example.com/canaryfile.png/",
			"https://example.com/canary file.png", "https://example.com/canaryfile?name=a.png",
			"https://user@canaryhost/a.png", "ftp://example.com/canaryfile.png" })
	void refusesAnAttachmentThatIsNoFile(String url) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> SendRequest.to(RECIPIENT).attachment("https://a.b/c.d").attachment(url).build())
			.withMessageStartingWith("'attachments[1]' must be a")
			.withMessageNotContaining("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://my_bucket.s3.amazonaws.com/a.png", "https://m\u00fcller.de/a.png",
			"https://example.com:8443/a/b.tar.gz?x=1", "https://[::1]/a.png", "HTTPS://example.com/a%20b.PNG" })
	void acceptsAttachmentsOfAnyHost(String url) {
		assertThat(SendRequest.to(RECIPIENT).attachment(url).build().attachments()).containsExactly(url);
	}

	@ParameterizedTest
	@CsvSource({ "canary file, Write a space as '%20'", "http://example.com/a.png, must be an 'https' URL",
			"https:///a.png, with a host", "https://example.com/a, a file name with an extension" })
	void explainsWhyAnAttachmentIsInvalid(String url, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> SendRequest.to(RECIPIENT).attachment(url).build())
			.withMessageEndingWith(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Hello \uD83D", "\uDE00", "\uDE00\uD83D" })
	void rejectsAnUnpairedSurrogate(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> SendRequest.to(RECIPIENT).message(text).build())
			.withMessageStartingWith("'message' must not contain an unpaired surrogate");
		assertThatIllegalArgumentException().isThrownBy(() -> Reaction.of(Tapback.LOVE).toMessage(RECIPIENT, text))
			.withMessageStartingWith("'message' must not contain an unpaired surrogate");
		assertThatNoException().isThrownBy(() -> SendRequest.to(RECIPIENT).message("\uD83D\uDE00").build());
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\u00A0b@example.com", "a@exam\u200Bple.com", "a@example.com;b@example.com",
			"a@example.com,b@example.com", "a@example.com\u0007", "a\u2028@example.com" })
	void rejectsAnEmailAddressWithInvisibleCharacters(String to) {
		assertThatIllegalArgumentException().isThrownBy(() -> SendRequest.to(to).message("Hello").build())
			.withMessageStartingWith("'to' must be a phone number");
	}

	@Test
	void acceptsAtMostTenAttachments() {
		SendRequest.Builder builder = SendRequest.to(RECIPIENT)
			.attachments(Collections.nCopies(10, "https://example.com/a.png"));
		assertThat(builder.build().attachments()).hasSize(10);
		builder.attachment("https://example.com/a.png");
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessage("'attachments' must not be more than 10");
	}

	@Test
	void refusesAFallbackWithoutCondition() {
		assertThatIllegalArgumentException().isThrownBy(() -> Fallback.when(Collections.emptyList()))
			.withMessageStartingWith("'fallback.when'");
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, 0, 201 })
	void rejectsALimitThatTheApiDoesNotAccept(int limit) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HistoryRequest.between(RECIPIENT, LINE).limit(limit).build())
			.withMessage("'limit' must be between 1 and 200");
	}

	@Test
	void readsTwentyMessagesWithoutTrackingByDefault() {
		assertThat(HistoryRequest.between(RECIPIENT, LINE).build())
			.isEqualTo(HistoryRequest.between(RECIPIENT, LINE).limit(20).tracking(false).build());
		assertThat(HistoryRequest.between(RECIPIENT, LINE).limit(1).build().limit()).isEqualTo(1);
		assertThat(HistoryRequest.between(RECIPIENT, LINE).limit(200).build().limit()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "thumbsup,like", "thumbsdown,dislike", "haha,laugh", "emphasized,emphasize", "questioned,question",
			"love,love", "LOVE,love", "ThumbsUp,like", "sparkle,sparkle", "🎉,🎉", "Sparkle,Sparkle" })
	void acceptsCommonAliasesOfTapbacks(String name, String value) {
		assertThat(Tapback.of(name).value()).isEqualTo(value);
		assertThat(Tapback.of(name)).isEqualTo(Tapback.of(value)).hasSameHashCodeAs(Tapback.of(value));
	}

	@Test
	void refusesAReactionWithoutTapbackOrMessage() {
		assertThatIllegalArgumentException().isThrownBy(() -> Tapback.of(" ")).withMessageStartingWith("'tapback'");
		assertThatIllegalArgumentException().isThrownBy(() -> Reaction.of(null)).withMessageStartingWith("'tapback'");
		assertThatIllegalArgumentException().isThrownBy(() -> Reaction.of(Tapback.LOVE).toMessage(RECIPIENT, LINE, " "))
			.withMessageStartingWith("'message'");
		assertThatIllegalArgumentException().isThrownBy(() -> Reaction.of(Tapback.LOVE).toMessageId(""))
			.withMessageStartingWith("'messageId'");
	}

	@Test
	void aCopyIsEqualUntilItIsChanged() {
		SendRequest request = SendRequest.to(RECIPIENT)
			.from(LINE)
			.message("Hello")
			.attachment("https://a.b/c.d")
			.fallback(Fallback.always())
			.fastTrack(true)
			.build();
		assertThat(request.mutate().build()).isEqualTo(request).hasSameHashCodeAs(request);
		assertThat(request.mutate().message("Bye").build()).isNotEqualTo(request);
	}

	@ParameterizedTest
	@MethodSource
	void printsNothingPrivate(Object value) {
		assertThat(value.toString()).doesNotContain(Canaries.traces());
	}

	static Stream<Object> printsNothingPrivate() {
		return Stream.of(
				SendRequest.to(Canaries.RECIPIENT)
					.from(Canaries.LINE)
					.message(Canaries.TEXT)
					.attachment(Canaries.ATTACHMENT)
					.fallback(Fallback.always().from(Canaries.LINE))
					.build(),
				HistoryRequest.between(Canaries.RECIPIENT, Canaries.LINE).build(),
				Fallback.always().from(Canaries.LINE),
				Reaction.of(Tapback.LOVE).toMessage(Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT),
				new IncomingAttachment(Canaries.ATTACHMENT, "image/png", "canaryattachment.png"),
				new IncomingImessage("evt_1", Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT, Instant.EPOCH,
						Collections.singletonList(new IncomingAttachment(Canaries.ATTACHMENT, null, null))));
	}

}
