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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.imessage.SendRequest;

/**
 * Published when a message was not sent. The outcome of the exception indicates whether
 * the API rejected it or did not accept it.
 * <p>
 * Components may be added in any release, so only tests should construct one.
 *
 * @param account the name of the account
 * @param request the request, with the defaults applied
 * @param exception the failure
 * @param attempts how many attempts were made, zero if there was none
 * @param elapsed how long the call took
 * @since 0.1.0
 */
public record ImessageNotSentEvent(String account, SendRequest request, ContiguityException exception, int attempts,
		Duration elapsed) implements ImessageSendEvent {
}
