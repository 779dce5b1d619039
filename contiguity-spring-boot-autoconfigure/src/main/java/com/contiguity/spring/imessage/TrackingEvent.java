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
 * A tracking event of a message.
 *
 * @param event the event's name, such as {@code imessage.delivery.confirmed}, or {@code
 * null} if the API does not say; others may be added
 * @param title the event's human-readable title, or {@code null} if there is none
 * @param timestamp when it happened, or {@code null} if the API does not say
 * @since 0.1.0
 */
public record TrackingEvent(@Nullable String event, @Nullable String title, @Nullable Instant timestamp) {

	@Override
	public String toString() {
		return "TrackingEvent[event=" + Masking.foreignText(this.event) + ", title=" + Masking.foreignText(this.title)
				+ ", timestamp=" + this.timestamp + "]";
	}

}
