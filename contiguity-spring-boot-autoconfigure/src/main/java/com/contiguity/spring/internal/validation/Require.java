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

package com.contiguity.spring.internal.validation;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.regex.Pattern;

import com.contiguity.spring.InvalidRequestException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Validates single fields as the API requires. Messages contain the name of the field,
 * and never its value.
 *
 * @since 0.1.0
 */
public final class Require {

	/** A country code and at least one more digit. */
	private static final int MIN_E164_DIGITS = 2;

	/** The maximum of ITU-T E.164. */
	private static final int MAX_E164_DIGITS = 15;

	/** Without white space and invisible characters of any language. */
	private static final Pattern EMAIL = Pattern.compile("[^\\s\\p{Z}\\p{C};,@]{1,64}@[^\\s\\p{Z}\\p{C};,@]{1,255}");

	private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._-]+|\\[[0-9A-Fa-f:.]+]");

	private static final Pattern FILE_WITH_EXTENSION = Pattern.compile(".*/[^/]+\\.[A-Za-z0-9]{1,10}");

	/** The size of a typical column in an application's table. */
	private static final int MAX_REFERENCE_LENGTH = 200;

	private Require() {
	}

	/**
	 * Require a recipient.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is neither an E.164 number nor an e-mail
	 * address
	 */
	public static String recipient(String field, @Nullable String value) {
		check(value != null && (isE164(value) || EMAIL.matcher(value).matches()), field,
				"must be a phone number in E.164 format ('+' and up to 15 digits) or an e-mail address");
		return notNull(field, value);
	}

	/**
	 * Require a line.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is not an E.164 number
	 */
	public static String line(String field, @Nullable String value) {
		check(value != null && isE164(value), field,
				"must be the number of a leased line in E.164 format ('+' and up to 15 digits)");
		return notNull(field, value);
	}

	/**
	 * Require a text.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is {@code null} or blank
	 */
	public static String text(String field, @Nullable String value) {
		check(value != null && !value.isBlank(), field, "must not be empty");
		return notNull(field, value);
	}

	/**
	 * Require a text that strict JSON parsers accept.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is {@code null} or blank, or contains an
	 * unpaired surrogate
	 */
	public static String wellFormedText(String field, @Nullable String value) {
		String text = text(field, value);
		check(isWellFormed(text), field,
				"must not contain an unpaired surrogate. Was it cut off in the middle of an emoji?");
		return text;
	}

	/**
	 * Require a token or a secret, possibly copied with white space.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value without surrounding white space
	 * @throws InvalidRequestException if it is empty or contains white space or other
	 * characters that do not occur in tokens
	 */
	public static String token(String field, @Nullable String value) {
		String token = (value != null) ? value.strip() : "";
		check(!token.isEmpty(), field, "must not be empty");
		check(isVisibleAscii(token), field, "must not contain white space or other invalid characters");
		return token;
	}

	/**
	 * Require the base URL of the API.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value without surrounding white space and trailing slashes
	 * @throws InvalidRequestException if it is not an {@code http} or {@code https} URL
	 * with a host
	 */
	public static String baseUrl(String field, @Nullable String value) {
		URI uri = uri(field, (value != null) ? value.strip() : "");
		check("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()), field,
				"must be a URL that starts with 'https://' or 'http://'");
		check(uri.getRawAuthority() != null, field, "must be a URL with a host");
		check(uri.getHost() != null, field,
				"must be a URL whose host consists of letters, digits, '-' and '.'. Other characters, such as '_', are not supported");
		return StringUtils.trimTrailingCharacter(uri.toString(), '/');
	}

	/**
	 * Require an application's own id of a message.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is blank, has more than 200 characters or
	 * contains an invisible character
	 */
	public static String reference(String field, @Nullable String value) {
		check(value != null && !value.isBlank() && value.length() <= MAX_REFERENCE_LENGTH
				&& value.chars().noneMatch(Character::isISOControl), field,
				"must have from 1 to " + MAX_REFERENCE_LENGTH + " visible characters");
		return notNull(field, value);
	}

	/**
	 * Require a positive duration.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is not positive
	 */
	public static Duration positive(String field, @Nullable Duration value) {
		check(value != null && value.compareTo(Duration.ZERO) > 0, field, "must be positive");
		return notNull(field, value);
	}

	/**
	 * Require a duration that is not negative.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is negative
	 */
	public static Duration notNegative(String field, @Nullable Duration value) {
		check(value != null && !value.isNegative(), field, "must not be negative");
		return notNull(field, value);
	}

	/**
	 * Require a value.
	 * @param <T> the type of the value
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is {@code null}
	 */
	public static <T> T notNull(String field, @Nullable T value) {
		if (value == null) {
			throw new InvalidRequestException(field, "'" + field + "' must not be null");
		}
		return value;
	}

	/**
	 * Require an attachment.
	 * @param field the name of the field
	 * @param value its value
	 * @return the value
	 * @throws InvalidRequestException if it is not an {@code https} URL of a file
	 */
	public static String attachment(String field, @Nullable String value) {
		URI uri = uri(field, notNull(field, value));
		check("https".equalsIgnoreCase(uri.getScheme()), field, "must be an 'https' URL");
		String authority = uri.getRawAuthority();
		// host names of storage services can contain '_', and internationalized ones any
		// letter
		check(authority != null && HOST.matcher(authority.replaceFirst(":\\d{1,5}$", "")).matches(), field,
				"must be an 'https' URL with a host");
		check(uri.getPath() != null && FILE_WITH_EXTENSION.matcher(uri.getPath()).matches(), field,
				"must be an 'https' URL whose path ends in a file name with an extension");
		return notNull(field, value);
	}

	// checked for each send, and a pattern would allocate memory each time

	private static boolean isE164(String value) {
		int digits = value.length() - 1;
		if (digits < MIN_E164_DIGITS || digits > MAX_E164_DIGITS || value.charAt(0) != '+' || value.charAt(1) == '0') {
			return false;
		}
		for (int i = 1; i <= digits; i++) {
			if (value.charAt(i) < '0' || value.charAt(i) > '9') {
				return false;
			}
		}
		return true;
	}

	private static boolean isVisibleAscii(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (value.charAt(i) < 0x21 || value.charAt(i) > 0x7E) {
				return false;
			}
		}
		return true;
	}

	private static boolean isWellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (!Character.isSurrogatePair(text.charAt(i), (i + 1 < text.length()) ? text.charAt(i + 1) : ' ')) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

	private static URI uri(String field, String value) {
		try {
			return new URI(value);
		}
		catch (URISyntaxException ex) {
			throw new InvalidRequestException(field, "'" + field + "' must be a URL. Write a space as '%20'");
		}
	}

	/**
	 * Require that a condition holds.
	 * @param expression the condition
	 * @param field the name of the field
	 * @param requirement what is required of the field
	 * @throws InvalidRequestException if it does not hold
	 */
	public static void check(boolean expression, String field, String requirement) {
		if (!expression) {
			throw new InvalidRequestException(field, "'" + field + "' " + requirement);
		}
	}

}
