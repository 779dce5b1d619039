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

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that are killed while the API has their messages and has not answered.
 */
@EnabledOnJre(JRE.JAVA_17)
class SlowAnswerCrashTests extends AbstractCrashTests {

	@Override
	int answerDelay() {
		return 500;
	}

	@Test
	void aDeathWhileMessagesAreOnTheWireSendsThemOnce() throws Exception {
		Set<String> committed = enqueue(200);
		Process victim = worker(Map.of(), CrashTests.PATIENT);
		awaitProgress(10, committed.size());
		kill(victim);
		assertThat(states()).containsKey("SENDING");
		worker(Map.of(), CrashTests.PATIENT);
		awaitAllAccepted(committed.size());
		assertEachSentOnceAndInOrder(committed);
		assertOnlyKilledProcessesLeftAnythingUnknown();
	}

}
