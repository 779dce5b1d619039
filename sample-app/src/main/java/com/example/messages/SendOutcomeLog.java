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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Logs how each send ended: the outcome and ids, never a number or a text.
 */
@Component
class SendOutcomeLog {

	private static final Log logger = LogFactory.getLog(SendOutcomeLog.class);

	@EventListener
	void sent(ImessageSentEvent event) {
		logger.info("ACCEPTED as %s [%s], attempts: %s".formatted(event.receipt().messageId(),
				event.receipt().metadata().requestId(), event.attempts()));
	}

	@EventListener
	void notSent(ImessageNotSentEvent event) {
		logger.warn(describe(event.exception(), event.attempts()));
	}

	@EventListener
	void unknown(ImessageOutcomeUnknownEvent event) {
		logger.error(describe(event.exception(), event.attempts()));
	}

	private static String describe(ContiguityException exception, int attempts) {
		String errorId = Problems.errorId(exception);
		return "%s [%s], attempts: %s".formatted(exception.outcome(), (errorId != null) ? errorId : "no answer",
				attempts);
	}

}
