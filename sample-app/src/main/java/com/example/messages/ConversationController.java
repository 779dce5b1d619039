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
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.TypingStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Everything around a conversation: what was written, reactions, read receipts, and the
 * typing indicator. Where no line is named, it is the one that messages to the recipient
 * are sent from.
 */
@RestController
@RequestMapping("/conversations/{to}")
class ConversationController {

	private final ImessageOperations imessage;

	ConversationController(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	@GetMapping
	ConversationDetails history(@PathVariable String to, @RequestParam(required = false) @Nullable String from,
			@RequestParam(defaultValue = "20") int limit, @RequestParam(defaultValue = "false") boolean tracking) {
		HistoryRequest.Builder request = (from != null) ? HistoryRequest.between(to, from) : HistoryRequest.of(to);
		return ConversationDetails.from(this.imessage.history(request.limit(limit).tracking(tracking).build()));
	}

	@PostMapping("/reactions")
	Status react(@PathVariable String to, @RequestBody NewReaction reaction) {
		ReactionReceipt receipt = this.imessage.react(reaction.actionOrDefault(),
				(reaction.messageId() != null) ? reaction.toMessageId() : reaction.toMessage(to));
		return new Status(receipt.status());
	}

	@PostMapping("/read")
	Status read(@PathVariable String to, @RequestBody(required = false) @Nullable ReadMark mark) {
		ReadReceipt receipt = (mark != null && mark.from() != null) ? this.imessage.read(to, mark.from())
				: this.imessage.read(to);
		return new Status(receipt.status());
	}

	@PostMapping("/typing")
	Status typing(@PathVariable String to, @RequestBody NewTyping typing) {
		TypingStatus status = (typing.from() != null) ? this.imessage.typing(typing.requiredAction(), to, typing.from())
				: this.imessage.typing(typing.requiredAction(), to);
		return new Status(status.status());
	}

}
