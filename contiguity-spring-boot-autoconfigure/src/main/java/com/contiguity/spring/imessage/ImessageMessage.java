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

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A message, as returned by the API.
 *
 * @param id the message's opaque id
 * @param to the recipient, or {@code null} if the API does not say
 * @param from the sender, or {@code null} if the API does not say
 * @param message the text, or {@code null} if there are only attachments
 * @param timestamp when it was sent or received, or {@code null} if the API does not say
 * @param status the status, such as {@code delivered}, or {@code null} if the API does
 * not say; others may be added
 * @param attachments the URLs of the attachments
 * @param tracking the tracking events of the message, empty unless requested
 * @param metadata metadata of the response
 * @since 0.1.0
 */
public record ImessageMessage(String id, @Nullable String to, @Nullable String from, @Nullable String message,
		@Nullable Instant timestamp, @Nullable String status, List<String> attachments, List<TrackingEvent> tracking,
		ResponseMetadata metadata) {

	/**
	 * Create a message.
	 */
	public ImessageMessage {
		attachments = List.copyOf(attachments);
		tracking = List.copyOf(tracking);
	}

	@Override
	public String toString() {
		return "ImessageMessage[id=" + Masking.id(this.id) + ", to=" + Masking.number(this.to) + ", from="
				+ Masking.number(this.from) + ", message=" + Masking.text(this.message) + ", timestamp="
				+ this.timestamp + ", status=" + Masking.foreignText(this.status) + ", attachments="
				+ this.attachments.size() + ", tracking=" + this.tracking.size() + ", metadata=" + this.metadata + "]";
	}

}
