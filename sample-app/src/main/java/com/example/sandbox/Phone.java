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

package com.example.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * The phones of the recipients: the messages that arrived in the sandbox, and those that
 * are written on a phone. Safe for use by several threads.
 */
@Component
public class Phone {

	/** How many messages a phone shows. */
	private static final int MAX_SHOWN = 20;

	/** How many phones are shown. */
	static final int MAX_PHONES = 50;

	/** How many messages that were written on phones are kept. */
	static final int MAX_WRITTEN = 1000;

	private static final List<Recipient> RECIPIENTS = List.of(new Recipient("+15555550123", "Accepts", false),
			new Recipient("+15005550001", "Has no iMessage", false),
			new Recipient("+15005550001", "Falls back to SMS", true),
			new Recipient("+15005550010", "SMS fails too", true),
			new Recipient("+15005550002", "Delivery fails", false),
			new Recipient("+15005550003", "Line is busy", false),
			new Recipient("+15005550004", "Accepts, no answer", false),
			new Recipient("+15005550005", "Connection drops", false), new Recipient("+15005550006", "Error 500", false),
			new Recipient("+15005550007", "Never answers", false),
			new Recipient("+15005550008", "Asks for agreement", false),
			new Recipient("+15005550009", "Gateway error page", false));

	private final ContiguitySandbox sandbox;

	private final List<Written> written = new CopyOnWriteArrayList<>();

	Phone(ContiguitySandbox sandbox) {
		this.sandbox = sandbox;
	}

	/**
	 * Return what the phones show.
	 * @return the screens, that with the latest message first
	 */
	List<Screen> screens() {
		List<Screen> screens = new ArrayList<>();
		messages().forEach((owner, messages) -> screens.add(screen(owner, messages)));
		screens.sort(Comparator.comparing(Screen::changedAt).reversed());
		return screens.subList(0, Math.min(MAX_PHONES, screens.size()));
	}

	/**
	 * Return what a phone shows.
	 * @param number the number of the phone, or {@code null} for that of the first
	 * recipient
	 * @return the screen
	 */
	public Screen screen(@Nullable String number) {
		String owner = (number != null) ? number : RECIPIENTS.get(0).number();
		return screen(owner, messages().getOrDefault(owner, List.of()));
	}

	private Screen screen(String owner, List<Shown> messages) {
		return new Screen(owner,
				messages.stream()
					.sorted(Comparator.comparing(Shown::at))
					.skip(Math.max(0, messages.size() - MAX_SHOWN))
					.toList(),
				this.sandbox.isTyping(owner));
	}

	private Map<String, List<Shown>> messages() {
		Map<String, List<Shown>> messages = new HashMap<>();
		for (SandboxMessage message : this.sandbox.messages()) {
			List<Shown> shown = messages.computeIfAbsent(message.to(), (owner) -> new ArrayList<>());
			if (arrives(message)) {
				shown.add(new Shown(false, message.text(),
						message.attachments().stream().map(StringUtils::getFilename).toList(), message.timestamp()));
			}
		}
		this.written.forEach((message) -> messages.computeIfAbsent(message.from(), (owner) -> new ArrayList<>())
			.add(new Shown(true, message.text(), List.of(), message.at())));
		return messages;
	}

	private static boolean arrives(SandboxMessage message) {
		return message.delivery() == SandboxMessage.Delivery.IMESSAGE
				|| message.delivery() == SandboxMessage.Delivery.SMS;
	}

	public List<Recipient> recipients() {
		return RECIPIENTS;
	}

	/**
	 * Write to the application, which learns of it by a webhook.
	 * @param from the number of the phone
	 * @param text the text
	 * @return the status that the application answered with
	 * @throws IllegalArgumentException if there is no text, or nobody has such a number
	 * @throws IllegalStateException if nobody answers the webhook
	 */
	int write(String from, String text) {
		if (!StringUtils.hasText(text)) {
			throw new InvalidRequestException("text", "'text' must not be empty");
		}
		Written message = new Written(from, text, Instant.now());
		keep(message);
		try {
			return this.sandbox.receive(from, lineOf(from), text).status();
		}
		catch (IllegalArgumentException ex) {
			this.written.remove(message);
			throw ex;
		}
	}

	void keep(Written message) {
		this.written.add(message);
		if (this.written.size() > MAX_WRITTEN) {
			this.written.remove(0);
		}
	}

	/**
	 * Mark all messages of a phone as read.
	 * @param owner the number of the phone
	 * @throws IllegalArgumentException if there is none
	 */
	void read(String owner) {
		this.sandbox.markRead(owner, lineOf(owner));
	}

	// an answer goes where the message came from
	private String lineOf(String owner) {
		List<SandboxMessage> received = this.sandbox.messages()
			.stream()
			.filter((message) -> message.to().equals(owner))
			.toList();
		return (received.isEmpty()) ? this.sandbox.lines().get(0).number() : received.get(received.size() - 1).from();
	}

	/**
	 * What a phone shows.
	 *
	 * @param owner the number of the phone
	 * @param messages the latest messages
	 * @param typing whether the application is typing
	 */
	public record Screen(String owner, List<Shown> messages, boolean typing) {

		Instant changedAt() {
			return (this.messages.isEmpty()) ? Instant.EPOCH : this.messages.get(this.messages.size() - 1).at();
		}

	}

	/**
	 * A message on the phone.
	 *
	 * @param mine whether the owner of the phone wrote it
	 * @param text the text, or {@code null} if there are only attachments
	 * @param attachments the names of the attached files
	 * @param at when it was written
	 */
	public record Shown(boolean mine, @Nullable String text, List<String> attachments, Instant at) {
	}

	/**
	 * A recipient to try.
	 *
	 * @param number the number
	 * @param what what happens when it is written to
	 * @param fallback whether with a fallback to SMS
	 */
	public record Recipient(String number, String what, boolean fallback) {
	}

	/**
	 * A message that was written on a phone.
	 *
	 * @param from the number of the phone
	 * @param text the text
	 * @param at when it was written
	 */
	record Written(String from, String text, Instant at) {
	}

}
