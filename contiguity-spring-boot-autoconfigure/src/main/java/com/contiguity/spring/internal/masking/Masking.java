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

import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Masks private values. This class alone determines how numbers, addresses, texts and
 * messages of foreign failures appear in logs, exceptions and {@code toString}. The
 * exceptions of other libraries are masked with it by {@code MaskedFailure} and
 * {@code PlainFailures}. The actuator's values are masked by
 * {@code ContiguitySanitizingAutoConfiguration}.
 *
 * @since 0.1.0
 */
public final class Masking {

	private static final String DOTS = "•••••";

	/** Shorter texts occur in any sentence. */
	private static final int MIN_TEXT_LENGTH = 4;

	/** Maximum number of characters of a foreign text that an exception repeats. */
	private static final int FOREIGN_TEXT_LENGTH = 300;

	/**
	 * Maximum number of characters of a foreign text that are searched. It is cut first,
	 * so that a long text takes little time.
	 */
	private static final int MAX_LOOKED_AT = 1024;

	/** Fifteen digits, and the characters between them. */
	private static final int LONGEST_NUMBER = 64;

	private static final int MAX_ID_LENGTH = 64;

	/** Minimum number of digits of a phone number. */
	private static final int MIN_DIGITS = 6;

	/** Maximum number of characters between two digits of a number. */
	private static final int MAX_GAP = 3;

	private static final Pattern ADDRESSES = Pattern.compile("(?i)https?://\\S++|[^\\s@]++@[^\\s@]++");

	private static final Pattern CREDENTIALS = Pattern.compile("(?:contiguity_sk|whsec)_[A-Za-z0-9_-]*+");

