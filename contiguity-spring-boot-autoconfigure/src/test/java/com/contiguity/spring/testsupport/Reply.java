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

package com.contiguity.spring.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A response of a {@link RecordingServer}.
 */
@FunctionalInterface
public interface Reply {

	/**
	 * Write the response.
	 * @param socket the connection
	 * @return whether the connection stays open
	 * @throws IOException if it is closed
	 */
	boolean write(Socket socket) throws IOException;

	/**
	 * Create the response to an accepted message.
	 * @param messageId the message's id
	 * @return the response
	 */
	static Reply accepted(String messageId) {
		return data("{\"message_id\":\"" + messageId + "\"}");
	}

	/**
	 * Create a successful response.
	 * @param data the JSON in the envelope
	 * @return the response
	 */
	static Reply data(String data) {
		return json(200, "{\"id\":\"req_1\",\"timestamp\":1785698220563,\"api_version\":\"v2026.8.2\","
				+ "\"object\":\"response\",\"data\":" + data + "}");
	}

	/**
	 * Create an error response.
	 * @param status the HTTP status
	 * @param error the API's error message
	 * @param headers further headers, as whole lines
	 * @return the response
	 */
	static Reply error(int status, String error, String... headers) {
		return json(status,
				"{\"id\":\"err_1\",\"timestamp\":1785698220563,\"api_version\":\"v2026.8.2\",\"object\":\"error\","
						+ "\"data\":{\"error\":\"" + error + "\",\"status\":" + status + "}}",
				headers);
	}

	static Reply json(int status, String body, String... headers) {
		return body(status, "application/json", body, headers);
	}

	static Reply html(int status, String body) {
		return body(status, "text/html", body);
	}

	static Reply empty(int status, String... headers) {
		return bytes(head(status, headers) + "Content-Length: 0\r\n\r\n", true);
	}

	static Reply body(int status, String contentType, String body, String... headers) {
		int length = body.getBytes(StandardCharsets.UTF_8).length;
		return bytes(head(status, headers) + "Content-Type: " + contentType + "\r\nContent-Length: " + length
				+ "\r\n\r\n" + body, true);
	}

	/**
	 * Create a successful response whose connection is closed in the middle of the body.
	 * @param body the part of the body that is sent
	 * @return the response
	 */
	static Reply truncated(String body) {
		int length = body.getBytes(StandardCharsets.UTF_8).length + 100;
		return bytes(head(200) + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + body,
				false);
	}

	/**
	 * Create a reply that closes the connection without a response.
	 * @return the reply
	 */
	static Reply hangUp() {
		return (socket) -> false;
	}

	/**
	 * Create a reply that sends no response and keeps the connection open, until the
	 * client closes it.
	 * @return the reply
	 */
	static Reply silence() {
		return (socket) -> socket.getInputStream().read() >= 0;
	}

	private static String head(int status, String... headers) {
		StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Status\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return head.toString();
	}

	private static Reply bytes(String text, boolean open) {
		return (socket) -> {
			OutputStream out = socket.getOutputStream();
			out.write(text.getBytes(StandardCharsets.UTF_8));
			out.flush();
			return open;
		};
	}

}
