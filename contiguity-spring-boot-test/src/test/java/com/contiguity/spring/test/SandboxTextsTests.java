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

import java.util.List;
import java.util.stream.Stream;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests that messages are found in histories that change their texts.
 */
class SandboxTextsTests {

	private static final String TO = "+12025550123";

	private static final String LINE = "+15550001001";

	private static final ContiguitySandbox sandbox = ContiguitySandbox.builder().rateLimit(false).start();

	private final ImessageTemplate imessage = ImessageTemplate.builder()
		.baseUrl(sandbox.baseUrl())
		.token(sandbox::token)
		.build();

	@BeforeEach
	void clear() {
		sandbox.clear();
	}

	@AfterAll
	static void close() {
		sandbox.close();
	}

	static Stream<Arguments> texts() {
		return Stream.of(Arguments.of(sent("Your menu").attachment("https://example.com/menu.pdf"), "\uFFFCYour menu"),
				Arguments.of(sent("one\r\ntwo"), "one\ntwo"), Arguments.of(sent("Caf\u00E9"), "Cafe\u0301"),
				Arguments.of(sent("Cafe\u0301"), "Caf\u00E9"),
				Arguments.of(sent("It's \"here\""), "It\u2019s \u201Chere\u201D"),
				Arguments.of(sent("\"Caf\u00E9\"\r\n'menu'").attachment("https://example.com/menu.pdf"),
						"\uFFFC\u201CCafe\u0301\u201D\n\u2019menu\u2019"));
	}

	private static SendRequest.Builder sent(String text) {
		return SendRequest.to(TO).from(LINE).message(text);
	}

	@ParameterizedTest
	@MethodSource("texts")
	void aSendInDoubtIsFoundHoweverItsTextIsShown(SendRequest.Builder request, String shown) {
		sandbox.changeTexts(true).nextSend(Fault.dropAfterAccepting());
		SendOutcomeUnknownException unknown = catchThrowableOfType(SendOutcomeUnknownException.class,
				() -> this.imessage.send(request.build()));
		Reconciliation reconciliation = this.imessage.reconcile(unknown);
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.SENT);
		assertThat(reconciliation.message().message()).isEqualTo(shown);
		assertThat(sandbox.messages()).singleElement()
			.satisfies((message) -> assertThat(message.text()).isEqualTo(request.build().message()));
	}

	@Test
	void textsAreShownAsTheyWereSentUntilTheyAreToBeChanged() {
		this.imessage.send(sent("It's here").build());
		assertThat(history()).containsExactly("It's here");
		sandbox.changeTexts(true);
		assertThat(history()).containsExactly("It\u2019s here");
		sandbox.changeTexts(false);
		assertThat(history()).containsExactly("It's here");
		sandbox.changeTexts(true).clear();
		this.imessage.send(sent("It's here").build());
		assertThat(history()).containsExactly("It's here");
	}

	private List<String> history() {
		return this.imessage.history(HistoryRequest.between(TO, LINE).build())
			.messages()
			.stream()
			.map((message) -> message.message())
			.toList();
	}

}
