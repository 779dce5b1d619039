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
import java.util.List;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A received text message (SMS or MMS).
 *
 * @param id the id of its event; the message has no id
 * @param from the sender
 * @param to the line that received it
 * @param body the text, or {@code null} if there are only attachments
 * @param timestamp when it was received
 * @param attachments the attachments, of an MMS
 * @since 0.1.0
 */
public record IncomingText(String id, String from, String to, @Nullable String body, Instant timestamp,
		List<IncomingAttachment> attachments) {

	/**
	 * Create a message.
	 */
	public IncomingText {
		attachments = List.copyOf(attachments);
	}

	@Override
	public String toString() {
		return "IncomingText[id=" + Masking.id(this.id) + ", from=" + Masking.number(this.from) + ", to="
				+ Masking.number(this.to) + ", body=" + Masking.text(this.body) + ", timestamp=" + this.timestamp
				+ ", attachments=" + this.attachments.size() + "]";
	}

}
