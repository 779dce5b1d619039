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

package com.contiguity.spring.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.Random;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A server in a separate process that accepts numbered messages, fails at random and
 * records the messages. It prints its port. For each line of its standard input, it
 * prints how many messages it received twice and which ones it accepted. It stops when
 * its standard input is closed.
 */
final class SoakServer {

	/** The text before the number of a message. */
	static final String TEXT = "message no. ";

	/** The percentage of requests that fail. */
	private static final int FAULTS = 5;

	private static final String REFUSED = """
			{"id":"err_4f7c1e9a2b","timestamp":1764100000000,"api_version":"v2","object":"error",\
			"data":{"error":"Later","status":%s}}""";

	private static final String GATEWAY = "<html><body>Bad gateway</body></html>";

	private final Random random = new Random(42);

	private final BitSet taken = new BitSet();

	private int twice;

	private SoakServer() {
	}

	public static void main(String[] args) throws Exception {
		SoakServer books = new SoakServer();
		DisposableServer server = HttpServer.create()
			.host("localhost")
			.port(0)
			.route((routes) -> routes.post("/send/imessage", books::answer))
			.bindNow();
		System.out.println(server.port());
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (commands.readLine() != null) {
			System.out.println(books.list());
		}
		server.disposeNow();
	}

	private synchronized String list() {
		return this.twice + " " + Base64.getEncoder().encodeToString(this.taken.toByteArray());
	}

	private Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
		return request.receive()
			.aggregate()
			.asString()
			.flatMap((body) -> answer(body.substring(body.indexOf(TEXT) + TEXT.length()).split("\\D", 2)[0], request,
					response));
	}

	private Mono<Void> answer(String number, HttpServerRequest request, HttpServerResponse response) {
		int fault = fault();
		if (fault != 0 && fault != 3) {
			take(Integer.parseInt(number));
		}
		return switch (fault) {
			case 0 -> json(response.header("Retry-After", "1"), 429, REFUSED.formatted(429));
			case 1 -> json(response, 500, REFUSED.formatted(500));
			case 2 -> send(response, 502, "text/html", GATEWAY);
			case 3, 4 -> hangUp(request);
			default -> json(response, 200, StubServer.ACCEPTED);
		};
	}

	// each number from 0 to 4 is a different fault
	private synchronized int fault() {
		return (this.random.nextInt(100) < FAULTS) ? this.random.nextInt(5) : 5;
	}

	private synchronized void take(int number) {
		this.twice += (this.taken.get(number)) ? 1 : 0;
		this.taken.set(number);
	}

	private static Mono<Void> hangUp(HttpServerRequest request) {
		request.withConnection((connection) -> connection.channel().close());
		return Mono.never();
	}

	private static Mono<Void> json(HttpServerResponse response, int status, String body) {
		return send(response, status, "application/json", body);
	}

	private static Mono<Void> send(HttpServerResponse response, int status, String type, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return response.status(status)
			.header("Content-Type", type)
			.header("Content-Length", Integer.toString(bytes.length))
			.sendObject(Unpooled.wrappedBuffer(bytes))
			.then();
	}

}
