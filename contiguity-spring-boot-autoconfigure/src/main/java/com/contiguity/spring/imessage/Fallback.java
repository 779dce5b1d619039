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

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;

/**
 * Conditions under which a message is sent as SMS or RCS instead, and the line to use.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class Fallback {

	private final Set<FallbackCondition> when;

	private final @Nullable String from;

	private Fallback(Collection<FallbackCondition> when, @Nullable String from) {
		Require.check(when != null && !when.isEmpty(), "fallback.when", "must name at least one condition");
		this.when = Collections.unmodifiableSet(EnumSet.copyOf(when));
		this.from = (from != null) ? Require.line("fallback.from", from) : null;
	}

	/**
	 * Fall back under every condition.
	 * @return the fallback
	 */
	public static Fallback always() {
		return new Fallback(EnumSet.allOf(FallbackCondition.class), null);
	}

	/**
	 * Fall back under the given conditions.
	 * @param conditions the conditions, at least one
	 * @return the fallback
	 * @throws com.contiguity.spring.InvalidRequestException if there is no condition
	 */
	public static Fallback when(FallbackCondition... conditions) {
		return when(Arrays.asList(conditions));
	}

	/**
	 * Fall back under the given conditions.
	 * @param conditions the conditions, at least one
	 * @return the fallback
	 * @throws com.contiguity.spring.InvalidRequestException if there is no condition
	 */
	public static Fallback when(Collection<FallbackCondition> conditions) {
		return new Fallback(conditions, null);
	}

	/**
	 * Return a copy that uses the given line.
	 * @param from the line, in E.164 format, or {@code null} to let Contiguity choose
	 * @return the copy
	 * @throws com.contiguity.spring.InvalidRequestException if the line is not in E.164
	 * format
	 */
	public Fallback from(@Nullable String from) {
		return new Fallback(this.when, from);
	}

	/**
	 * Return the conditions.
	 * @return the conditions, in a fixed order; at least one
	 */
	public Set<FallbackCondition> when() {
		return this.when;
	}

	/**
	 * Return the line to use.
	 * @return the line in E.164 format, or {@code null} to let Contiguity choose
	 */
	public @Nullable String from() {
		return this.from;
	}

	@Override
	public boolean equals(@Nullable Object obj) {
		return obj instanceof Fallback other && this.when.equals(other.when) && Objects.equals(this.from, other.from);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.when, this.from);
	}

	@Override
	public String toString() {
		return "Fallback[when=" + this.when + ", from=" + Masking.number(this.from) + "]";
	}

}
