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

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import com.contiguity.spring.imessage.SendRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that are killed: each message is sent once, in order, and nothing that was
 * rolled back. On one JDK only, for it takes minutes.
 */
@EnabledOnJre(JRE.JAVA_17)
class CrashTests extends AbstractCrashTests {

	private static final int MESSAGES = Integer.getInteger("crash.messages", 10_000);

	private static final int KILLS = Integer.getInteger("crash.kills", 50);

	/**
	 * So that no instance that lives gives an answer up or loses its lease, however busy
	 * the machine is.
	 */
	static final String[] PATIENT = { "--contiguity.http.read-timeout=10s",
			"--contiguity.outbox.worker.heartbeat-interval=1s", "--contiguity.outbox.reconcile.settle-time=12s" };

	private static final Path FIGURES = Path.of("target/crash-tests/kills.log");

	@Test
	void killsAtRandomTimesLoseNothingAndSendNothingTwice() throws Exception {
		Set<String> committed = enqueue(MESSAGES);
		Random random = new Random(4711);
		List<Process> alive = new ArrayList<>(
				List.of(worker(Map.of(), PATIENT), worker(Map.of(), PATIENT), worker(Map.of(), PATIENT)));
		int each = committed.size() / (KILLS + 10);
		for (int kill = 0; kill < KILLS; kill++) {
			awaitProgress(random.nextInt(2 * each), committed.size());
			// most of the others wait
			Process victim = (kill % 2 == 0) ? lastSender(alive) : alive.get(random.nextInt(alive.size()));
			alive.remove(victim);
			kill(victim);
			alive.add(worker(Map.of(), PATIENT));
		}
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
		int unknown = assertOnlyKilledProcessesLeftAnythingUnknown();
		Files.writeString(FIGURES, KILLS + " kills left " + unknown + " attempts of unknown outcome\n",
				StandardOpenOption.CREATE, StandardOpenOption.APPEND);
	}

	@ParameterizedTest
	@EnumSource(names = { "MARKED", "ANSWERED" })
	void aDeathAtAPointLosesNothingAndSendsNothingTwice(CrashPoint point) throws Exception {
		Set<String> committed = enqueue(60);
		Process victim = worker(Map.of("crash.point", point.name(), "crash.after", "20"), PATIENT);
		awaitDeath(victim);
		assertThat(states()).containsKey("SENDING");
		worker(Map.of(), PATIENT);
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
		assertOnlyKilledProcessesLeftAnythingUnknown();
	}

	@Test
	void aDeathBeforeTheCommitSendsNothing() throws Exception {
		awaitDeath(worker(Map.of("crash.point", CrashPoint.BEFORE_COMMIT.name())));
		assertThat(states()).isEmpty();
		Set<String> committed = enqueue(5);
		worker(Map.of());
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@Test
	void aDeathBeforeAnybodyWasToldSendsAllTheSame() throws Exception {
		awaitDeath(worker(Map.of("crash.point", CrashPoint.COMMITTED.name())));
		assertThat(states()).isEqualTo(Map.of("PENDING", 1L));
		knowTheOnlyEntry("Message 0");
		worker(Map.of());
		awaitAllAccepted(1);
		assertEachSentOnceAndInOrder(Set.of("Message 0"));
	}

	@Test
	void aDeathWhileTheLineIsWaitedForLeavesNothingInDoubt() throws Exception {
		for (int i = 0; i < 4; i++) {
			enqueue(SendRequest.to("+1206555100" + i).from(StubContiguity.LINE).message("Message " + i).build());
		}
		Process victim = worker(Map.of(), "--contiguity.pacing.enabled=true", "--contiguity.pacing.rate=0.02",
				"--contiguity.pacing.burst=1");
		awaitProgress(1, 4);
		kill(victim);
		assertThat(states()).containsKey("PENDING");
		worker(Map.of());
		awaitAllAccepted(4);
		assertEachSentOnceAndInOrder(Set.of("Message 0", "Message 1", "Message 2", "Message 3"));
	}

	@Test
	void whatWasCommittedBeforeAnybodyWasToldIsSent() throws Exception {
		// this process enqueues, and nobody nudges
		enqueue(SendRequest.to("+12065551999").message("Message 0").build());
		worker(Map.of());
		awaitAllAccepted(1);
		assertThat(sent()).hasSize(1);
	}

}
