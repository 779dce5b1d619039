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

package com.contiguity.spring.docs.webhooks;

// tag::listener[]
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.event.ImessageReceivedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The listener that the recipe tests.
 */
@Component
class Answers {

	private final ImessageOperations imessages;

	Answers(ImessageOperations imessages) {
		this.imessages = imessages;
	}

	@EventListener
	void received(ImessageReceivedEvent event) {
		this.imessages.reply(event.message(), "Yes, until ten");
	}

}
// end::listener[]
