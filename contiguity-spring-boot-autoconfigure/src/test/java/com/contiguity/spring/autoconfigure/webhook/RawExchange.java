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

package com.contiguity.spring.autoconfigure.webhook;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP exchange, byte by byte.
 */
final class RawExchange implements AutoCloseable {

	private final Socket socket;

	private final OutputStream output;

	private final BufferedReader input;

	private boolean last;

	RawExchange(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setSoTimeout(60_000);
		this.socket.setTcpNoDelay(true);
		this.output = this.socket.getOutputStream();
		this.input = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1));
	}

	RawExchange post(String path, String... headers) throws IOException {
		return request("POST", path, headers);
	}

	RawExchange request(String method, String path, String... headers) throws IOException {
		String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers)
				+ ((headers.length > 0) ? "\r\n\r\n" : "\r\n");
		return write(head.getBytes(StandardCharsets.ISO_8859_1));
	}

	RawExchange write(byte[] bytes) throws IOException {
		this.output.write(bytes);
		this.output.flush();
		return this;
	}

	RawExchange writeChunked(byte[] bytes, int size) throws IOException {
		for (int start = 0; start < bytes.length; start += size) {
			int length = Math.min(size, bytes.length - start);
			ByteArrayOutputStream chunk = new ByteArrayOutputStream();
			chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
			chunk.write(bytes, start, length);
			chunk.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
			write(chunk.toByteArray());
		}
		return write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * Read the head of a response.
	 * @return the status
	 */
	int status() throws IOException {
		String line = this.input.readLine();
		if (line == null) {
			throw new IOException("No answer");
		}
		int status = Integer.parseInt(line.split(" ")[1]);
		for (String header = this.input.readLine(); header != null && !header.isEmpty();) {
			this.last |= header.equalsIgnoreCase("Connection: close");
			header = this.input.readLine();
		}
		return status;
	}

	/**
	 * Return whether the server has closed the connection after its response.
	 * @return {@code true} if there can be no further request
	 */
	boolean isLast() {
		return this.last;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
