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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.imessage.TypingAction;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Examples for docs/conversations.md.
 */
final class ConversationExamples {

	private static final Log logger = LogFactory.getLog(ConversationExamples.class);

	private final ImessageOperations imessage;

	ConversationExamples(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	ImessageMessage get(String messageId) {
		// tag::get[]
		ImessageMessage message = this.imessage.get(messageId, true);
		for (TrackingEvent event : message.tracking()) {
			logger.info(event.timestamp() + " " + event.title());
		}
		// end::get[]
		return message;
	}

	long history() {
		// tag::history[]
		Conversation conversation = this.imessage
			.history(HistoryRequest.between("+15555550123", "+15550001001").limit(50).build());
		long unread = conversation.messages()
			.stream()
			.map(ConversationMessage::read)
			.filter((read) -> read == null)
			.count();
		// end::history[]
		return unread;
	}

	void read() {
		// tag::read[]
		this.imessage.read("+15555550123", "+15550001001");
		// end::read[]
	}

	void typing() {
		// tag::typing[]
		this.imessage.typing(TypingAction.START, "+15555550123");
		this.imessage.typing(TypingAction.STOP, "+15555550123");
		// end::typing[]
	}

	@SuppressWarnings("try")
	void showTyping() {
		// tag::show-typing[]
		try (TypingIndicator typing = this.imessage.showTyping("+15555550123", "+15550001001")) {
			this.imessage.send("+15555550123", composeAnswer());
		}
		// end::show-typing[]
	}

	private String composeAnswer() {
		return "Yes.";
	}

	boolean availability() {
		// tag::availability[]
		boolean available = this.imessage.availability("+15555550123").available();
		// end::availability[]
		return available;
	}

}
