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

package com.contiguity.spring.imessage;

import java.util.Locale;
import java.util.Map;

import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * A kind of reaction. Kinds that the API adds later can be used by name.
 *
 * @since 0.1.0
 */
public final class Tapback {

	/**
	 * A heart.
	 */
	public static final Tapback LOVE = new Tapback("love");

	/**
	 * Thumbs up.
	 */
	public static final Tapback LIKE = new Tapback("like");

	/**
	 * Thumbs down.
	 */
	public static final Tapback DISLIKE = new Tapback("dislike");

	/**
	 * A laugh.
	 */
	public static final Tapback LAUGH = new Tapback("laugh");

	/**
	 * Two exclamation marks.
	 */
	public static final Tapback EMPHASIZE = new Tapback("emphasize");

	/**
	 * A question mark.
	 */
	public static final Tapback QUESTION = new Tapback("question");

	/** Alternative names that other parts of Contiguity, or people, use. */
	private static final Map<String, Tapback> KNOWN = Map.ofEntries(Map.entry("love", LOVE), Map.entry("like", LIKE),
			Map.entry("dislike", DISLIKE), Map.entry("laugh", LAUGH), Map.entry("emphasize", EMPHASIZE),
			Map.entry("question", QUESTION), Map.entry("thumbsup", LIKE), Map.entry("thumbsdown", DISLIKE),
			Map.entry("haha", LAUGH), Map.entry("emphasized", EMPHASIZE), Map.entry("questioned", QUESTION));

	private final String value;

	private Tapback(String value) {
		this.value = value;
	}

	/**
	 * Return the tapback with the given name.
	 * @param value a name of the API, one of the aliases {@code thumbsup},
	 * {@code thumbsdown}, {@code haha}, {@code emphasized} and {@code questioned}, or any
	 * other name, which is passed to the API unchanged
	 * @return the tapback
	 * @throws IllegalArgumentException if the name is empty
	 */
	public static Tapback of(String value) {
		Require.text("tapback", value);
		Tapback known = KNOWN.get(value.toLowerCase(Locale.ROOT));
		return (known != null) ? known : new Tapback(value);
	}

	/**
	 * Return the name that the API uses.
	 * @return the name
	 */
	public String value() {
		return this.value;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof Tapback other && this.value.equals(other.value);
	}

	@Override
	public int hashCode() {
		return this.value.hashCode();
	}

	@Override
	public String toString() {
		return this.value;
	}

}
