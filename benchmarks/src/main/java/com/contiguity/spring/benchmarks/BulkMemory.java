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

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.SendRequest;
import reactor.core.publisher.Flux;

/**
 * Sends many messages over 1,000 lines in one bulk, and prints the maximum heap usage
 * after garbage collections during the bulk.
 */
final class BulkMemory {

	private static final int LINES = 1000;

	private BulkMemory() {
	}

	public static void main(String[] args) {
		int messages = Integer.parseInt(args[0]);
		List<String> lines = IntStream.range(0, LINES).mapToObj("+1555%07d"::formatted).toList();
		ReactiveImessageTemplate template = ReactiveImessageTemplate.builder()
			.token("contiguity_sk_benchmark")
			.baseUrl("http://localhost:" + Integer.getInteger("stub.port"))
			.lines(lines)
			.pacing(1000, 1)
			.buildReactive();
		// loads the classes and opens the connections that every run needs
		send(template, lines, LINES);
		System.out.println(send(template, lines, messages));
		template.close();
		System.exit(0);
	}

	private static long send(ReactiveImessageTemplate template, List<String> lines, int messages) {
		AtomicLong most = new AtomicLong();
		long sent = template
			.sendAll(Flux.range(0, messages)
				.map((number) -> SendRequest.to("+1666%07d".formatted(number))
					.message(Sender.TEXT)
					.from(lines.get(number % LINES))
					.build()))
			.index()
			.doOnNext((result) -> {
				if (result.getT1() % 500 == 499) {
					System.gc();
					most.accumulateAndGet(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
							Math::max);
				}
			})
			.count()
			.block();
		if (sent != messages) {
			throw new IllegalStateException("Only " + sent + " results");
		}
		return most.get();
	}

}
