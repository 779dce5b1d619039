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

import java.nio.charset.StandardCharsets;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * A server in a separate process with fixed responses. It prints its port and stops when
 * its standard input is closed.
 */
final class StubServer {

	static final String ACCEPTED = """
			{"id":"req_4f7c1e9a2b","timestamp":1764100000000,"api_version":"v2","object":"message",\
			"data":{"message_id":"imsg_0123456789abcdef01234567"}}""";

	private static final String TWILIO_ACCEPTED = """
			{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","to":"+15551234567",\
			"from":"+15550001001","num_segments":"1","num_media":"0"}""";

	private StubServer() {
	}

	public static void main(String[] args) throws Exception {
		DisposableServer server = HttpServer.create().host("localhost").port(0).route(StubServer::routes).bindNow();
		System.out.println(server.port());
		while (System.in.read() >= 0) {
			// until the process that started this one ends
		}
		server.disposeNow();
	}

	private static void routes(HttpServerRoutes routes) {
		routes.post("/send/imessage", (request, response) -> answer(request, response, 200, ACCEPTED))
			.post("/2010-04-01/Accounts/{account}/Messages.json",
					(request, response) -> answer(request, response, 201, TWILIO_ACCEPTED));
	}

	private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response, int status, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return request.receive()
			.then(response.status(status)
				.header(HttpHeaderNames.CONTENT_TYPE, "application/json")
				.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length))
				.sendObject(Unpooled.wrappedBuffer(bytes))
				.then());
	}

}
