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

import java.time.Instant;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A reaction in a conversation.
 *
 * @param reaction the reaction, or {@code null} if the API does not say
 * @param on the text of the message, or {@code null} if it has none
 * @param timestamp when the reaction was made, or {@code null} if the API does not say
 * @param action the action, such as {@code added}, or {@code null} if the API does not
 * say; others may be added
 * @param from who reacted, or {@code null} if the API does not say
 * @since 0.1.0
 */
public record ConversationReaction(@Nullable Tapback reaction, @Nullable String on, @Nullable Instant timestamp,
		@Nullable String action, @Nullable String from) {

	@Override
	public String toString() {
		return "ConversationReaction[reaction=" + this.reaction + ", on=" + Masking.text(this.on) + ", timestamp="
				+ this.timestamp + ", action=" + Masking.foreignText(this.action) + ", from="
				+ Masking.number(this.from) + "]";
	}

}
