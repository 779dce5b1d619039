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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.junit.jupiter.api.Test;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContiguityAssertions} and {@link SentMessagesAssert}.
 */
class ContiguityAssertionsTests {

	private static final String BOB = "+15551234567";

	private static final String EVE = "+15557654321";

	private final RecordingImessageOperations imessages = new RecordingImessageOperations();

	@Test
	void holdsForWhatWasSent() {
		this.imessages.send(SendRequest.to(BOB)
			.from("+15550001002")
			.message("Hello 100%")
			.fallback(Fallback.always())
			.attachment("https://example.com/cat.png")
			.build());
		assertThat(this.imessages).sent(1)
			.to(BOB)
			.from("+15550001002")
			.withText("Hello 100%")
			.withTextContaining("100%")
			.withAttachments("https://example.com/cat.png")
			.withFallback(FallbackCondition.IMESSAGE_FAILS)
			.deliveredAs(Delivery.IMESSAGE);
		this.imessages.send(EVE, "Bye");
		assertThat(this.imessages).sent(2).last().to(EVE).withText("Bye");
		assertThat(this.imessages).messagesTo(BOB).sent(1).withTextContaining("Hello");
		assertThat(this.imessages).messagesTo("+15550000000").sentNothing();
		// an assertion of AssertJ, with the same import
		assertThat("text").isNotEmpty();
	}

	@Test
	void showsTheMessagesThatWereSent() {
		this.imessages.send(BOB, "Hello 100%");
		this.imessages.send(EVE, "Bye");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.imessages).sent(1))
			.withMessage("""
					Expected 1 message to be sent, but this was sent:
					  1. to +15551234567 from +15550001001: "Hello 100%%", delivered as IMESSAGE
					  2. to +15557654321 from +15550001001: "Bye", delivered as IMESSAGE""".formatted());
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.imessages).sent(2).to(BOB))
			.withMessageStartingWith("Expected every message to be to +15551234567, but this was sent:");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.imessages).messagesTo(EVE).withText("Hello"))
			.withMessage("""
					Expected the message to +15557654321 to be with text "Hello", but this was sent:
					  1. to +15551234567 from +15550001001: "Hello 100%%", delivered as IMESSAGE
					  2. to +15557654321 from +15550001001: "Bye", delivered as IMESSAGE""".formatted());
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.imessages).messagesTo("+15550000000").sent(1))
			.withMessageStartingWith("Expected 1 message to +15550000000 to be sent, but this was sent:")
			.withMessageContaining("Bye");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.imessages).last().to(BOB))
			.withMessageStartingWith("Expected the message that was last to be to +15551234567, but this was sent:")
			.withMessageContaining("Hello 100%");
	}

	@Test
	void keepsTheDescription() {
		this.imessages.send(BOB, "Hello");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertThat(this.imessages).as("reminders of %s", "Bob").messagesTo(BOB).last().sent(2))
			.withMessageStartingWith("[reminders of Bob] Expected 2 messages");
	}

	@Test
	void nothingSentIsNotWhatWasExpected() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.imessages).to(BOB))
			.withMessage("Expected the message to be to +15551234567, but nothing was sent");
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(this.imessages).last());
	}

	@Test
	void holdsForTheSandbox() {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			assertThat(sandbox).sentNothing();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(sandbox).sent(1))
				.withMessage("Expected 1 message to be sent, but nothing was sent");
		}
	}

	@Test
	void showsRejectedMessages() throws Exception {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			SandboxCaller caller = new SandboxCaller(sandbox);
			for (int i = 0; i < 2; i++) {
				caller.send("{\"to\":\"" + BOB + "\",\"message\":\"Hello\",\"from\":\"+15559999999\"}").error(400);
			}
			sandbox.nextSend(Fault.status(429));
			caller.send("{\"to\":\"" + BOB + "\",\"message\":\"Hello\"}").error(429);
			caller.get("/conversations/history/message/imsg_none").error(404);
			assertThatExceptionOfType(AssertionError.class)
				.isThrownBy(() -> assertThat(sandbox).messagesTo(BOB).sent(1))
				.withMessage("""
						Expected 1 message to +15551234567 to be sent, but nothing was sent
						2 attempts to send were refused with 400: 'from' is not a leased line that sends iMessages. \
						To lease it, use sandbox.lease(…) or @AutoConfigureContiguitySandbox(lines = …)
						1 attempt to send was refused with 429: Fault""");
			sandbox.clear();
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(sandbox).sent(1))
				.withMessage("Expected 1 message to be sent, but nothing was sent");
		}
	}

	@Test
	void showsThatTheSandboxAnsweredWithAPage() {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start();
				ImessageTemplate template = ImessageTemplate.builder()
					.baseUrl(sandbox.baseUrl())
					.token(sandbox::token)
					.build()) {
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> template.send("+15005550009", "Hello"));
			template.send(BOB, "Hello");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertThat(sandbox).sent(2))
				.withMessageStartingWith("Expected 2 messages to be sent, but this was sent:")
				.withMessageEndingWith("1 attempt to send was refused with 502: no JSON");
		}
	}

	@Test
	void showsSomeRefusalsOnly() throws Exception {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			SandboxCaller caller = new SandboxCaller(sandbox);
			for (int i = 0; i < 20; i++) {
				caller.send("{\"field" + i + "\":1}").error(400);
			}
			assertThat(sandbox.refusals()).hasSize(10);
		}
	}

}
