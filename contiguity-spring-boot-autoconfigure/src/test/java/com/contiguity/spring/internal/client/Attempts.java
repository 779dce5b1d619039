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

package com.contiguity.spring.internal.client;

import com.contiguity.spring.ContiguityException;

/**
 * Lets tests play the transport.
 */
public final class Attempts {

	private Attempts() {
	}

	/**
	 * Do as a transport that begins to write the request.
	 * @param attempt the attempt
	 * @return the attempt
	 */
	public static Attempt leave(Attempt attempt) {
		attempt.start();
		attempt.leave();
		return attempt;
	}

	/**
	 * Do as a transport that reads the status of a refusal, and not yet its body.
	 * @param attempt the attempt
	 * @param refusal what the status means
	 */
	public static void refuse(Attempt attempt, ContiguityException refusal) {
		leave(attempt);
		attempt.setRefusal(refusal);
	}

	/**
	 * Do as a transport that is about to write the body.
	 * @param attempt the attempt
	 */
	public static void leaveInTime(Attempt attempt) {
		attempt.start();
		attempt.leaveInTime();
	}

}
