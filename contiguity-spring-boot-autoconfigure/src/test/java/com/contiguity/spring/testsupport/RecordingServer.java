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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

/**
 * A server on a real socket that records every byte of every request and sends the
 * configured responses.
 */
public final class RecordingServer implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final String scheme;

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger accepted = new AtomicInteger();

	private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

	private final BlockingQueue<RecordedRequest> untaken = new LinkedBlockingQueue<>();

	private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();

	private volatile Reply otherwise = Reply.accepted("imsg_1");

	private RecordingServer(ServerSocket serverSocket, String scheme) {
		this.serverSocket = serverSocket;
		this.scheme = scheme;
		Thread thread = new Thread(this::accept, "recording-server");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Start a server that accepts every message.
	 * @return the server
	 */
	public static RecordingServer start() {
		try {
			return new RecordingServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), "http");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Start a server that uses TLS.
	 * @param sslContext the SSL context with the server's key
	 * @return the server
	 */
	public static RecordingServer start(SSLContext sslContext) {
		try {
			return new RecordingServer(
					sslContext.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
					"https");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public String baseUrl() {
		return this.scheme + "://localhost:" + port();
	}

	public int port() {
		return this.serverSocket.getLocalPort();
	}

	/**
	 * Set the responses to the next requests, in order.
	 * @param replies the responses
	 * @return this server
	 */
	public RecordingServer reply(Reply... replies) {
		this.replies.addAll(List.of(replies));
		return this;
	}

	/**
	 * Set the response to all other requests.
	 * @param reply the response
	 * @return this server
	 */
	public RecordingServer otherwise(Reply reply) {
		this.otherwise = reply;
		return this;
	}

	/**
	 * Wait for the next request that has not been returned yet.
	 * @return the request
	 */
	public RecordedRequest take() {
		try {
			RecordedRequest request = this.untaken.poll(20, TimeUnit.SECONDS);
			if (request == null) {
				throw new AssertionError("No request came");
			}
			return request;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new AssertionError("Interrupted", ex);
		}
	}

	public List<RecordedRequest> requests() {
		return this.requests;
	}

	/**
	 * Return how many connections were opened.
	 * @return the number of connections, including closed ones
	 */
	public int connections() {
		return this.accepted.get();
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				Socket socket = this.serverSocket.accept();
				this.accepted.incrementAndGet();
				this.connections.add(socket);
				Thread thread = new Thread(() -> serve(socket), "recording-server-connection");
				thread.setDaemon(true);
				thread.start();
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			InputStream in = socket.getInputStream();
			boolean open = true;
			while (open) {
				RecordedRequest request = read(in);
				if (request == null) {
					return;
				}
				this.requests.add(request);
				Reply reply = this.replies.poll();
				reply = (reply != null) ? reply : this.otherwise;
				this.untaken.add(request);
				open = reply.write(socket);
			}
		}
		catch (IOException ex) {
			// the client has disconnected, or this server is closed
		}
		finally {
			this.connections.remove(socket);
		}
	}

	private static RecordedRequest read(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		int last = 0;
		while (last != 0x0d0a0d0a) {
			int next = in.read();
			if (next < 0) {
				return null;
			}
			head.write(next);
			last = (last << 8) | next;
		}
		String text = head.toString(StandardCharsets.ISO_8859_1);
		int length = text.lines()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
			.map((line) -> Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
			.findFirst()
			.orElse(0);
		return new RecordedRequest(text, in.readNBytes(length));
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
			for (Socket connection : this.connections) {
				connection.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
