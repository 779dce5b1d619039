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

package com.contiguity.spring.line;

import java.time.Duration;

import com.contiguity.spring.LineBusyException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Delays sends so that each line keeps to its rate. A custom implementation can share the
 * rate between several instances of an application. Implementations must be thread-safe
 * and must not block.
 *
 * @since 0.1.0
 */
public interface LinePacer {

	/**
	 * Wait for a permit to send one message from a line, in order of arrival. If the
	 * subscription is cancelled while it waits, the place in the queue is released.
	 * @param line the line's number in E.164 format
	 * @param maxWait the maximum time to wait, or {@code null} to wait without a limit
	 * @return the permit, or immediately a {@link LineBusyException} if the wait would be
	 * longer
	 */
	Mono<Permit> acquire(String line, @Nullable Duration maxWait);

	/**
	 * Return the load of a line.
	 * @param line the line's number in E.164 format
	 * @return the load, or {@code null} if it is not known
	 */
	default @Nullable Load load(String line) {
		return null;
	}

	/**
	 * A permit to send one message.
	 */
	@FunctionalInterface
	interface Permit {

		/**
		 * Return the permit, because nothing was sent with it. Only the first call has an
		 * effect.
		 */
		void giveBack();

	}

	/**
	 * The load of a line.
	 *
	 * @param available how many messages it can send at once
	 * @param waiting how many messages are waiting for it
	 */
	record Load(long available, int waiting) {
	}

}
