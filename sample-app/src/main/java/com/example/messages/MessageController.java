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

import java.net.URI;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.SendReceipt;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Sends messages, and tells what became of them.
 */
@RestController
@RequestMapping("/messages")
class MessageController {

	private final ImessageOperations imessage;

	MessageController(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	@PostMapping
	ResponseEntity<SentMessage> send(@RequestBody NewMessage message) {
		SendReceipt receipt = this.imessage.send(message.toRequest());
		URI location = UriComponentsBuilder.fromPath("/messages/{id}").build(receipt.messageId());
		return ResponseEntity.created(location).body(SentMessage.from(receipt));
	}

	@GetMapping("/{id}")
	MessageDetails get(@PathVariable String id, @RequestParam(defaultValue = "false") boolean tracking) {
		return MessageDetails.from(this.imessage.get(id, tracking));
	}

}
