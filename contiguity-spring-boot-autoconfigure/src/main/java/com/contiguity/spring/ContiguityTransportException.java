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

import org.jspecify.annotations.Nullable;

/**
 * Thrown when there was no usable response.
 *
 * @since 0.1.0
 */
public class ContiguityTransportException extends ContiguityException {

	private final Phase phase;

	/**
	 * Create an exception.
	 * @param message what happened, without anything private
	 * @param outcome how the call ended
	 * @param phase how far the request got
	 * @param cause the cause, if there is one
	 */
	public ContiguityTransportException(String message, Outcome outcome, Phase phase, @Nullable Throwable cause) {
		super(message, outcome, cause);
		this.phase = phase;
	}

	/**
	 * Return how far the request got.
	 * @return the phase in which the exchange failed
	 */
	public final Phase phase() {
		return this.phase;
	}

	/**
	 * How far a request got.
	 */
	public enum Phase {

		/**
		 * The request was not sent.
		 */
		CONNECT,

		/**
		 * The request may have been sent, and its result is not known.
		 */
		EXCHANGE

	}

}
