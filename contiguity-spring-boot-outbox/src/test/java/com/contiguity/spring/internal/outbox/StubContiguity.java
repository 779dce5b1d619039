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

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntPredicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Contiguity, as far as the outbox knows it: it counts what it is sent, and has
 * histories.
 */
public final class StubContiguity implements AutoCloseable {

	static final String LINE = "+12065550001";

	/** Those of a stub in a process of its own. */
	static final List<String> LINES = List.of(LINE, "+12065550002", "+12065550003", "+12065550004");

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private List<Sent> sent = new CopyOnWriteArrayList<>();

	private volatile Function<Sent, Answer> answers = (message) -> Answer.ACCEPT;

	private volatile List<String> lines = List.of(LINE);

	private volatile int delay;

	private final AtomicInteger callsOfLines = new AtomicInteger();

	private volatile IntPredicate linesAnswer = (call) -> true;

	private volatile Duration shift = Duration.ZERO;

	StubContiguity() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	/**
	 * Run a stub in a process of its own: it says its address, and then each message that
	 * it takes.
	 */
	public static void main(String[] args) throws IOException {
		StubContiguity stub = new StubContiguity();
		stub.lines = LINES;
		// thousands, and not to be copied for each
		stub.sent = Collections.synchronizedList(new ArrayList<>());
		stub.delay = Integer.getInteger("stub.delay", 0);
		OutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out);
		stub.answers = (message) -> Answer.ACCEPT;
		out.write((stub.baseUrl() + "\n").getBytes(StandardCharsets.UTF_8));
		out.flush();
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort();
	}

	void answer(Function<Sent, Answer> answers) {
		this.answers = answers;
	}

	void shiftClock(Duration shift) {
		this.shift = shift;
	}

	private long now() {
		return System.currentTimeMillis() + this.shift.toMillis();
	}

	/**
	 * Answer calls that read the lines, by their number, or refuse them.
	 */
	void answerLines(IntPredicate answer) {
		this.linesAnswer = answer;
	}

	int callsOfLines() {
		return this.callsOfLines.get();
	}

	void lease(String... lines) {
		this.lines = List.of(lines);
	}

	List<Sent> sent() {
		return this.sent;
	}

	List<String> texts() {
		return this.sent.stream().map(Sent::text).toList();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String path = exchange.getRequestURI().getRawPath();
			if (path.equals("/sent")) {
				respond(exchange, 200, JsonMapper.shared().writeValueAsString(List.copyOf(this.sent)));
			}
			else if (path.equals("/sent/count")) {
				respond(exchange, 200, String.valueOf(this.sent.size()));
			}
			else if (path.equals("/send/imessage")) {
				JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
				send(exchange, new Sent(body.path("to").asString(), body.path("from").asString(""),
						body.path("message").asString(), now(), ""));
			}
			else if (path.startsWith("/conversations/history/imessage/")) {
				String[] parts = path.split("/");
				respond(exchange, 200, envelope(history(decode(parts[4]), decode(parts[5]))));
			}
			else {
				if (!this.linesAnswer.test(this.callsOfLines.incrementAndGet())) {
					respond(exchange, 503, envelope("{}"));
					return;
				}
				List<String> leased = this.lines.stream()
					.map((line) -> "{\"lease_status\":\"active\",\"number\":{\"e164\":\"" + line
							+ "\"},\"capabilities\":{\"channels\":[\"imessage\"]}}")
					.toList();
				respond(exchange, 200,
						envelope("{\"leased\":" + leased.size() + ",\"numbers\":[" + String.join(",", leased) + "]}"));
			}
		}
	}

	private static String decode(String part) {
		return URLDecoder.decode(part, StandardCharsets.UTF_8);
	}

	private void send(HttpExchange exchange, Sent message) throws IOException {
		Answer answer = this.answers.apply(message);
		String id = (answer.taken()) ? take(message) : "imsg_none";
		if (this.delay > 0) {
			// taken, and not answered yet
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(this.delay));
		}
		if (answer.status() == 0) {
			// the connection ends without an answer
			return;
		}
		String data = (answer.status() == 200) ? "{\"message_id\":\"" + id + "\"}"
				: "{\"error\":\"Scripted\",\"status\":" + answer.status() + "}";
		if (answer.retryAfter() >= 0) {
			exchange.getResponseHeaders().add("Retry-After", String.valueOf(answer.retryAfter()));
		}
		respond(exchange, answer.status(), envelope(data));
	}

	private synchronized String take(Sent message) {
		String id = "imsg_" + (this.sent.size() + 1);
		this.sent.add(new Sent(message.to(), message.from(), message.text(), message.at(), id));
		return id;
	}

	private String history(String to, String from) {
		StringBuilder rows = new StringBuilder();
		int count = 0;
		for (Sent message : List.copyOf(this.sent)) {
			if (message.to().equals(to) && message.from().equals(from)) {
				rows.append((count++ > 0) ? "," : "")
					.append("{\"to\":\"" + to + "\",\"from\":\"" + from + "\",\"message\":"
							+ JsonMapper.shared().writeValueAsString(message.text()) + ",\"timestamp\":" + message.at()
							+ "}");
			}
		}
		return "{\"conversation\":[" + rows + "],\"reactions\":[],\"chat\":{\"filtered\":false,\"limit\":200,\"total\":"
				+ count + ",\"count\":" + count + "}}";
	}

	private String envelope(String data) {
		return "{\"id\":\"req_1\",\"timestamp\":" + now() + ",\"api_version\":\"v1\",\"object\":\"response\",\"data\":"
				+ data + "}";
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		exchange.getResponseBody().write(bytes);
	}

	URI uri() {
		return URI.create(baseUrl());
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * A message that was taken.
	 */
	public record Sent(String to, String from, String text, long at, String id) {
	}

	/**
	 * What becomes of a message.
	 */
	record Answer(int status, boolean taken, int retryAfter) {

		static final Answer ACCEPT = new Answer(200, true, -1);

		static final Answer TAKE_AND_BREAK_OFF = new Answer(0, true, -1);

		static final Answer BREAK_OFF = new Answer(0, false, -1);

		static Answer refuse(int status) {
			return new Answer(status, false, -1);
		}

		static Answer tooMany(int retryAfter) {
			return new Answer(429, false, retryAfter);
		}

	}

}
