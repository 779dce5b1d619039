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

package com.contiguity.spring.internal.line;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The lines to choose from, and what they are called where their numbers must not be
 * seen. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LinePool {

	private static final String OTHER = "other";

	private final Supplier<? extends List<String>> lines;

	/**
	 * Create a pool.
	 * @param lines gives the lines' numbers; must not block
	 */
	public LinePool(Supplier<? extends List<String>> lines) {
		this.lines = lines;
	}

	/**
	 * Return the lines.
	 * @return the lines' numbers in E.164 format
	 */
	public List<String> lines() {
		return this.lines.get();
	}

	/**
	 * Return what a line is called.
	 * @param line the line's number, or {@code null} if Contiguity chooses
	 * @return its place in the pool, such as {@code line-1}, or {@code other} if it is
	 * not in it
	 */
	public String alias(@Nullable String line) {
		int place = (line != null) ? this.lines.get().indexOf(line) : -1;
		return (place >= 0) ? alias(place) : OTHER;
	}

	/**
	 * Return what the line at a place in the pool is called.
	 * @param place the place, from zero
	 * @return the alias, such as {@code line-1}
	 */
	public String alias(int place) {
		return "line-" + (place + 1);
	}

}
