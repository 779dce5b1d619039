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
 * A message of a conversation. The API does not return an id for it.
 *
 * @param to the recipient, or {@code null} if the API does not say
 * @param from the sender, or {@code null} if the API does not say
 * @param message the text, or {@code null} if there are only attachments
 * @param timestamp when it was sent, or {@code null} if the API does not say
 * @param read when it was read, or {@code null} if it has not been read
 * @param delivery its delivery, or {@code null} if nothing is known
 * @param risk whether it was marked as spam, or {@code null} if that is not known
 * @param attachments the URLs of the attachments
 * @param tracking the tracking events of the message, empty unless requested
 * @since 0.1.0
 */
public record ConversationMessage(@Nullable String to, @Nullable String from, @Nullable String message,
		@Nullable Instant timestamp, @Nullable Instant read, @Nullable Delivery delivery, @Nullable Risk risk,
		List<String> attachments, List<TrackingEvent> tracking) {

	/**
	 * Create a message.
	 */
	public ConversationMessage {
		attachments = List.copyOf(attachments);
		tracking = List.copyOf(tracking);
	}

	@Override
	public String toString() {
		return "ConversationMessage[to=" + Masking.number(this.to) + ", from=" + Masking.number(this.from)
				+ ", message=" + Masking.text(this.message) + ", timestamp=" + this.timestamp + ", read=" + this.read
				+ ", delivery=" + this.delivery + ", risk=" + this.risk + ", attachments=" + this.attachments.size()
				+ ", tracking=" + this.tracking.size() + "]";
	}

	/**
	 * The delivery of a message.
	 *
	 * @param status the status, such as {@code delivered}, {@code failed} or {@code
	 * delayed}; others may be added
	 * @param delayed whether it was delayed
	 * @param timestamp when it was delivered, or {@code null} if it has not been
	 * delivered
	 */
	public record Delivery(@Nullable String status, boolean delayed, @Nullable Instant timestamp) {

		@Override
		public String toString() {
			return "Delivery[status=" + Masking.foreignText(this.status) + ", delayed=" + this.delayed + ", timestamp="
					+ this.timestamp + "]";
		}

	}

	/**
	 * Whether a message was marked as spam.
	 *
	 * @param autoReportedAsSpam whether Apple did
	 * @param markedAsSpam whether the recipient did
	 */
	public record Risk(boolean autoReportedAsSpam, boolean markedAsSpam) {
	}

}
