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

package com.contiguity.spring.internal.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.LineSubstitutedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.IncomingText;
import com.contiguity.spring.internal.client.JsonFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.StringUtils;

/**
 * Parses events leniently: any JSON object with an id and a type is an event, even if its
 * type is unknown.
 */
final class WebhookEventParser {

	private static final String BYTE_ORDER_MARK = "\uFEFF";

	/** Stands in a text where its bytes were not UTF-8. */
	private static final char REPLACEMENT = '\uFFFD';

	private static final Set<String> TYPES = Set.of("imessage.incoming", "text.incoming.sms", "text.incoming.mms",
			"text.delivery.confirmed", "text.delivery.failed", "numbers.substitution");

	/** The character that represents an attachment in a text. */
	private static final String ATTACHMENT = "\uFFFC";

	// not the application's mapper, whose configuration must not affect Contiguity's
	// events
	private final JsonMapper mapper = JsonMapper.builder().build();

	/**
	 * Parse a body.
	 * @param body the bytes as received; bytes that are not valid UTF-8 are replaced
	 * @param receivedAt the time to use if the event contains none
	 * @return the event, or {@code null} if it is not JSON, or has no id or no type
	 */
	@Nullable ContiguityWebhookEvent parse(byte[] body, Instant receivedAt) {
		String raw = new String(body, StandardCharsets.UTF_8);
		JsonNode json = read(body, raw);
		if (json == null || !json.isObject()) {
			return null;
		}
		String id = JsonFields.id(json, "id");
		String type = JsonFields.text(json, "type");
		if (id == null || !StringUtils.hasText(type)) {
			return null;
		}
		Instant timestamp = JsonFields.instant(json, "timestamp");
		Envelope envelope = new Envelope(id, type, (timestamp != null) ? timestamp : receivedAt,
				JsonFields.text(json, "api_version"), raw);
		ContiguityWebhookEvent event = known(envelope, json.path("data"));
		return (event != null) ? event : new UnknownWebhookEvent(envelope.id(), envelope.type(), envelope.timestamp(),
				envelope.apiVersion(), envelope.raw());
	}

	private @Nullable JsonNode read(byte[] body, String raw) {
		if (raw.indexOf('\0') != -1) {
			// not JSON, though a parser of bytes may find an encoding in which it is
			return null;
		}
		try {
			if (raw.indexOf(REPLACEMENT) == -1) {
				// a third of the time that the text takes
				return this.mapper.readTree(body);
			}
			return this.mapper.readTree((raw.startsWith(BYTE_ORDER_MARK)) ? raw.substring(1) : raw);
		}
		catch (JacksonException ex) {
			// the message of the exception quotes the body, so it is not passed on
			return null;
		}
	}

	/**
	 * Return whether this version knows a type.
	 * @param type the type as Contiguity names it
	 * @return whether events of the type have their own class
	 */
	static boolean isKnown(String type) {
		return TYPES.contains(type);
	}

	// a new type is also listed in TYPES and has its conversation in QueuedEvent
	private static @Nullable ContiguityWebhookEvent known(Envelope envelope, JsonNode data) {
		return switch (envelope.type()) {
			case "imessage.incoming" -> imessage(envelope, data);
			case "text.incoming.sms", "text.incoming.mms" -> text(envelope, data);
			case "text.delivery.confirmed" -> delivery(envelope, data, true);
			case "text.delivery.failed" -> delivery(envelope, data, false);
			case "numbers.substitution" -> substitution(envelope, data);
			default -> null;
		};
	}

	private static @Nullable ContiguityWebhookEvent imessage(Envelope envelope, JsonNode data) {
		String from = required(data, "from");
		String to = required(data, "to");
		if (from == null || to == null) {
			return null;
		}
		return new ImessageReceivedEvent(envelope.id(), envelope.type(), envelope.timestamp(), envelope.apiVersion(),
				envelope.raw(), new IncomingImessage(envelope.id(), from, to, body(data), envelope.timestampOf(data),
						attachments(data)));
	}

	private static @Nullable ContiguityWebhookEvent text(Envelope envelope, JsonNode data) {
		String from = required(data, "from");
		String to = required(data, "to");
		if (from == null || to == null) {
			return null;
		}
		return new TextReceivedEvent(envelope.id(), envelope.type(), envelope.timestamp(), envelope.apiVersion(),
				envelope.raw(),
				new IncomingText(envelope.id(), from, to, body(data), envelope.timestampOf(data), attachments(data)));
	}

	private static @Nullable ContiguityWebhookEvent delivery(Envelope envelope, JsonNode data, boolean confirmed) {
		String messageId = JsonFields.id(data, "message_id");
		String from = required(data, "from");
		String to = required(data, "to");
		if (messageId == null || from == null || to == null) {
			return null;
		}
		return new TextDeliveryEvent(envelope.id(), envelope.type(), envelope.timestamp(), envelope.apiVersion(),
				envelope.raw(), messageId, from, to, confirmed, (confirmed) ? null : required(data, "error"));
	}

	private static @Nullable ContiguityWebhookEvent substitution(Envelope envelope, JsonNode data) {
		String original = required(data, "original_number");
		String used = required(data, "used_number");
		String reason = required(data, "reason");
		String messageId = JsonFields.id(data, "message_id");
		if (original == null || used == null || reason == null || messageId == null) {
			return null;
		}
		return new LineSubstitutedEvent(envelope.id(), envelope.type(), envelope.timestamp(), envelope.apiVersion(),
				envelope.raw(), original, used, reason, messageId);
	}

	private static @Nullable String required(JsonNode data, String field) {
		String text = JsonFields.text(data, field);
		return (StringUtils.hasText(text)) ? text : null;
	}

	private static @Nullable String body(JsonNode data) {
		String body = JsonFields.text(data, "body");
		String text = (body != null) ? body.replace(ATTACHMENT, "") : null;
		return (StringUtils.hasLength(text)) ? text : null;
	}

	private static List<IncomingAttachment> attachments(JsonNode data) {
		return JsonFields.objects(data, "attachments", (attachment) -> attachment)
			.stream()
			.filter((attachment) -> required(attachment, "url") != null)
			.map((attachment) -> new IncomingAttachment(attachment.path("url").asString(),
					JsonFields.text(attachment, "mime"), JsonFields.text(attachment, "filename")))
			.toList();
	}

	/**
	 * The fields that all events have.
	 */
	private record Envelope(String id, String type, Instant timestamp, @Nullable String apiVersion, String raw) {

		Instant timestampOf(JsonNode data) {
			Instant own = JsonFields.instant(data, "timestamp");
			return (own != null) ? own : this.timestamp;
		}

	}

}
