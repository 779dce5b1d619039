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

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Makes private values fit to be seen. The only place that decides what a number, an
 * address, a text or a foreign failure looks like in a log, an exception or a
 * {@code toString}.
 *
 * @since 0.1.0
 */
public final class Masking {

	private static final String DOTS = "•••••";

	/** Shorter texts stand in any sentence. */
	private static final int MIN_TEXT_LENGTH = 4;

	/** The longest foreign text that an exception repeats, in characters. */
	private static final int FOREIGN_TEXT_LENGTH = 300;

	/** With a letter: a number is none. */
	private static final Pattern IDS = Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9._-]{1,64}");

	private static final Pattern ADDRESSES = Pattern.compile("(?i)https?://\\S+|[^\\s@]+@[^\\s@]+");

	private static final Pattern CREDENTIALS = Pattern.compile("(?:contiguity_sk|whsec)_[A-Za-z0-9_-]*");

	/** Six digits and more, however grouped: no phone number is shorter. */
	private static final Pattern NUMBERS = Pattern.compile("\\+?\\p{Nd}(?:[^\\p{L}\\p{Nd}]{0,3}\\p{Nd}){5,}");

	/** Three letters and more, and single characters of scripts without blanks. */
	private static final Pattern WORDS = Pattern
		.compile("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}]|[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]{2,}");

	private static final Pattern SEVERAL_DOTS = Pattern.compile(DOTS + "(?:[^\\p{L}\\p{Nd}\\n]*" + DOTS + ")+");

	private Masking() {
	}

	/**
	 * Mask a phone number, or an e-mail address in its place.
	 * @param number the number, in E.164 format, or an e-mail address
	 * @return the number's first two and last four characters, such as
	 * {@code +1•••••7890}; of anything shorter than nine characters and of an e-mail
	 * address nothing
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
	 * @return how long it is, such as {@code <12 characters>}
	 */
	public static String text(@Nullable String text) {
		return (text != null) ? "<" + text.length() + " characters>" : "none";
	}

	/**
	 * Mask an id or a version that somebody else gave, unless it looks like one: ids are
	 * opaque.
	 * @param id the id
	 * @return the id, if it {@link #isId looks like one}
	 */
	public static String id(@Nullable String id) {
		if (id == null) {
			return "none";
		}
		return (isId(id)) ? id : "unusual id";
	}

	/**
	 * Tell whether an id or a version that somebody else gave looks like one, and so may
	 * be seen.
	 * @param id the id
	 * @return whether it is letters, digits, {@code .}, {@code _} and {@code -}, at most
	 * 64 of them, at least one of them a letter
	 */
	public static boolean isId(String id) {
		return IDS.matcher(id).matches();
	}

	/**
	 * Mask what looks like a number, an address or a credential in a text that somebody
	 * else wrote, and cut it.
	 * @param text a text for people, such as an error of the API
	 * @return the text without numbers, addresses and credentials
	 */
	public static String foreignText(@Nullable String text) {
		String masked = (text != null) ? text : "none";
		for (Pattern pattern : List.of(CREDENTIALS, ADDRESSES, NUMBERS)) {
			masked = pattern.matcher(masked).replaceAll(DOTS);
		}
		return (masked.length() > FOREIGN_TEXT_LENGTH) ? masked.substring(0, FOREIGN_TEXT_LENGTH) + "…" : masked;
	}

	/**
	 * Mask what an answer repeats of the request: the token, and all words of the
	 * message's text that have three letters or more, be they cut at their start or end.
	 * @param answer a text for people, such as an error of the API
	 * @param text the text of the message, or {@code null} if there is none
	 * @param token the token
	 * @return the answer without any of them
	 */
	public static String echo(String answer, @Nullable String text, String token) {
		String masked = answer.replace(token, DOTS);
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
		return SEVERAL_DOTS.matcher(masked).replaceAll(DOTS);
	}

	private static String reversed(String word) {
		return new StringBuilder(word).reverse().toString();
	}

	// the first that is not before it is the one that it may be cut from
	private static boolean isStartOfOne(String part, TreeSet<String> words) {
		String candidate = words.ceiling(part);
		return candidate != null && candidate.startsWith(part);
	}

}
