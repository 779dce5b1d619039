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

import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Published when an iMessage is received.
 *
 * @param id the id of the event
 * @param type the type as Contiguity names it
 * @param timestamp when it happened
 * @param apiVersion the version of the API, or {@code null} if the event does not contain
 * it
 * @param raw the JSON as it was received
 * @param message the message
 * @since 0.1.0
 */
public record ImessageReceivedEvent(String id, String type, Instant timestamp, @Nullable String apiVersion, String raw,
		IncomingImessage message) implements ContiguityWebhookEvent {

	@Override
	public String toString() {
		return "ImessageReceivedEvent[id=" + Masking.id(this.id) + ", type=" + this.type + ", timestamp="
				+ this.timestamp + ", message=" + this.message + ", raw=" + Masking.text(this.raw) + "]";
	}

}
