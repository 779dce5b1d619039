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
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.Tapback;

/**
 * Examples for docs/reactions.md.
 */
final class ReactionExamples {

	private final ImessageOperations imessage;

	ReactionExamples(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	String byId(String messageId) {
		// tag::by-id[]
		ReactionReceipt receipt = this.imessage.react(ReactionAction.ADD,
				Reaction.of(Tapback.LOVE).toMessageId(messageId));
		// end::by-id[]
		return receipt.status();
	}

	String byText() {
		// tag::by-text[]
		ReactionReceipt receipt = this.imessage.react(ReactionAction.REMOVE,
				Reaction.of(Tapback.LOVE).toMessage("+15555550123", "+15550001001", "Your table is ready."));
		// end::by-text[]
		return receipt.status();
	}

	Tapback alias() {
		// tag::alias[]
		Tapback laugh = Tapback.of("haha");
		// end::alias[]
		return laugh;
	}

}
