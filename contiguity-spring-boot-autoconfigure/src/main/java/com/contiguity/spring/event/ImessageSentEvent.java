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

import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;

/**
 * Published when the API accepted a message.
 * <p>
 * Components may be added in any release, so only tests should construct one.
 *
 * @param account the name of the account
 * @param request the request, with the defaults applied
 * @param receipt the receipt
 * @since 0.1.0
 */
public record ImessageSentEvent(String account, SendRequest request, SendReceipt receipt) implements ImessageSendEvent {

	@Override
	public int attempts() {
		return this.receipt.attempts();
	}

	@Override
	public Duration elapsed() {
		return this.receipt.elapsed();
	}

}
