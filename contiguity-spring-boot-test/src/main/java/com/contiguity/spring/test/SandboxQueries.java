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

package com.contiguity.spring.test;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.Conversations.Chat;
import com.contiguity.spring.test.Conversations.Entry;
import com.contiguity.spring.test.Conversations.Reaction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations that only read: single messages, histories, availability and lines.
 */
final class SandboxQueries {

	private static final int DEFAULT_LIMIT = 20;

	private static final int MAX_LIMIT = 200;

	private static final Pattern LIMIT = Pattern.compile("\\d{1,3}");

	private final SandboxState state;

	SandboxQueries(SandboxState state) {
		this.state = state;
	}

	ObjectNode message(SandboxRequest request) {
		boolean tracking = request.queryFlag("tracking");
		SandboxMessage message = this.state.conversations()
			.sent(request.segment(3))
			.orElseThrow(() -> SandboxRefusal.notFound("There is no message with this 'id'"));
		ObjectNode data = object().put("id", message.id());
		describe(message, data);
		data.put("status", message.status());
		return complete(message, tracking, data);
	}

	ObjectNode history(SandboxRequest request) {
		boolean tracking = request.queryFlag("tracking");
		Chat chat = new Chat(SandboxFields.checkRecipient("to", request.segment(3)),
				SandboxFields.checkNumber("from", request.segment(4)));
		if (this.state.lines().stream().noneMatch((line) -> line.number().equals(chat.from()))) {
			throw SandboxRefusal.field("from", "is not a leased line" + SandboxLines.HOW_TO_LEASE);
		}
		int limit = (request.segments().size() > 5) ? limit(request.segment(5)) : DEFAULT_LIMIT;
		List<Entry> entries = this.state.conversations().history(chat);
		ObjectNode data = object();
		ArrayNode conversation = data.putArray("conversation");
		entries.stream().limit(limit).forEach((entry) -> conversation.add(row(entry, tracking)));
		ArrayNode reactions = data.putArray("reactions");
		this.state.conversations().reactions(chat).forEach((reaction) -> reactions.add(row(reaction)));
		data.putObject("chat")
			.put("filtered", false)
			.put("chat_marked_as_spam", false)
			.put("limit", limit)
			.put("total", entries.size())
			.put("count", conversation.size());
		return data;
	}

	private static int limit(String text) {
		int limit = (LIMIT.matcher(text).matches()) ? Integer.parseInt(text) : 0;
		if (limit < 1 || limit > MAX_LIMIT) {
			throw SandboxRefusal.field("limit", "must be from 1 to " + MAX_LIMIT);
		}
		return limit;
	}

	private ObjectNode row(Entry entry, boolean tracking) {
		SandboxMessage message = entry.message();
		ObjectNode row = object();
		describe(message, row);
		row.put("read", millis(entry.read()));
		row.putObject("delivery")
			.put("status", message.status())
			.put("delayed", false)
			.put("timestamp", (message.isDelivered()) ? message.timestamp().toEpochMilli() : 0);
		row.putObject("risk").put("auto_reported_as_spam", false).put("marked_as_spam", false);
		return complete(message, tracking, row);
	}

	private static ObjectNode row(Reaction reaction) {
		return object().put("reaction", reaction.tapback())
			.put("on", reaction.on())
			.put("timestamp", reaction.timestamp().toEpochMilli())
			.put("action", reaction.status())
			.put("from", reaction.chat().from());
	}

	private void describe(SandboxMessage message, ObjectNode node) {
		node.put("to", message.to())
			.put("from", message.from())
			.put("message", text(message))
			.put("timestamp", message.timestamp().toEpochMilli());
	}

	private String text(SandboxMessage message) {
		String text = (message.text() != null) ? message.text() : "";
		return (this.state.changesTexts()) ? SandboxTexts.changed(text, !message.attachments().isEmpty()) : text;
	}

	private static ObjectNode complete(SandboxMessage message, boolean tracking, ObjectNode node) {
		ArrayNode attachments = node.putArray("attachments");
		message.attachments().forEach(attachments::add);
		if (tracking) {
			ArrayNode timeline = node.putArray("tracking");
			message.timeline()
				.forEach((event) -> timeline.add(object().put("event", event.event())
					.put("title", event.title())
					.put("timestamp", String.valueOf(event.timestamp()))));
		}
		return node;
	}

	ObjectNode availability(SandboxRequest request) {
		request.refuseQuery();
		String to = SandboxFields.checkRecipient("to", request.segment(3));
		return object().put("available", SandboxRecipients.hasImessage(to));
	}

	ObjectNode leased(SandboxRequest request) {
		request.refuseQuery();
		List<Line> lines = this.state.lines();
		if (lines.isEmpty()) {
			throw SandboxRefusal.notFound("No numbers are leased");
		}
		ObjectNode data = object().put("leased", lines.size());
		ArrayNode numbers = data.putArray("numbers");
		lines.forEach((line) -> numbers.add(SandboxLines.describe(line)));
		return data;
	}

	/**
	 * Return a time in the format of the API.
	 * @param instant the time, or {@code null} if there is none yet
	 * @return the milliseconds since 1970, 0 if there is no time yet
	 */
	private static long millis(@Nullable Instant instant) {
		return (instant != null) ? instant.toEpochMilli() : 0;
	}

	private static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

}
