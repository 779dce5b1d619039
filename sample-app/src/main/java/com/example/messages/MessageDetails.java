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

package com.example.messages;

import java.time.Instant;
import java.util.List;

import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.TrackingEvent;
import org.jspecify.annotations.Nullable;

/**
 * What Contiguity knows of a message.
 *
 * @param id the message's id
 * @param to the recipient
 * @param from the sender
 * @param message the text
 * @param timestamp when it was sent
 * @param status the status, such as {@code delivered}
 * @param attachments the addresses of the attachments
 * @param tracking the steps on the message's way, if they were asked for
 */
record MessageDetails(String id, @Nullable String to, @Nullable String from, @Nullable String message,
		@Nullable Instant timestamp, @Nullable String status, List<String> attachments, List<TrackingStep> tracking) {

	static MessageDetails from(ImessageMessage message) {
		return new MessageDetails(message.id(), message.to(), message.from(), message.message(), message.timestamp(),
				message.status(), message.attachments(), TrackingStep.from(message.tracking()));
	}

	/**
	 * A step on a message's way.
	 *
	 * @param event the event's name
	 * @param title the event's name for people
	 * @param timestamp when it happened
	 */
	record TrackingStep(@Nullable String event, @Nullable String title, @Nullable Instant timestamp) {

		static List<TrackingStep> from(List<TrackingEvent> tracking) {
			return tracking.stream()
				.map((event) -> new TrackingStep(event.event(), event.title(), event.timestamp()))
				.toList();
		}

	}

}
