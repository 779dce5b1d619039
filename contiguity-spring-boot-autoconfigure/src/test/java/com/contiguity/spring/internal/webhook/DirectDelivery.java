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

package com.contiguity.spring.internal.webhook;

import com.contiguity.spring.testsupport.Deliveries;
import io.micrometer.observation.Observation;

/**
 * Delivers webhooks to a receiver without a server, as if each delivery was answered
 * immediately.
 */
public final class DirectDelivery {

	private DirectDelivery() {
	}

	/**
	 * Deliver a body, signed now.
	 * @param receiver the receiver
	 * @param body the body
	 * @return the result
	 */
	public static WebhookResult deliver(WebhookReceiver receiver, byte[] body) {
		return deliver(receiver, Deliveries.sign(body), body);
	}

	/**
	 * Deliver a body.
	 * @param receiver the receiver
	 * @param signature the signature, or {@code null} if there is none
	 * @param body the body
	 * @return the result
	 */
	public static WebhookResult deliver(WebhookReceiver receiver, String signature, byte[] body) {
		return deliver(receiver, signature, body, null);
	}

	static WebhookResult deliver(WebhookReceiver receiver, String signature, byte[] body, Observation parent) {
		PendingResponse pending = receiver.accept(signature, body, parent);
		receiver.answered(pending);
		return pending.result();
	}

}
