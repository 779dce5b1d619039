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

package com.example.messages.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * The phone of the recipient: shows the messages that arrived in the sandbox, and writes
 * messages to the application.
 */
@Controller
@RequestMapping("/console/phone")
@Profile("sandbox")
class Phone {

	private static final List<Recipient> RECIPIENTS = List.of(new Recipient("+15555550123", "accepts"),
			new Recipient("+15005550001", "has no iMessage"), new Recipient("+15005550002", "delivery fails"),
			new Recipient("+15005550003", "line is busy"), new Recipient("+15005550004", "accepts, no answer"),
			new Recipient("+15005550005", "connection drops"), new Recipient("+15005550006", "error 500"),
			new Recipient("+15005550007", "never answers"), new Recipient("+15005550008", "asks for an agreement"),
			new Recipient("+15005550009", "page of a gateway"));

	private final ContiguitySandbox sandbox;

	private final String line;

	private final List<Written> written = new CopyOnWriteArrayList<>();

	Phone(ContiguitySandbox sandbox, ContiguityProperties properties) {
		this.sandbox = sandbox;
		this.line = String.valueOf(properties.getFrom());
	}

	/**
	 * Return what the phone shows.
	 * @param chat the conversation that is open on the other side, or {@code null}
	 * @return the screen
	 */
	Screen screen(@Nullable Chat chat) {
		String owner = (chat != null) ? chat.with() : RECIPIENTS.get(0).number();
		List<Shown> messages = new ArrayList<>();
		for (SandboxMessage message : this.sandbox.messages()) {
			if (message.to().equals(owner) && (message.delivery() == SandboxMessage.Delivery.IMESSAGE
					|| message.delivery() == SandboxMessage.Delivery.SMS)) {
				messages.add(new Shown(false, (message.text() != null) ? message.text() : "Attachment",
						message.timestamp()));
			}
		}
		this.written.stream()
			.filter((message) -> message.from().equals(owner))
			.forEach((message) -> messages.add(new Shown(true, message.text(), message.at())));
		messages.sort(Comparator.comparing(Shown::at));
		return new Screen(owner, messages.subList(Math.max(0, messages.size() - 20), messages.size()),
				this.sandbox.isTyping(owner), RECIPIENTS);
	}

	@PostMapping("/messages")
	@ResponseBody
	Map<String, String> write(@RequestParam String from, @RequestParam(defaultValue = "") String text) {
		if (!StringUtils.hasText(text)) {
			throw new InvalidRequestException("text", "'text' must not be empty");
		}
		this.sandbox.receive(from, this.line, text);
		this.written.add(new Written(from, text, Instant.now()));
		return Map.of();
	}

	@PostMapping("/read")
	@ResponseBody
	Map<String, String> read(@RequestParam String from) {
		this.sandbox.markRead(from, this.line);
		return Map.of("message", "Read. Refresh the conversation to see that.");
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> invalid(IllegalArgumentException ex) {
		return ResponseEntity.badRequest().body(Map.of("message", String.valueOf(ex.getMessage())));
	}

	/**
	 * What the phone shows.
	 *
	 * @param owner the number of the phone
	 * @param messages the latest messages
	 * @param typing whether the other side is typing
	 * @param recipients who can be written to, and what happens then
	 */
	record Screen(String owner, List<Shown> messages, boolean typing, List<Recipient> recipients) {
	}

	/**
	 * A message on the phone.
	 *
	 * @param mine whether the owner of the phone wrote it
	 * @param text the text
	 * @param at when it was written
	 */
	record Shown(boolean mine, String text, Instant at) {
	}

	/**
	 * Somebody who can be written to.
	 *
	 * @param number the number
	 * @param what what happens
	 */
	record Recipient(String number, String what) {
	}

	private record Written(String from, String text, Instant at) {
	}

}
