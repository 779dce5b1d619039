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

package com.contiguity.spring.internal.delivery;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

/**
 * An HTTP server on a plain socket of the loopback interface. It counts requests by their
 * first byte and handles them as defined by a script.
 */
final class FaultServer implements AutoCloseable {

	static final String THREAD_PREFIX = "fault-server-";

	private static final int BACKLOG = 2000;

	private final ServerSocket serverSocket;

	private final boolean secure;

	private final Script script;

	private final AtomicInteger posts = new AtomicInteger();

	private final AtomicInteger gets = new AtomicInteger();

	private final AtomicInteger connections = new AtomicInteger();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final ExecutorService threads;

	private FaultServer(ServerSocket serverSocket, boolean secure, Script script) {
		this.serverSocket = serverSocket;
		this.secure = secure;
		this.script = script;
		AtomicInteger number = new AtomicInteger();
		this.threads = Executors.newCachedThreadPool((task) -> {
			Thread thread = new Thread(task, THREAD_PREFIX + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		});
		this.threads.execute(this::accept);
	}

	static FaultServer start(Script script) {
		try {
			return new FaultServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), false, script);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static FaultServer startSecure(SSLContext context, Script script) {
		try {
			return new FaultServer(
					context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()),
					true, script);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI uri() {
		return uri((this.secure) ? "https" : "http");
	}

	URI uri(String scheme) {
		return URI.create(scheme + "://localhost:" + this.serverSocket.getLocalPort());
	}

	int posts() {
		return this.posts.get();
	}

	int gets() {
		return this.gets.get();
	}

	int connections() {
		return this.connections.get();
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				Socket socket = this.serverSocket.accept();
				this.connections.incrementAndGet();
				this.open.add(socket);
				this.threads.execute(() -> serve(socket));
			}
			catch (IOException ex) {
				// closed
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			socket.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(socket.getInputStream());
			for (int number = 1;; number++) {
				int first = in.read();
				if (first < 0) {
					return;
				}
				if (first == 'P') {
					this.posts.incrementAndGet();
				}
				else if (first == 'G') {
					this.gets.incrementAndGet();
				}
				Exchange exchange = new Exchange(socket, in, number, first);
				this.script.play(exchange);
				if (socket.isClosed()) {
					return;
				}
			}
		}
		catch (IOException ex) {
			// the client has disconnected, or does not use HTTP
		}
		finally {
			this.open.remove(socket);
		}
	}

	/**
	 * Refuse further connections.
	 */
	void refuse() {
		try {
			this.serverSocket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		refuse();
		try {
			for (Socket socket : this.open) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.threads.shutdown();
		}
	}

	/**
	 * Handles one exchange, starting when the first byte of its request has arrived. If
	 * the script does not close the connection, it is kept alive.
	 */
	@FunctionalInterface
	interface Script {

		void play(Exchange exchange) throws IOException;

	}

	/**
	 * A request, with methods to respond to it.
	 */
	static final class Exchange {

		private final Socket socket;

		private final InputStream in;

		private final int number;

		private final ByteArrayOutputStream head = new ByteArrayOutputStream();

		private String body = "";

		Exchange(Socket socket, InputStream in, int number, int first) {
			this.socket = socket;
			this.in = in;
			this.number = number;
			this.head.write(first);
		}

		/**
		 * Return the number of the exchange on its connection, from one.
		 */
		int number() {
			return this.number;
		}

		/**
		 * Read the whole request, if it has not been read yet.
		 */
		Exchange read() throws IOException {
			if (head().endsWith("\r\n\r\n")) {
				return this;
			}
			while (!head().endsWith("\r\n\r\n")) {
				this.head.write(readByte());
			}
			int length = 0;
			for (String line : head().split("\r\n")) {
				String lower = line.toLowerCase(Locale.ROOT);
				if (lower.startsWith("content-length:")) {
					length = Integer.parseInt(lower.substring("content-length:".length()).trim());
				}
				else if (lower.startsWith("transfer-encoding:")) {
					throw new IOException("Only bodies of a known length are sent to Contiguity");
				}
			}
			byte[] bytes = this.in.readNBytes(length);
			if (bytes.length < length) {
				throw new EOFException();
			}
			this.body = new String(bytes, StandardCharsets.UTF_8);
			return this;
		}

		private int readByte() throws IOException {
			int next = this.in.read();
			if (next < 0) {
				throw new EOFException();
			}
			return next;
		}

		String head() {
			return this.head.toString(StandardCharsets.ISO_8859_1);
		}

		String path() {
			return head().split(" ", 3)[1];
		}

		String body() {
			return this.body;
		}

		/**
		 * Respond, and keep the connection open.
		 */
		void answer(int status, String headers, String answer) throws IOException {
			byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
			String length = (status == 204) ? "" : "Content-Length: " + bytes.length + "\r\n";
			write("HTTP/1.1 " + status + " Scripted\r\n" + length + headers + "\r\n" + answer);
		}

		void write(String text) throws IOException {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
			this.socket.getOutputStream().flush();
		}

		/**
		 * Close the connection normally: with a FIN, after everything was read.
		 */
		void finish() throws IOException {
			this.socket.close();
		}

		/**
		 * Close the connection with a RST.
		 */
		void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

		/**
		 * Do not respond until the client disconnects.
		 */
		void keepSilent() throws IOException {
			while (this.in.read() >= 0) {
				// received bytes are ignored
			}
			finish();
		}

		/**
		 * Write single characters slowly until the client disconnects.
		 */
		void drip() throws IOException {
			this.socket.setSoTimeout(20);
			int received = 0;
			while (received >= 0) {
				try {
					received = this.in.read();
				}
				catch (SocketTimeoutException ex) {
					write(" ");
				}
			}
			finish();
		}

	}

}
