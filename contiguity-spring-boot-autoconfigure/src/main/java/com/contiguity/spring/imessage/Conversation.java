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

import java.util.List;

import com.contiguity.spring.ResponseMetadata;

/**
 * The messages between a line and a recipient.
 *
 * @param messages the messages, in the API's order
 * @param reactions the reactions, in the API's order
 * @param chat information about the conversation as a whole
 * @param metadata metadata of the response
 * @since 0.1.0
 */
public record Conversation(List<ConversationMessage> messages, List<ConversationReaction> reactions,
		ConversationInfo chat, ResponseMetadata metadata) {

	/**
	 * Create a conversation.
	 */
	public Conversation {
		messages = List.copyOf(messages);
		reactions = List.copyOf(reactions);
	}

	@Override
	public String toString() {
		return "Conversation[messages=" + this.messages.size() + ", reactions=" + this.reactions.size() + ", chat="
				+ this.chat + ", metadata=" + this.metadata + "]";
	}

}
