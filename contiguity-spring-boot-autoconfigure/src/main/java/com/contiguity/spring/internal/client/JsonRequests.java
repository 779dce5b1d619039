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

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.function.Consumer;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the bodies of requests. Values that are not set are omitted.
 */
final class JsonRequests {

	/** The size of most messages. */
	private static final int INITIAL_SIZE = 256;

	private static final JsonFactory FACTORY = new JsonFactory();

	private JsonRequests() {
	}

	static byte[] send(SendRequest request) {
		return write((body) -> {
			body.writeStringProperty("to", request.to());
			writeIfSet(body, "from", request.from());
			writeIfSet(body, "message", request.message());
			Fallback fallback = request.fallback();
			if (fallback != null) {
				body.writeObjectPropertyStart("fallback");
				body.writeArrayPropertyStart("when");
				fallback.when().forEach((condition) -> body.writeString(lowerCase(condition)));
				body.writeEndArray();
				writeIfSet(body, "from", fallback.from());
				body.writeEndObject();
			}
			if (!request.attachments().isEmpty()) {
				body.writeArrayPropertyStart("attachments");
				request.attachments().forEach(body::writeString);
				body.writeEndArray();
			}
			if (request.fastTrack() != null) {
				body.writeBooleanProperty("fast_track", request.fastTrack());
			}
		});
	}

	static byte[] typing(TypingAction action, String to, @Nullable String from) {
		return write((body) -> {
			body.writeStringProperty("to", to);
			writeIfSet(body, "from", from);
			body.writeStringProperty("action", lowerCase(action));
		});
	}

	static byte[] react(ReactionAction action, Tapback tapback, String to, String from, String message) {
		return write((body) -> {
			body.writeStringProperty("to", to);
			body.writeStringProperty("from", from);
			body.writeStringProperty("action", lowerCase(action));
			body.writeStringProperty("tapback", tapback.value());
			body.writeStringProperty("message", message);
		});
	}

	static byte[] read(String to, String from) {
		return write((body) -> {
			body.writeStringProperty("to", to);
			body.writeStringProperty("from", from);
		});
	}

	private static byte[] write(Consumer<JsonGenerator> fields) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_SIZE);
		try (JsonGenerator body = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
			body.writeStartObject();
			fields.accept(body);
			body.writeEndObject();
		}
		return bytes.toByteArray();
	}

	private static void writeIfSet(JsonGenerator body, String field, @Nullable String value) {
		if (value != null) {
			body.writeStringProperty(field, value);
		}
	}

	private static String lowerCase(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT);
	}

}
