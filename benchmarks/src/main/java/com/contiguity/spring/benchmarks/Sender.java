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

package com.contiguity.spring.benchmarks;

/**
 * A way to send a message.
 */
interface Sender extends AutoCloseable {

	String TO = "+15551234567";

	String FROM = "+15550001001";

	/** A request with this text has about 200 bytes. */
	String TEXT = "Your table for two is booked for tonight at half past seven. Reply C to confirm, X to cancel, "
			+ "or call us if you are running late.";

	/**
	 * Send a message and wait for the response.
	 * @return the id of the message
	 */
	String send();

	@Override
	void close();

}
