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
 * Simulates a transport for tests.
 */
public final class Attempts {

	private Attempts() {
	}

	/**
	 * Simulate a transport that begins to write the request.
	 * @param attempt the attempt
	 * @return the attempt
	 */
	public static Attempt leave(Attempt attempt) {
		attempt.start();
		attempt.leave();
		return attempt;
	}

	/**
	 * Simulate a transport that has read the status of an error, but not its body.
	 * @param attempt the attempt
	 * @param refusal the failure for the status
	 */
	public static void refuse(Attempt attempt, ContiguityException refusal) {
		leave(attempt);
		attempt.setRefusal(refusal);
	}

	/**
	 * Simulate a transport that is about to write the body.
	 * @param attempt the attempt
	 */
	public static void leaveInTime(Attempt attempt) {
		attempt.start();
		attempt.leaveInTime();
	}

}
