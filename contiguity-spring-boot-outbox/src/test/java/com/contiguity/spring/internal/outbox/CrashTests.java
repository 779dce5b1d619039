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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.OutboxEntry;
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

	@Test
	void killsAtRandomTimesLoseNothingAndSendNothingTwice() throws Exception {
		Set<String> committed = enqueue(MESSAGES);
		Random random = new Random(4711);
		List<Process> alive = new ArrayList<>(List.of(worker(Map.of()), worker(Map.of()), worker(Map.of())));
		int each = committed.size() / (KILLS + 10);
		for (int kill = 0; kill < KILLS; kill++) {
			awaitProgress(random.nextInt(2 * each), committed.size());
			Process victim = alive.remove(random.nextInt(alive.size()));
			victim.destroyForcibly().waitFor();
			alive.add(worker(Map.of()));
		}
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@ParameterizedTest
	@EnumSource(names = { "MARKED", "ANSWERED" })
	void aDeathAtAPointLosesNothingAndSendsNothingTwice(CrashPoint point) throws Exception {
		Set<String> committed = enqueue(60);
		Process victim = worker(Map.of("crash.point", point.name(), "crash.after", "20"));
		assertThat(victim.waitFor()).isEqualTo(9);
		assertThat(states()).containsKey("SENDING");
		worker(Map.of());
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@Test
	void aDeathBeforeTheCommitSendsNothing() throws Exception {
		assertThat(worker(Map.of("crash.point", CrashPoint.BEFORE_COMMIT.name())).waitFor()).isEqualTo(9);
		assertThat(states()).isEmpty();
		Set<String> committed = enqueue(5);
		worker(Map.of());
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
	}

	@Test
	void aDeathBeforeAnybodyWasToldSendsAllTheSame() throws Exception {
		assertThat(worker(Map.of("crash.point", CrashPoint.COMMITTED.name())).waitFor()).isEqualTo(9);
		assertThat(states()).isEqualTo(Map.of("PENDING", 1L));
		worker(Map.of());
		awaitAllAccepted(1);
		assertEachSentOnceAndInOrder(Set.of("Message 0"));
	}

	@Test
	void aDeathWhileTheLineIsWaitedForLeavesNothingInDoubt() throws Exception {
		String[] slow = { "--contiguity.pacing.enabled=true", "--contiguity.pacing.rate=2",
				"--contiguity.pacing.burst=1" };
		for (int i = 0; i < 4; i++) {
			this.outbox.operations()
				.enqueue(SendRequest.to("+1206555100" + i).from(StubContiguity.LINE).message("Message " + i).build());
		}
		Process victim = worker(Map.of(), slow);
		awaitProgress(1, 4);
		victim.destroyForcibly().waitFor();
		assertThat(states()).containsKey("PENDING");
		worker(Map.of(), slow);
		awaitAllAccepted(4);
		assertEachSentOnceAndInOrder(Set.of("Message 0", "Message 1", "Message 2", "Message 3"));
	}

	@Test
	void whatWasCommittedBeforeAnybodyWasToldIsSent() throws Exception {
		// this process enqueues, and nobody nudges
		OutboxEntry entry = this.outbox.operations()
			.enqueue(SendRequest.to("+12065551999").message("Message 0").build());
		worker(Map.of());
		awaitAllAccepted(1);
		assertThat(sent()).hasSize(1);
		assertThat(this.outbox.operations().find(entry.id()).orElseThrow().attempts()).isOne();
	}

}
