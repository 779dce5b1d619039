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

import java.util.Locale;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the bodies of requests. What is not set is left out.
 */
final class JsonRequests {

	private final JsonMapper mapper;

	JsonRequests(JsonMapper mapper) {
		this.mapper = mapper;
	}

	byte[] send(SendRequest request) {
		ObjectNode body = this.mapper.createObjectNode();
		body.put("to", request.to());
		putIfSet(body, "from", request.from());
		putIfSet(body, "message", request.message());
		Fallback fallback = request.fallback();
		if (fallback != null) {
			ObjectNode object = body.putObject("fallback");
			ArrayNode when = object.putArray("when");
			fallback.when().forEach((condition) -> when.add(lowerCase(condition)));
			putIfSet(object, "from", fallback.from());
		}
		if (!request.attachments().isEmpty()) {
			ArrayNode attachments = body.putArray("attachments");
			request.attachments().forEach(attachments::add);
		}
		if (request.fastTrack() != null) {
			body.put("fast_track", request.fastTrack());
		}
		return this.mapper.writeValueAsBytes(body);
	}

	byte[] typing(TypingAction action, String to, @Nullable String from) {
		ObjectNode body = this.mapper.createObjectNode();
		body.put("to", to);
		putIfSet(body, "from", from);
		body.put("action", lowerCase(action));
		return this.mapper.writeValueAsBytes(body);
	}

	byte[] react(ReactionAction action, Tapback tapback, String to, String from, String message) {
		ObjectNode body = this.mapper.createObjectNode();
		body.put("to", to);
		body.put("from", from);
		body.put("action", lowerCase(action));
		body.put("tapback", tapback.value());
		body.put("message", message);
		return this.mapper.writeValueAsBytes(body);
	}

	byte[] read(String to, String from) {
		ObjectNode body = this.mapper.createObjectNode();
		body.put("to", to);
		body.put("from", from);
		return this.mapper.writeValueAsBytes(body);
	}

	private static void putIfSet(ObjectNode object, String field, @Nullable String value) {
		if (value != null) {
			object.put(field, value);
		}
	}

	private static String lowerCase(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT);
	}

}
