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

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Receipt of a reaction.
 *
 * @param status the status, such as {@code added}; others may be added
 * @param message the API's human-readable message, or {@code null} if there is none
 * @param messageId the id of the message, or {@code null} if it was identified by its
 * text
 * @param metadata metadata of the response
 * @since 0.1.0
 */
public record ReactionReceipt(String status, @Nullable String message, @Nullable String messageId,
		ResponseMetadata metadata) {

	@Override
	public String toString() {
		return "ReactionReceipt[status=" + Masking.foreignText(this.status) + ", message=" + Masking.text(this.message)
				+ ", messageId=" + Masking.id(this.messageId) + ", metadata=" + this.metadata + "]";
	}

}
