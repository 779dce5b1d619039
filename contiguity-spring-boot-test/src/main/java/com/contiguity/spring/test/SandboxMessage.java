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

package com.contiguity.spring.test;

import java.time.Instant;
import java.util.List;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A message that the {@link ContiguitySandbox sandbox} accepted.
 *
 * @param id the message's id, as returned to the sender
 * @param to the recipient, as it was sent
 * @param from the line that sent the message: the requested one, otherwise the one that
 * the sandbox chose
 * @param text the text, or {@code null} if there are only attachments
 * @param attachments the URLs of the attachments, as they were sent
 * @param fallback the requested fallback, or {@code null} if there is none
 * @param fastTrack whether fast track was requested
 * @param timestamp when the sandbox accepted the message, in whole milliseconds
 * @param delivery the result of the delivery
 * @since 0.1.0
 */
public record SandboxMessage(String id, String to, String from, @Nullable String text, List<String> attachments,
		@Nullable Fallback fallback, boolean fastTrack, Instant timestamp, Delivery delivery) {

	/**
	 * Create a message.
	 */
	public SandboxMessage {
		attachments = List.copyOf(attachments);
	}

	@Override
	public String toString() {
		return "SandboxMessage[id=" + this.id + ", to=" + Masking.number(this.to) + ", from="
				+ Masking.number(this.from) + ", text=" + Masking.text(this.text) + ", attachments="
				+ this.attachments.size() + ", fallback=" + this.fallback + ", fastTrack=" + this.fastTrack
				+ ", timestamp=" + this.timestamp + ", delivery=" + this.delivery + "]";
	}

	SandboxMessage withDelivery(Delivery delivery) {
		return new SandboxMessage(this.id, this.to, this.from, this.text, this.attachments, this.fallback,
				this.fastTrack, this.timestamp, delivery);
	}

	boolean isDelivered() {
		return this.delivery == Delivery.IMESSAGE || this.delivery == Delivery.SMS;
	}

	/**
	 * Return the status of the delivery in the API.
	 * @return {@code delivered} or {@code failed}
	 */
	String status() {
		return (isDelivered()) ? "delivered" : "failed";
	}

	/**
	 * Return the tracking events of the message.
	 * @return the events, in order
	 */
	List<TrackingEvent> timeline() {
		boolean sms = this.delivery == Delivery.SMS || this.delivery == Delivery.SMS_FAILED;
		String channel = (sms) ? "text" : "imessage";
		TrackingEvent sent = new TrackingEvent("imessage.sent", "Message Sent", this.timestamp);
		return List.of(sent,
				(isDelivered())
						? new TrackingEvent(channel + ".delivery.confirmed", "Message Delivered", this.timestamp)
						: new TrackingEvent(channel + ".delivery.failed", "Message Failed", this.timestamp));
	}

	/**
	 * Result of the delivery of an accepted message.
	 */
	public enum Delivery {

		/**
		 * The message was delivered as iMessage.
		 */
		IMESSAGE,

		/**
		 * The message fell back and was delivered as SMS.
		 */
		SMS,

		/**
		 * The message could not be delivered.
		 */
		FAILED,

		/**
		 * The message fell back, but could not be delivered as SMS either.
		 */
		SMS_FAILED

	}

}
