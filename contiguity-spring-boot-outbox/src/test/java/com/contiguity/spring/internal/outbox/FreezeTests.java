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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that stand still for longer than their lease, while others take over, ask for
 * what became of their messages and send those again: the first ones write nothing when
 * they go on. Every other time its JVM is cold. Transports that do not look at the clock
 * at the socket itself are in the profile {@code crash} only: a freeze can hit the moment
 * between their last look and the write.
 */
@EnabledOnJre(JRE.JAVA_17)
@EnabledOnOs({ OS.LINUX, OS.MAC })
class FreezeTests extends AbstractCrashTests {

	private static final int FREEZES = Integer.getInteger("crash.freezes", 5);

	/** After 0.25 s without a heartbeat, four times, an instance is dead. */
	private static final String[] SHORT_LEASE = { "--contiguity.outbox.worker.heartbeat-interval=250ms",
			"--contiguity.outbox.worker.send-window=500ms", "--contiguity.outbox.reconcile.settle-time=2s" };

	private static final int MESSAGES = 200;

	private static final Path FIGURES = Path.of("target/crash-tests/freezes.log");

	private final Random random = new Random(42);

	static List<String> transports() {
		return (System.getProperty("crash.freezes") != null)
				? List.of(System.getProperty("crash.transports", "reactor,jdk,jetty,httpComponents").split(","))
				: List.of("reactor");
	}

	@ParameterizedTest
	@MethodSource("transports")
	void anInstanceThatWasFrozenSendsNothingTwice(String transport) throws Exception {
		Set<String> committed = new HashSet<>();
		List<Long> duplicates = new ArrayList<>();
		Process victim = instance(transport);
		Process other = instance(transport);
		for (int i = 0; i < FREEZES; i++) {
			boolean cold = i % 2 == 1;
			if (cold) {
				victim.destroyForcibly().waitFor();
				other.destroyForcibly().waitFor();
			}
			int before = countSent();
			committed.addAll(enqueue(i * MESSAGES, MESSAGES));
			if (cold) {
				victim = instance(transport);
			}
			Set<String> dead = (cold) ? holders() : Set.of();
			Awaitility.await()
				.pollInterval(Duration.ofMillis(10))
				.atMost(Duration.ofMinutes(1))
				.until(() -> (cold) ? !dead.containsAll(holders()) : countSent() > before + 20);
			TimeUnit.MILLISECONDS.sleep(this.random.nextInt(60));
			signal(victim.pid(), "STOP");
			if (cold) {
				other = instance(transport);
			}
			// twice the lease, and until all that it had was asked for and sent again
			TimeUnit.SECONDS.sleep(2);
			awaitAllAccepted(committed.size());
			signal(victim.pid(), "CONT");
			TimeUnit.SECONDS.sleep(1);
			duplicates.add(countDuplicates() - duplicates.stream().mapToLong(Long::longValue).sum());
		}
		Files.writeString(FIGURES, transport + ", duplicates after each stop: " + duplicates + "\n",
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		assertThat(duplicates).as("duplicates after each stop").containsOnly(0L);
		assertEachSentOnceAndInOrder(committed);
	}

	private long countDuplicates() {
		List<String> texts = sent().stream().map(StubContiguity.Sent::text).toList();
		return texts.size() - texts.stream().distinct().count();
	}

	private Process instance(String transport) throws IOException {
		return worker(Map.of("crash.transport", transport), SHORT_LEASE);
	}

	private Set<String> holders() {
		List<String> holders = new JdbcTemplate(this.dataSource)
			.queryForList("select distinct picked_by from CONTIGUITY_OUTBOX_LANE where picked", String.class);
		return new HashSet<>(holders);
	}

}
