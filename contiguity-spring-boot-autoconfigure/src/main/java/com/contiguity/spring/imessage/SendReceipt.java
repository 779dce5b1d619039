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

package com.contiguity.spring.imessage;

import java.time.Duration;

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Receipt of a message that the API accepted.
 *
 * @param messageId the API's opaque id of the message
 * @param to the recipient
 * @param from the line that it was sent from, or {@code null} if Contiguity chose one
 * @param attempts the number of attempts, at least one
 * @param elapsed the time from the call to the response, including waits
 * @param reference the application's own id of the message, or {@code null} if the
 * request has none
 * @param metadata metadata of the response
 * @since 0.1.0
 */
public record SendReceipt(String messageId, String to, @Nullable String from, int attempts, Duration elapsed,
		@Nullable String reference, ResponseMetadata metadata) {

	@Override
	public String toString() {
		return "SendReceipt[messageId=" + Masking.id(this.messageId) + ", to=" + Masking.number(this.to) + ", from="
				+ Masking.number(this.from) + ", attempts=" + this.attempts + ", elapsed=" + this.elapsed
				+ ", reference=" + this.reference + ", metadata=" + this.metadata + "]";
	}

}
