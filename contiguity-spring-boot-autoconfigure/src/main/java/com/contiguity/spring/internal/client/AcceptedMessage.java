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

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.internal.masking.Masking;

/**
 * The API's response to a message that it accepted.
 *
 * @param messageId the message's opaque id
 * @param metadata metadata of the response
 * @since 0.1.0
 */
public record AcceptedMessage(String messageId, ResponseMetadata metadata) {

	@Override
	public String toString() {
		return "AcceptedMessage[messageId=" + Masking.id(this.messageId) + ", metadata=" + this.metadata + "]";
	}

}
