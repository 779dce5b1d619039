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

package com.contiguity.spring.internal.client;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryAfter}.
 */
class RetryAfterTests {

	private static final Instant NOW = Instant.parse("2026-08-02T19:17:00Z");

	@ParameterizedTest
	@CsvSource(textBlock = """
			0,                                PT0S
			7,                                PT7S
			' 120 ',                          PT2M
			1.5,                              PT1.5S
			99999999999999999999,             P365D
			'Sun, 02 Aug 2026 19:18:30 GMT',  PT1M30S
			'Sun, 02 Aug 2026 19:16:00 GMT',  PT0S
			'Sunday, 02-Aug-26 19:18:30 GMT', PT1M30S
			'Sun Aug  2 19:18:30 2026',       PT1M30S
			'Sunday, 06-Nov-94 08:49:37 GMT', PT0S""")
	void readsSecondsAndDates(String header, Duration wait) {
		assertThat(RetryAfter.parse(header, NOW)).isEqualTo(wait);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(
			strings = { "", " ", "soon", "-5", "7 seconds", "1e", "2026-08-02T19:18:30Z", "NaN", "5d", "0x10", "5f" })
	void treatsAnythingElseAsAbsent(String header) {
		assertThat(RetryAfter.parse(header, NOW)).isNull();
	}

	@Test
	void takesNumbersThatAreNoLongerThanADate() {
		assertThat(RetryAfter.parse("0".repeat(63) + "7", NOW)).isEqualTo(Duration.ofSeconds(7));
		assertThat(RetryAfter.parse("0".repeat(64) + "7", NOW)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1.", "x", " ", "\u00a0", "-", ",", ":", "Sun, ", "Sun Aug  2 ", "GMT", "\u0661" })
	@Timeout(60)
	void readsTextOfAnyLengthInLittleTime(String part) {
		String header = part.repeat(1_000_000 / part.length());
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long startedAt = threads.getCurrentThreadCpuTime();
		for (String text : List.of(header, "1" + header, "Sun, 02 Aug 2026 19:18:30 GMT" + header)) {
			assertThat(RetryAfter.parse(text + "x", NOW)).isNull();
		}
		assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - startedAt)).isLessThan(Duration.ofSeconds(1));
	}

}
