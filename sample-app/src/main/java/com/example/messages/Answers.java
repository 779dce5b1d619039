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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Answers messages that come in, as somebody would: reads, types, answers. Without
 * {@code contiguity.webhook.secrets} none do.
 */
@Component
class Answers {

	private final ImessageOperations imessage;

	Answers(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	@EventListener
	@SuppressWarnings("try")
	void received(ImessageReceivedEvent event) {
		IncomingImessage received = event.message();
		this.imessage.read(received.from(), received.to());
		try (TypingIndicator typing = this.imessage.showTyping(received.from(), received.to())) {
			this.imessage.reply(received, "Thank you for your message. We will be with you shortly.");
		}
		catch (SendOutcomeUnknownException ex) {
			// rather none than two: with the exception the event would be handled again
		}
	}

}
