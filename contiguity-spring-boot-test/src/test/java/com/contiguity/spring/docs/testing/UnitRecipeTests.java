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

package com.contiguity.spring.docs.testing;

// tag::recipe[]
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.test.RecordingImessageOperations;
import org.junit.jupiter.api.Test;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The recipe for a unit test.
 */
class UnitRecipeTests {

	private final RecordingImessageOperations imessages = new RecordingImessageOperations();

	private final Reminders reminders = new Reminders(this.imessages);

	@Test
	void reminds() {
		this.reminders.remind("+15551234567");
		assertThat(this.imessages).sent(1).to("+15551234567").withText("Your table is ready");
	}

	@Test
	void passesOnUnknownOutcomes() {
		this.imessages.next(Outcome.UNKNOWN);
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> this.reminders.remind("+15551234567"));
	}

}
// end::recipe[]
