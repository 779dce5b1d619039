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

package com.contiguity.spring.test;

import java.time.Duration;

/**
 * A part of the application that is made idle and reset between tests.
 */
interface Restable {

	/**
	 * Wait for work in progress.
	 * @param patience the maximum time to wait for each kind of work
	 * @return whether the application is idle
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean awaitRest(Duration patience) throws InterruptedException;

	/**
	 * Discard the state of the previous test.
	 */
	void forget();

}
