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

package com.contiguity.spring.test.slice;

import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox} in a
 * test slice of Spring Boot.
 */
@WebMvcTest(ReminderController.class)
@AutoConfigureContiguitySandbox
class WebMvcSliceTests {

	@Test
	void controllerSendsToTheSandbox(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox) {
		assertThat(mvc.post().uri("/reminders")).hasStatusOk().bodyText().startsWith("imsg_");
		assertThat(sandbox).sent(1).to("+15551234567");
	}

}
