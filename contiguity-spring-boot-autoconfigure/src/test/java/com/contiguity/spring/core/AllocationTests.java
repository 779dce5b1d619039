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

package com.contiguity.spring.core;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that compare the allocated bytes of a send with those of a hand-written
 * {@link WebClient}. Allocated bytes do not depend on other load on the machine.
 */
class AllocationTests {

	private static final int CALLS = 4000;

	/**
	 * Maximum number of bytes that a send may allocate in addition to a hand-written
	 * call. When this was written, it allocated less.
	 */
	private static final long AGREED_BYTES = 0;

	/** Number of rounds until the code is compiled. */
	private static final int WARM_UP_ROUNDS = 4;

	private static final int MEASURED_ROUNDS = 5;

	private static final String RECIPIENT = "+15551234567";

	private static final String TEXT = "Your table for two is ready. ".repeat(5);

	private static final String ACCEPTED = """
			{"id":"req_4f7c1e9a2b","timestamp":1764100000000,"api_version":"v2","object":"message",\
			"data":{"message_id":"imsg_0123456789abcdef01234567"}}""";

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private DisposableServer server;

	@BeforeEach
	void startServer() {
		this.server = HttpServer.create()
			.host("localhost")
			.port(0)
			.route((routes) -> routes.post("/send/imessage", (request, response) -> request.receive()
				.then(response.header("Content-Type", "application/json").sendString(Mono.just(ACCEPTED)).then())))
			.bindNow();
	}

	@AfterEach
	void stopServer() {
		this.server.disposeNow();
	}

	@Test
	void aSendAllocatesNoMoreThanAWebClientByHand() {
		String baseUrl = "http://localhost:" + this.server.port();
		WebClient byHand = WebClient.builder().baseUrl(baseUrl).defaultHeader("Authorization", "Bearer token").build();
		try (ImessageTemplate template = ImessageTemplate.builder()
			.baseUrl(baseUrl)
			.token("contiguity_sk_allocation")
			.linePacer(null)
			.build()) {
			long[] more = new long[MEASURED_ROUNDS];
			for (int round = -WARM_UP_ROUNDS; round < MEASURED_ROUNDS; round++) {
				long own = bytes(() -> template.send(RECIPIENT, TEXT));
				long others = bytes(() -> byHand.post()
					.uri("/send/imessage")
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue(Map.of("to", RECIPIENT, "message", TEXT))
					.retrieve()
					.bodyToMono(Map.class)
					.block());
				if (round >= 0) {
					more[round] = own - others;
				}
			}
			Arrays.sort(more);
			assertThat(more[MEASURED_ROUNDS / 2]).isLessThanOrEqualTo(AGREED_BYTES);
		}
	}

	// the server allocates the same number of bytes for both
	private long bytes(Runnable call) {
		Map<Long, Long> before = allocated();
		for (int i = 0; i < CALLS; i++) {
			call.run();
		}
		// threads that have ended belong to other tests
		return allocated().entrySet()
			.stream()
			.mapToLong((thread) -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
			.sum() / CALLS;
	}

	private Map<Long, Long> allocated() {
		long[] ids = this.threads.getAllThreadIds();
		long[] bytes = this.threads.getThreadAllocatedBytes(ids);
		Map<Long, Long> allocated = new HashMap<>();
		for (int i = 0; i < ids.length; i++) {
			allocated.put(ids[i], Math.max(0, bytes[i]));
		}
		return allocated;
	}

}
