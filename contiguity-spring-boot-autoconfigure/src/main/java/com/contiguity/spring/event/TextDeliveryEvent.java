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

import java.time.Instant;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Published when a text message, such as the fallback of an iMessage, was delivered or
 * could not be delivered.
 *
 * @param id the id of the event
 * @param type the type as Contiguity names it
 * @param timestamp when it happened
 * @param apiVersion the version of the API, or {@code null} if the event does not contain
 * it
 * @param raw the JSON as it was received
 * @param messageId the id of the message
 * @param from the line that sent the message
 * @param to the recipient
 * @param confirmed whether the carrier confirmed the delivery
 * @param error a human-readable description of the failure, or {@code null} if it did not
 * fail or the reason is not known
 * @since 0.1.0
 */
public record TextDeliveryEvent(String id, String type, Instant timestamp, @Nullable String apiVersion, String raw,
		String messageId, String from, String to, boolean confirmed,
		@Nullable String error) implements ContiguityWebhookEvent {

	@Override
	public String toString() {
		return "TextDeliveryEvent[id=" + Masking.id(this.id) + ", type=" + this.type + ", timestamp=" + this.timestamp
				+ ", messageId=" + Masking.id(this.messageId) + ", from=" + Masking.number(this.from) + ", to="
				+ Masking.number(this.to) + ", confirmed=" + this.confirmed + ", error="
				+ Masking.foreignText(this.error) + ", raw=" + Masking.text(this.raw) + "]";
	}

}
