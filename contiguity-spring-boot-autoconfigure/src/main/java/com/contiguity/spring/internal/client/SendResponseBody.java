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

import java.time.Instant;

import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The response to a send. It is parsed as a stream, without a tree, because there are
 * more of these responses than of all others.
 */
final class SendResponseBody {

	private static final JsonFactory FACTORY = new JsonFactory();

	private final @Nullable String messageId;

	private final ResponseMetadata metadata;

	private SendResponseBody(@Nullable String messageId, ResponseMetadata metadata) {
		this.messageId = messageId;
		this.metadata = metadata;
	}

	/**
	 * Parse a body.
	 * @param body the bytes as received
	 * @return the response, or {@code null} if it is not a single JSON object
	 */
	static @Nullable SendResponseBody parse(byte[] body) {
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body)) {
			SendResponseBody parsed = (parser.nextToken() == JsonToken.START_OBJECT) ? envelope(parser) : null;
			return (parser.nextToken() == null) ? parsed : null;
		}
		catch (JacksonException ex) {
			// the message of the exception quotes the body, so it is not passed on
			return null;
		}
	}

	private static SendResponseBody envelope(JsonParser parser) {
		String id = null;
		Instant timestamp = null;
		String apiVersion = null;
		String messageId = null;
		for (String field = parser.nextName(); field != null; field = parser.nextName()) {
			JsonToken token = parser.nextToken();
			switch (field) {
				case "id":
					id = JsonFields.id(parser);
					break;
				case "timestamp":
					timestamp = JsonFields.instant(parser);
					break;
				case "api_version":
					apiVersion = JsonFields.text(parser);
					break;
				case "data":
					messageId = (token == JsonToken.START_OBJECT) ? messageId(parser) : null;
					break;
				default:
					// not needed
					break;
			}
			parser.skipChildren();
		}
		return new SendResponseBody(messageId, new ResponseMetadata(id, timestamp, apiVersion));
	}

	private static @Nullable String messageId(JsonParser parser) {
		String messageId = null;
		for (String field = parser.nextName(); field != null; field = parser.nextName()) {
			parser.nextToken();
			if (field.equals("message_id")) {
				messageId = JsonFields.id(parser);
			}
			parser.skipChildren();
		}
		return messageId;
	}

	@Nullable AcceptedMessage acceptedMessage() {
		return (this.messageId != null) ? new AcceptedMessage(this.messageId, this.metadata) : null;
	}

	Attempt.Response response(int status) {
		return new Attempt.Response(status, visible(this.metadata.requestId()), visible(this.metadata.apiVersion()));
	}

	private static @Nullable String visible(@Nullable String text) {
		return (text != null && Masking.isId(text)) ? text : null;
	}

}
