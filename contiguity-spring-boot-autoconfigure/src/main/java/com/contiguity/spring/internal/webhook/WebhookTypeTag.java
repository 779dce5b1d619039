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

package com.contiguity.spring.internal.webhook;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;

/**
 * The types of events in metrics: a closed set, regardless of what is received.
 */
final class WebhookTypeTag {

	/** The type of deliveries that are not events, or not sent by Contiguity. */
	static final String NONE = "none";

	/** The type of events that this version does not know. */
	static final String UNKNOWN = "unknown";

	private WebhookTypeTag() {
	}

	static String of(ContiguityWebhookEvent event) {
		return (event instanceof UnknownWebhookEvent) ? UNKNOWN : event.type();
	}

}
