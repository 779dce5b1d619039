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

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code Retry-After} header (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

	/** Longer waits are shortened to this one, so that they do not overflow. */
	private static final long MAX_SECONDS = Duration.ofDays(365).toSeconds();

	/** No date is longer. */
	private static final int MAX_LENGTH = 64;

	/** Whole seconds. Some servers add a fraction. */
	private static final Pattern SECONDS = Pattern.compile("\\d+(\\.\\d+)?");

	private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'",
			Locale.ENGLISH);

	private static final DateTimeFormatter ASCTIME = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy",
			Locale.ENGLISH);

	private RetryAfter() {
	}

	/**
	 * Read the header.
	 * @param value seconds or an HTTP date
	 * @param now the current time, for dates
	 * @return the time to wait, never negative, or {@code null} if there is no header or
	 * it cannot be read
	 */
	static @Nullable Duration parse(@Nullable String value, Instant now) {
		if (value == null || value.isBlank()) {
			return null;
		}
		String trimmed = value.trim();
		if (trimmed.length() > MAX_LENGTH) {
			return null;
		}
		Duration wait = (SECONDS.matcher(trimmed).matches()) ? seconds(trimmed) : untilDate(trimmed, now);
		return (wait != null && wait.isNegative()) ? Duration.ZERO : wait;
	}

	private static Duration seconds(String value) {
		double seconds = Math.min(Double.parseDouble(value), MAX_SECONDS);
		return Duration.ofMillis((long) Math.ceil(seconds * 1000));
	}

	private static @Nullable Duration untilDate(String value, Instant now) {
		for (DateTimeFormatter format : dateFormats(now)) {
			try {
				return Duration.between(now, LocalDateTime.parse(value, format).toInstant(ZoneOffset.UTC));
			}
			catch (DateTimeException ex) {
				// another format, or no date
			}
		}
		return null;
	}

	// a two-digit year is at most 50 years in the future
	private static List<DateTimeFormatter> dateFormats(Instant now) {
		DateTimeFormatter rfc850 = new DateTimeFormatterBuilder().appendPattern("EEEE, dd-MMM-")
			.appendValueReduced(ChronoField.YEAR, 2, 2, now.atZone(ZoneOffset.UTC).getYear() - 49)
			.appendPattern(" HH:mm:ss 'GMT'")
			.toFormatter(Locale.ENGLISH);
		return List.of(IMF_FIXDATE, rfc850, ASCTIME);
	}

}
