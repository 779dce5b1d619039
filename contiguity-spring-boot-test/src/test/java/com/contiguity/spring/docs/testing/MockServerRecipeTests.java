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
import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The recipe for a response that the sandbox does not provide.
 */
@SpringBootTest
@AutoConfigureContiguitySandbox
class MockServerRecipeTests {

	@Autowired
	private Reminders reminders;

	@Autowired
	private ContiguitySandbox sandbox;

	@Test
	void reportsAResponseWithoutAnIdAsUnknown() {
		this.sandbox.mockServer()
			.when(HttpRequest.request("/send/imessage"))
			.respond(HttpResponse.response("{}").withHeader("Content-Type", "application/json"));
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> this.reminders.remind("+15551234567"))
			.matches((ex) -> ex.outcome() == Outcome.UNKNOWN);
	}

}
// end::recipe[]
