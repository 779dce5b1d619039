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

package com.contiguity.spring.internal.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.delivery.MessageText;
import com.contiguity.spring.outbox.OutboxContentCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serializes and deserializes messages, and determines their lanes.
 */
final class Messages {

	/** JSON starts with a brace. Entries can be older than the codec. */
	private static final String ENCODED = "encoded:";

	private static final int BUCKETS = 16;

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final KeyedHash hash;

	private final @Nullable OutboxContentCodec codec;

	Messages(KeyedHash hash, @Nullable OutboxContentCodec codec) {
		this.hash = hash;
		this.codec = codec;
	}

	String write(StoredMessage message, String id) {
		ObjectNode json = content(message.request());
		SendRequest request = message.request();
		if (request.reference() != null) {
			json.put("reference", request.reference());
		}
		if (request.timeout() != null) {
			json.put("timeout", request.timeout().toString());
		}
		if (request.maxWait() != null) {
			json.put("maxWait", request.maxWait().toString());
		}
		json.put("linePinned", message.linePinned());
		if (this.codec == null) {
			return this.mapper.writeValueAsString(json);
		}
		return ENCODED + Base64.getEncoder().encodeToString(this.codec.encode(this.mapper.writeValueAsBytes(json), id));
	}

	/**
	 * Return what to store of an attempt. Defaults and interceptors are applied to each
	 * attempt, so the entry itself keeps the request as given.
	 * @param request the request as given
	 * @param sent the request of the attempt
	 * @param id the entry
	 * @return what to store
	 */
	SentContent sent(SendRequest request, SendRequest sent, String id) {
		boolean same = Objects.equals(request.message(), sent.message())
				&& Objects.equals(request.fallback(), sent.fallback())
				&& request.attachments().equals(sent.attachments());
		return new SentContent((same) ? null : write(new StoredMessage(sent, false), id), textHash(sent));
	}

	private ObjectNode content(SendRequest request) {
		ObjectNode json = this.mapper.createObjectNode();
		json.put("to", request.to());
		json.put("from", request.from());
		json.put("message", request.message());
		Fallback fallback = request.fallback();
		if (fallback != null) {
			ObjectNode node = json.putObject("fallback");
			ArrayNode when = node.putArray("when");
			fallback.when().forEach((condition) -> when.add(condition.name()));
			node.put("from", fallback.from());
		}
		ArrayNode attachments = json.putArray("attachments");
		request.attachments().forEach(attachments::add);
		json.put("fastTrack", request.fastTrack());
		return json;
	}

	StoredMessage read(String stored, String id) {
		JsonNode json = this.mapper.readTree(decode(stored, id));
		SendRequest.Builder request = SendRequest.to(json.path("to").asString())
			.from(text(json, "from"))
			.message(text(json, "message"))
			.reference(text(json, "reference"))
			.timeout(duration(json, "timeout"))
			.maxWait(duration(json, "maxWait"));
		JsonNode fallback = json.path("fallback");
		if (fallback.isObject()) {
			request.fallback(readFallback(fallback));
		}
		json.path("attachments").forEach((url) -> request.attachment(url.asString()));
		JsonNode fastTrack = json.path("fastTrack");
		if (fastTrack.isBoolean()) {
			request.fastTrack(fastTrack.asBoolean());
		}
		return new StoredMessage(request.build(), json.path("linePinned").asBoolean(false));
	}

	private byte[] decode(String stored, String id) {
		if (!stored.startsWith(ENCODED)) {
			return stored.getBytes(StandardCharsets.UTF_8);
		}
		if (this.codec == null) {
			throw new IllegalStateException(
					"The message was stored with an OutboxContentCodec, but there is none. Set 'contiguity.outbox.content.key'");
		}
		return this.codec.decode(Base64.getDecoder().decode(stored.substring(ENCODED.length())), id);
	}

	private static Fallback readFallback(JsonNode json) {
		List<FallbackCondition> when = new ArrayList<>();
		json.path("when").forEach((condition) -> when.add(FallbackCondition.valueOf(condition.asString())));
		Fallback fallback = Fallback.when(when);
		String from = text(json, "from");
		return (from != null) ? fallback.from(from) : fallback;
	}

	private static @Nullable String text(JsonNode json, String field) {
		JsonNode value = json.path(field);
		return (value.isString()) ? value.asString() : null;
	}

	private static @Nullable Duration duration(JsonNode json, String field) {
		String value = text(json, field);
		return (value != null) ? Duration.parse(value) : null;
	}

	/**
	 * Hash the content of a message. The timeout and the reference are not part of it.
	 * @param request the request as given
	 * @return the hash
	 */
	String requestHash(SendRequest request) {
		return this.hash.of("request", this.mapper.writeValueAsString(content(request)));
	}

	@Nullable String textHash(SendRequest request) {
		String text = request.message();
		return (text != null) ? textHash(text) : null;
	}

	String textHash(String text) {
		return this.hash.of("text", MessageText.normalize(text));
	}

	/**
	 * Return the lane in which a message waits.
	 * @param to the recipient
	 * @param line the line, or {@code null} if it is not known yet
	 * @return the lane, which reveals neither of them
	 */
	String lane(String to, @Nullable String line) {
		return (line != null) ? lane(line) : "bucket-" + this.hash.bucket(to, BUCKETS);
	}

	String lane(String line) {
		return this.hash.of("line", line);
	}

	static boolean isBucket(String lane) {
		return lane.startsWith("bucket-");
	}

	String conversation(String to, @Nullable String line) {
		return this.hash.of("conversation", to + '\n' + ((line != null) ? line : ""));
	}

}
