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

package com.contiguity.spring.docs;

// tag::events[]
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Example for docs/sending.md.
 */
@Component
class SendLog {

	private static final Log logger = LogFactory.getLog(SendLog.class);

	@EventListener
	void sent(ImessageSentEvent event) {
		logger.info("Sent as " + event.receipt().messageId());
	}

	@EventListener
	void notSent(ImessageNotSentEvent event) {
		logger.warn(event.exception().outcome() + ": " + event.exception().getMessage());
	}

	@EventListener
	void unknown(ImessageOutcomeUnknownEvent event) {
		logger.error("To be reconciled: " + event.exception().getMessage());
	}

}
// end::events[]
