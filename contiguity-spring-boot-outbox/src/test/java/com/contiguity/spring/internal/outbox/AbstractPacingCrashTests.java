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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that share lines, send by the outbox and without it, and are killed: the API
 * says when it was sent what.
 */
abstract class AbstractPacingCrashTests extends AbstractCrashTests {

	/**
	 * A slow one: what a busy machine holds up on its way may come by a second later than
	 * its line allowed it.
	 */
	private static final double RATE = 0.5;

	private static final int BURST = 5;

	private static final int INSTANCES = 4;

	private static final int KILLS = Integer.getInteger("crash.pacing.kills", 3);

	private final Set<Long> later = new HashSet<>();

	/**
	 * Say where the pace is kept.
	 * @return the properties of the application
	 */
	abstract List<String> store();

	private Process instance() throws IOException {
		List<String> properties = new ArrayList<>(List.of(CrashTests.PATIENT));
		properties.addAll(store());
		properties.addAll(List.of("--contiguity.pacing.enabled=true", "--contiguity.pacing.rate=" + RATE,
				"--contiguity.pacing.burst=" + BURST, "--contiguity.outbox.worker.concurrency-per-line=2"));
		return worker(PacedWorker.class, Map.of(), properties.toArray(String[]::new));
	}

	@Test
	void noLineIsFasterThanItsPaceWhileInstancesAreKilled() throws Exception {
		List<Process> alive = new ArrayList<>();
		for (int i = 0; i < INSTANCES; i++) {
			alive.add(instance());
		}
		Set<String> committed = enqueue(4 * KILLS);
		Random random = new Random(4711);
		for (int kill = 0; kill < KILLS; kill++) {
			awaitProgress(3 + random.nextInt(4), Integer.MAX_VALUE);
			kill(alive.remove(random.nextInt(alive.size())));
			Process instance = instance();
			alive.add(instance);
			this.later.add(instance.pid());
		}
		awaitAllAccepted(committed.size());
		await("a message of a later instance", () -> direct().stream().anyMatch(this.later::contains));
		List<StubContiguity.Sent> sent = sent();
		assertThat(sent.stream().map(StubContiguity.Sent::text).filter((text) -> text.startsWith("Message ")))
			.containsExactlyInAnyOrderElementsOf(committed);
		for (String line : StubContiguity.LINES) {
			List<Long> times = sent.stream()
				.filter((message) -> message.from().equals(line))
				.map((message) -> message.at() * 1_000_000)
				.toList();
			assertThat(times).hasSizeGreaterThan(BURST);
			PaceAssertions.assertWithinLimit(times, RATE, BURST);
		}
	}

	private Set<Long> direct() {
		return sent().stream()
			.map(StubContiguity.Sent::text)
			.filter((text) -> text.startsWith("Direct "))
			.map((text) -> Long.valueOf(text.split(" ")[1]))
			.collect(Collectors.toSet());
	}

}
