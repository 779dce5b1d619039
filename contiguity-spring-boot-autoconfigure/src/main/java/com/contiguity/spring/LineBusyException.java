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

import com.contiguity.spring.internal.masking.Masking;

/**
 * Thrown when a line cannot send the message in time without exceeding its rate. Nothing
 * was sent.
 *
 * @since 0.1.0
 */
public class LineBusyException extends ContiguityException {

	private final String line;

	private final Duration availableIn;

	/**
	 * Create an exception.
	 * @param line the number of the line, of which only a masked form is kept
	 * @param availableIn how long it takes until the line can send the message
	 */
	public LineBusyException(String line, Duration availableIn) {
		super("Line " + Masking.number(line) + " is busy for another " + availableIn.toMillis() + " ms",
				Outcome.NOT_SENT);
		this.line = Masking.number(line);
		this.availableIn = availableIn;
	}

	/**
	 * Return the line, masked.
	 * @return the line, such as {@code +1•••••7890}
	 */
	public final String line() {
		return this.line;
	}

	/**
	 * Return how long it takes until the line can send the message.
	 * @return the time, as of the creation of the exception
	 */
	public final Duration availableIn() {
		return this.availableIn;
	}

	/**
	 * Return how long it takes until the line can send the message.
	 * @return the same as {@link #availableIn()}
	 */
	@Override
	public final Duration retryAfter() {
		return this.availableIn;
	}

}
