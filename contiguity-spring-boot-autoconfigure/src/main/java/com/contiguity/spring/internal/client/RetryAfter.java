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

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code Retry-After} header (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

	/** Longer waits are as good as for ever, and must not overflow. */
	private static final long MAX_SECONDS = Duration.ofDays(365).toSeconds();

	private RetryAfter() {
	}

	/**
	 * Read the header.
	 * @param value seconds or an HTTP date
	 * @param now the time that a date is compared with
	 * @return the time to wait, never negative, or {@code null} if there is no header or
	 * it cannot be read
	 */
	static @Nullable Duration parse(@Nullable String value, Instant now) {
		if (value == null || value.isBlank()) {
			return null;
		}
		String trimmed = value.trim();
		Duration wait = (Character.isDigit(trimmed.charAt(0))) ? seconds(trimmed) : untilDate(trimmed, now);
		return (wait != null && wait.isNegative()) ? Duration.ZERO : wait;
	}

	private static @Nullable Duration seconds(String value) {
		try {
			double seconds = Math.min(Double.parseDouble(value), MAX_SECONDS);
			return Duration.ofMillis((long) Math.ceil(seconds * 1000));
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable Duration untilDate(String value, Instant now) {
		try {
			Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
			return Duration.between(now, date);
		}
		catch (DateTimeParseException ex) {
			return null;
		}
	}

}
