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

package com.contiguity.spring.observation;

import java.time.Duration;
import java.util.function.DoubleSupplier;

import com.contiguity.spring.Operation;

/**
 * Records the meters that complement the observations. Without Micrometer's core, nothing
 * is recorded. By default each method does nothing, so an implementation need not
 * override all of them.
 *
 * @since 0.1.0
 */
public interface ContiguityMeters {

	/**
	 * Records nothing.
	 */
	ContiguityMeters NONE = new ContiguityMeters() {
	};

	/**
	 * Record that a call ended.
	 * @param account the name of the account
	 * @param operation its operation
	 * @param attempts how many attempts were made
	 */
	default void callEnded(String account, Operation operation, int attempts) {
	}

	/**
	 * Record that a call is retried.
	 * @param account the name of the account
	 * @param operation its operation
	 * @param reason how the previous attempt failed: {@code connect}, {@code exchange} or
	 * an HTTP status
	 */
	default void retried(String account, Operation operation, String reason) {
	}

	/**
	 * Record that a send waited for its line.
	 * @param account the name of the account
	 * @param alias the line's alias, such as {@code line-1}
	 * @param wait how long it waited
	 */
	default void lineWaited(String account, String alias, Duration wait) {
	}

	/**
	 * Register a line. Only the first call for an alias of an account has an effect.
	 * @param account the name of the account
	 * @param alias the line's alias, such as {@code line-1}
	 * @param available supplies how many messages the line can send at once, {@code NaN}
	 * if that is not known
	 */
	default void lineAvailable(String account, String alias, DoubleSupplier available) {
	}

	/**
	 * Record that a webhook was delivered.
	 * @param type the type of its event, {@code unknown} if this version does not know
	 * it, {@code none} if there is none
	 * @param result the result of the delivery
	 */
	default void webhookReceived(String type, String result) {
	}

}
