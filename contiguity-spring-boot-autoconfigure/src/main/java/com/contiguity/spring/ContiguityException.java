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

package com.contiguity.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedRuntimeException;

/**
 * Base class of the exceptions thrown by calls to Contiguity. Messages never contain a
 * phone number, a message text or a token.
 *
 * @since 0.1.0
 */
public class ContiguityException extends NestedRuntimeException {

	private final Outcome outcome;

	/**
	 * Create an exception.
	 * @param message what happened, without private data
	 * @param outcome how the call ended
	 * @param cause the cause, if there is one
	 */
	public ContiguityException(String message, Outcome outcome, @Nullable Throwable cause) {
		super(message, cause);
		this.outcome = outcome;
	}

	/**
	 * Create an exception without cause.
	 * @param message what happened, without private data
	 * @param outcome how the call ended
	 */
	public ContiguityException(String message, Outcome outcome) {
		this(message, outcome, null);
	}

	/**
	 * Return how the call ended. It determines whether the call may be repeated.
	 * @return the outcome, never {@link Outcome#ACCEPTED}
	 */
	public final Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Return how long to wait before the call is worth repeating, for example the time in
	 * the header {@code Retry-After} of a response. The {@linkplain #outcome() outcome}
	 * determines whether the call may be repeated.
	 * @return the time to wait, never negative, or {@code null} if it is not known
	 */
	public @Nullable Duration retryAfter() {
		return null;
	}

}
