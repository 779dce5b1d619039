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

package com.contiguity.spring.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.internal.delivery.MessageText;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that masking a foreign text of any length and content takes little time.
 */
@Timeout(60)
class ForeignTextTests {

	private static final int LENGTH = 1_000_000;

	/** CPU time, because of other load on the machine. */
	private static final Duration LITTLE_TIME = Duration.ofSeconds(1);

	private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private long startedAt;

	@BeforeEach
	void start() {
		this.startedAt = this.threads.getCurrentThreadCpuTime();
	}

	@AfterEach
	void checkTime() {
		assertThat(Duration.ofNanos(this.threads.getCurrentThreadCpuTime() - this.startedAt)).isLessThan(LITTLE_TIME);
	}

	private static Stream<String> texts() {
		return Stream
			.of("x", "1", " ", "\u00a0", "*", "_", "-", "~", "\u2026", "\u2018", "\ufffc", "a\u0301", "e\u0301 __*-",
					"/", "/a.", "a@", ";", ",v1=", "t=1,", "%20")
			.map((part) -> part.repeat(LENGTH / part.length()));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void isNormalizedInLittleTime(String text) {
		assertThat(MessageText.normalize(text)).isNotNull();
	}

	@ParameterizedTest
	@MethodSource("texts")
	void isNoSignatureInLittleTime(String text) {
		WebhookSignatureVerifier verifier = new WebhookSignatureVerifier(List.of("whsec_0123456789abcdef"),
				Duration.ofMinutes(5), Clock.systemUTC());
		for (String header : List.of(text, "t=" + text, "t=1,v1=" + text)) {
			assertThat(verifier.verifyHeader(header)).isNotEqualTo(WebhookSignatureVerifier.Result.VALID);
			assertThat(verifier.verify(header, new byte[0])).isNotEqualTo(WebhookSignatureVerifier.Result.VALID);
		}
	}

	@ParameterizedTest
	@MethodSource("texts")
	void isNoRecipientLineOrAttachmentInLittleTime(String text) {
		for (String value : List.of(text, "+1" + text, text + "@example.com")) {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> Require.recipient("to", value));
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> Require.line("from", value));
		}
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> Require.attachment("attachments[0]", "https://example.com/" + text + "\u0000"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/a.", "/.a", "a" })
	void isNoFileInLittleTime(String part) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> Require.attachment("attachments[0]",
				"https://example.com/" + part.repeat(LENGTH / part.length()) + "/"));
	}

}
