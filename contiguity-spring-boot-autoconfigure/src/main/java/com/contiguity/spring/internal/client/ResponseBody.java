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

package com.contiguity.spring.internal.client;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationInfo;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a response: the envelope and its data. Each reader returns {@code null} if
 * the data is not what the operation should return.
 */
final class ResponseBody {

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final JsonNode envelope;

	private final JsonNode data;

	private ResponseBody(JsonNode envelope) {
		this.envelope = envelope;
		this.data = envelope.path("data");
	}

	/**
	 * Parse a body.
	 * @param body the bytes as received
	 * @return the response, or {@code null} if it is not a JSON object
	 */
	static @Nullable ResponseBody parse(byte[] body) {
		try {
			JsonNode envelope = MAPPER.readTree(body);
			return (envelope != null && envelope.isObject()) ? new ResponseBody(envelope) : null;
		}
		catch (JacksonException ex) {
			// the message of the exception quotes the body, so it is not passed on
			return null;
		}
	}

	ResponseMetadata metadata() {
		return new ResponseMetadata(JsonFields.id(this.envelope, "id"), JsonFields.instant(this.envelope, "timestamp"),
				JsonFields.text(this.envelope, "api_version"));
	}

	@Nullable TypingStatus typingStatus() {
		String status = JsonFields.text(this.data, "status");
		return (status != null) ? new TypingStatus(status, JsonFields.text(this.data, "message"), metadata()) : null;
	}

	@Nullable ReactionReceipt reactionReceipt(@Nullable String messageId) {
		String status = JsonFields.text(this.data, "status");
		return (status != null)
				? new ReactionReceipt(status, JsonFields.text(this.data, "message"), messageId, metadata()) : null;
	}

	@Nullable ReadReceipt readReceipt() {
		String status = JsonFields.text(this.data, "status");
		return (status != null) ? new ReadReceipt(status, JsonFields.text(this.data, "message"), metadata()) : null;
	}

	@Nullable Availability availability(String to) {
		return (this.data.path("available").isBoolean())
				? new Availability(to, JsonFields.flag(this.data, "available"), metadata()) : null;
	}

	@Nullable ImessageMessage message() {
		String id = JsonFields.id(this.data, "id");
		if (id == null) {
			return null;
		}
		return new ImessageMessage(id, JsonFields.text(this.data, "to"), JsonFields.text(this.data, "from"),
				JsonFields.text(this.data, "message"), JsonFields.instant(this.data, "timestamp"),
				JsonFields.text(this.data, "status"), JsonFields.texts(this.data, "attachments"), tracking(this.data),
				metadata());
	}

	@Nullable Conversation conversation() {
		if (!this.data.path("conversation").isArray()) {
			return null;
		}
		JsonNode chat = this.data.path("chat");
		return new Conversation(JsonFields.objects(this.data, "conversation", ResponseBody::conversationMessage),
				JsonFields.objects(this.data, "reactions", ResponseBody::conversationReaction),
				new ConversationInfo(JsonFields.flag(chat, "filtered"), JsonFields.flag(chat, "chat_marked_as_spam"),
						(int) JsonFields.number(chat, "limit"), JsonFields.wholeNumber(chat, "total"),
						(int) JsonFields.number(chat, "count")),
				metadata());
	}

	private static ConversationMessage conversationMessage(JsonNode row) {
		JsonNode delivery = row.path("delivery");
		JsonNode risk = row.path("risk");
		return new ConversationMessage(JsonFields.text(row, "to"), JsonFields.text(row, "from"),
				JsonFields.text(row, "message"), JsonFields.instant(row, "timestamp"), JsonFields.instant(row, "read"),
				(delivery.isObject()) ? new ConversationMessage.Delivery(JsonFields.text(delivery, "status"),
						JsonFields.flag(delivery, "delayed"), JsonFields.instant(delivery, "timestamp")) : null,
				(risk.isObject()) ? new ConversationMessage.Risk(JsonFields.flag(risk, "auto_reported_as_spam"),
						JsonFields.flag(risk, "marked_as_spam")) : null,
				JsonFields.texts(row, "attachments"), tracking(row));
	}

	private static ConversationReaction conversationReaction(JsonNode row) {
		String reaction = JsonFields.text(row, "reaction");
		return new ConversationReaction((reaction == null || reaction.isBlank()) ? null : Tapback.of(reaction),
				JsonFields.text(row, "on"), JsonFields.instant(row, "timestamp"), JsonFields.text(row, "action"),
				JsonFields.text(row, "from"));
	}

	private static List<TrackingEvent> tracking(JsonNode row) {
		return JsonFields.objects(row, "tracking", (step) -> new TrackingEvent(JsonFields.text(step, "event"),
				JsonFields.text(step, "title"), JsonFields.instant(step, "timestamp")));
	}

	@Nullable List<LeasedLine> leasedLines() {
		if (!this.data.path("numbers").isArray()) {
			return null;
		}
		return JsonFields.objects(this.data, "numbers", ResponseBody::leasedLine)
			.stream()
			.filter((line) -> !line.number().isEmpty())
			.toList();
	}

	private static LeasedLine leasedLine(JsonNode row) {
		String number = JsonFields.text(row.path("number"), "e164");
		if (number == null) {
			number = JsonFields.text(row, "id");
		}
		return new LeasedLine((number != null) ? number : "", JsonFields.text(row, "lease_status"),
				new LinkedHashSet<>(JsonFields.texts(row.path("capabilities"), "channels")),
				JsonFields.fraction(row.path("health"), "reputation"));
	}

	/**
	 * Return the API's description of an error, in either of its formats.
	 * @return the description, or {@code null} if there is none
	 */
	@Nullable String error() {
		for (JsonNode place : List.of(this.data, this.envelope)) {
			for (String field : List.of("error", "message")) {
				String error = JsonFields.text(place, field);
				if (error == null) {
					error = JsonFields.text(place.path(field), "message");
				}
				if (error != null && !error.isBlank()) {
					return error;
				}
			}
		}
		return null;
	}

	@Nullable String id() {
		return visible("id");
	}

	@Nullable String apiVersion() {
		return visible("api_version");
	}

	// opaque, but it appears in messages, logs and health details: accept nothing private
	private @Nullable String visible(String field) {
		String text = JsonFields.text(this.envelope, field);
		return (text != null && Masking.isId(text)) ? text : null;
	}

	@Nullable URI agreementUrl() {
		for (JsonNode place : List.of(this.data, this.envelope)) {
			String url = JsonFields.text(place, "agreement_url");
			if (url != null && !url.isBlank()) {
				try {
					return URI.create(url.trim());
				}
				catch (IllegalArgumentException ex) {
					return null;
				}
			}
		}
		return null;
	}

}
