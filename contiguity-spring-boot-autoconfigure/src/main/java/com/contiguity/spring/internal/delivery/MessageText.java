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

package com.contiguity.spring.internal.delivery;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Normalizes texts for comparison. A history may not contain a text exactly as it was
 * sent. Phones and carriers change line ends, normal forms, quotes, dashes and white
 * space, style markup is removed, and an object replacement character is inserted for an
 * attachment.
 */
public final class MessageText {

	/** The style markup of Contiguity, which may be missing from the history. */
	private static final Pattern MARKUP = Pattern.compile("\\*\\*|__|~~|_");

	/** U+FFFC represents an attachment. The other characters are invisible. */
	private static final Pattern INVISIBLE = Pattern.compile("[\uFFFC\u200B-\u200F\u2060\uFEFF]");

	private static final Pattern SINGLE_QUOTES = Pattern.compile("[\u2018\u2019\u201A\u201B\u2032\u02BC]");

	private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB]");

	private static final Pattern DASHES = Pattern.compile("--|[\u2010-\u2015]");

	private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

	private MessageText() {
	}

	/**
	 * Normalize a text.
	 * @param text a text from a request or from a history
	 * @return the normalized text, which is equal for texts that may belong to the same
	 * message
	 */
	public static String normalize(String text) {
		String normalized = Normalizer.normalize(text, Normalizer.Form.NFC);
		normalized = INVISIBLE.matcher(normalized).replaceAll("");
		normalized = SINGLE_QUOTES.matcher(normalized).replaceAll("'");
		normalized = DOUBLE_QUOTES.matcher(normalized).replaceAll("\"");
		normalized = DASHES.matcher(normalized).replaceAll("-");
		normalized = normalized.replace("\u2026", "...");
		normalized = MARKUP.matcher(normalized).replaceAll("");
		return BLANKS.matcher(normalized).replaceAll(" ").strip();
	}

}