	/** Three or more letters, and single characters of scripts without spaces. */
	private static final Pattern WORDS = Pattern
		.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]|[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]{2,}");

	private Masking() {
	}

	/**
	 * Mask a phone number or an e-mail address.
	 * @param number the number, in E.164 format, or an e-mail address
	 * @return the first two and last four characters of a number, such as {@code
	 * +1•••••7890}. Nothing remains of an e-mail address or of a number with fewer than
	 * nine characters
	 */
	public static String number(@Nullable String number) {
		if (number == null) {
			return "none";
		}
		if (number.length() < 9 || number.charAt(0) != '+') {
			return DOTS;
		}
		return number.substring(0, 2) + DOTS + number.substring(number.length() - 4);
	}

	/**
	 * Mask a text by its length.
	 * @param text the text
	 * @return the length, such as {@code <12 characters>}
	 */
	public static String text(@Nullable String text) {
		return (text != null) ? "<" + text.length() + " characters>" : "none";
	}

	/**
	 * Mask an id or a version of foreign origin, unless it has the format of an id. Ids
	 * are opaque.
	 * @param id the id
	 * @return the id, if it {@link #isId has the format of an id}
	 */
	public static String id(@Nullable String id) {
		if (id == null) {
			return "none";
		}
		return (isId(id)) ? id : "unusual id";
	}

	/**
	 * Return whether an id or a version of foreign origin has the format of an id, and so
	 * may be visible.
	 * @param id the id
	 * @return whether it consists of at most 64 letters, digits, {@code .}, {@code _} and
	 * {@code -}, with at least one letter
	 */
	public static boolean isId(String id) {
		boolean letter = false;
		for (int i = 0; i < id.length(); i++) {
			char character = id.charAt(i);
			boolean isLetter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
			if (!isLetter && !(character >= '0' && character <= '9') && "._-".indexOf(character) < 0) {
				return false;
			}
			letter |= isLetter;
		}
		// a phone number contains no letter
		return letter && id.length() <= MAX_ID_LENGTH;
	}

	/**
	 * Mask anything that may be a number, an address or a credential in a foreign text,
	 * and cut it.
	 * @param text a human-readable text, such as an error of the API
	 * @return the text without numbers, addresses and credentials
	 */
	public static String foreignText(@Nullable String text) {
		String masked = (text != null) ? cut(text) : "none";
		masked = CREDENTIALS.matcher(masked).replaceAll(DOTS);
		masked = ADDRESSES.matcher(masked).replaceAll(DOTS);
		masked = withoutNumbers(masked);
		return (masked.length() > FOREIGN_TEXT_LENGTH) ? masked.substring(0, FOREIGN_TEXT_LENGTH) + "…" : masked;
	}

	// the end may be the start of a number
	private static String cut(String text) {
		if (text.length() <= MAX_LOOKED_AT) {
			return text;
		}
		int end = MAX_LOOKED_AT;
		while (end > MAX_LOOKED_AT - LONGEST_NUMBER && !Character.isLetter(text.charAt(end - 1))) {
			end--;
		}
		while (end > 0 && Character.isDigit(text.charAt(end - 1))) {
			end--;
		}
		return text.substring(0, end) + "…";
	}

	// six or more digits, in any grouping
	private static String withoutNumbers(String text) {
		StringBuilder masked = new StringBuilder(text.length());
		int start = 0;
		while (start < text.length()) {
			int first = start;
			while (first < text.length() && !isDigit(text, first)) {
				first++;
			}
			int digits = 0;
			int end = first;
			int next = first;
			while (next < text.length() && next - end <= MAX_GAP && !isLetter(text, next)) {
				if (isDigit(text, next)) {
					digits++;
					end = next + width(text, next);
				}
				next += width(text, next);
			}
			if (digits >= MIN_DIGITS) {
				boolean plus = first > start && text.charAt(first - 1) == '+';
				masked.append(text, start, (plus) ? first - 1 : first).append(DOTS);
			}
			else {
				masked.append(text, start, end);
			}
			start = end;
		}
		return masked.toString();
	}

	private static boolean isDigit(String text, int index) {
		return Character.isDigit(text.codePointAt(index));
	}

	private static boolean isLetter(String text, int index) {
		return Character.isLetter(text.codePointAt(index));
	}

	private static int width(String text, int index) {
		return Character.charCount(text.codePointAt(index));
	}

	/**
	 * Mask the parts of the request that a response repeats: the token, and all words of
	 * the message's text with at least three letters, even if they are cut at their start
	 * or end.
	 * @param answer a human-readable text, such as an error of the API
	 * @param text the text of the message, or {@code null} if there is none
	 * @param token the token
	 * @return the text without any of them
	 */
	public static String echo(String answer, @Nullable String text, String token) {
		// before it is cut, because half a token would not be found
		String masked = cut(answer.replace(token, DOTS));
		if (text == null || text.isEmpty()) {
			return masked;
		}
		TreeSet<String> words = new TreeSet<>();
		TreeSet<String> reversedWords = new TreeSet<>();
		WORDS.matcher(text).results().map((word) -> word.group().toLowerCase(Locale.ROOT)).forEach((word) -> {
			words.add(word);
			reversedWords.add(reversed(word));
		});
		masked = (text.length() >= MIN_TEXT_LENGTH) ? masked.replace(text, DOTS) : masked;
		masked = WORDS.matcher(masked).replaceAll((word) -> {
			String lowerCase = word.group().toLowerCase(Locale.ROOT);
			return (isStartOfOne(lowerCase, words) || isStartOfOne(reversed(lowerCase), reversedWords)) ? DOTS
					: Matcher.quoteReplacement(word.group());
		});
		return withDotsOnce(masked);
	}

	// dots with only white space and punctuation of one line between them
	private static String withDotsOnce(String text) {
		StringBuilder once = new StringBuilder(text.length());
		int copied = 0;
		int dots = text.indexOf(DOTS);
		while (dots >= 0) {
			int end = dots + DOTS.length();
			int next = text.indexOf(DOTS, end);
			boolean joined = next >= 0 && text.substring(end, next)
				.codePoints()
				.noneMatch((character) -> Character.isLetterOrDigit(character) || character == '\n');
			if (!joined) {
				once.append(text, copied, end);
				copied = end;
			}
			else {
				once.append(text, copied, dots);
				copied = next;
			}
			dots = next;
		}
		return once.append(text, copied, text.length()).toString();
	}

	private static String reversed(String word) {
		return new StringBuilder(word).reverse().toString();
	}

	// in sort order, only the first word that is not before it can start with it
	private static boolean isStartOfOne(String part, TreeSet<String> words) {
		String candidate = words.ceiling(part);
		return candidate != null && candidate.startsWith(part);
	}

}
