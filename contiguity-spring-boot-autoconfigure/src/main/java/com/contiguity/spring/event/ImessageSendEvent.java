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

package com.contiguity.spring.event;

import java.time.Duration;

import com.contiguity.spring.imessage.SendRequest;

/**
 * Published once for each send, after all retries. The outbox publishes one for each of
 * its attempts, and sends a message again that was {@code NOT_SENT}. A failure of a
 * listener does not affect the send.
 *
 * @since 0.1.0
 */
public sealed interface ImessageSendEvent permits ImessageSentEvent, ImessageNotSentEvent, ImessageOutcomeUnknownEvent {

	/**
	 * Return the account of the send.
	 * @return the name of the account, {@code default} unless the template has another
	 * name
	 */
	String account();

	/**
	 * Return the request.
	 * @return the request, with the defaults applied
	 */
	SendRequest request();

	/**
	 * Return how many attempts were made.
	 * @return the number of attempts, zero if there was none
	 */
	int attempts();

	/**
	 * Return how long the call took.
	 * @return the time from the call to its end, including waits
	 */
	Duration elapsed();

}
