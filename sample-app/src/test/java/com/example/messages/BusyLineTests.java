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

package com.example.messages;

import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link Problems} where a line has no room.
 */
@SpringBootTest(
		properties = { "contiguity.pacing.rate=0.01", "contiguity.pacing.burst=1", "contiguity.pacing.max-wait=1s" })
@AutoConfigureMockMvc
@AutoConfigureContiguitySandbox(rateLimit = true)
// not the default one, "sandbox", whose sandbox would be a second one
@ActiveProfiles("test")
class BusyLineTests {

	private final MockMvcTester mvc;

	private final ContiguitySandbox sandbox;

	BusyLineTests(@Autowired MockMvcTester mvc, @Autowired ContiguitySandbox sandbox) {
		this.mvc = mvc;
		this.sandbox = sandbox;
	}

	@Test
	void tellsWhenTheLineHasRoomAgain() {
		assertThat(send()).hasStatus(201);
		MvcTestResult result = send();
		assertThat(result).hasStatus(503).bodyJson().extractingPath("$.outcome").isEqualTo("NOT_SENT");
		assertThat(Integer.parseInt(result.getResponse().getHeader(HttpHeaders.RETRY_AFTER))).isBetween(80, 100);
		assertThat(this.sandbox).sent(1);
	}

	private MvcTestResult send() {
		return this.mvc.post().uri("/messages").contentType(MediaType.APPLICATION_JSON).content("""
				{"to": "+15557654321", "message": "Hello"}""").exchange();
	}

}
