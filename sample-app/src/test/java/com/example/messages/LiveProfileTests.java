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

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.ApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the application without its sandbox. Nothing listens where it sends.
 */
@SpringBootTest(properties = { "contiguity.token=" + LiveProfileTests.TOKEN, "contiguity.base-url=http://127.0.0.1:1",
		"contiguity.retry.enabled=false", "management.endpoints.web.exposure.include=*" })
@AutoConfigureMockMvc
@ActiveProfiles("live")
class LiveProfileTests {

	static final String TOKEN = "contiguity_sk_canary";

	private final MockMvcTester mvc;

	private final ApplicationContext context;

	LiveProfileTests(@Autowired MockMvcTester mvc, @Autowired ApplicationContext context) {
		this.mvc = mvc;
		this.context = context;
	}

	@Test
	void needsOnlyAToken() {
		assertThat(this.context.getBeanProvider(ContiguitySandbox.class)).isEmpty();
		assertThat(this.context.getBean(ContiguityConnectionDetails.class).getToken()).isEqualTo(TOKEN);
	}

	@Test
	void saysThatNothingWasSentWhereContiguityCannotBeReached() {
		assertThat(this.mvc.post().uri("/messages").contentType(MediaType.APPLICATION_JSON).content("""
				{"to": "+15557654321", "message": "Hello"}""")).hasStatus(503)
			.bodyJson()
			.extractingPath("$.outcome")
			.isEqualTo("NOT_SENT");
	}

	@Test
	void asksForTheLineOfAConversationIfNoneIsConfigured() {
		assertThat(this.mvc.get().uri("/conversations/{to}", "+15557654321")).hasStatus(400)
			.bodyJson()
			.extractingPath("$.field")
			.isEqualTo("from");
	}

	@Test
	void keepsTheTokenOutOfTheActuator() {
		for (String endpoint : new String[] { "env", "env/contiguity.token", "configprops", "contiguity", "beans",
				"conditions" }) {
			assertThat(this.mvc.get().uri("/actuator/" + endpoint)).hasStatusOk().bodyText().doesNotContain(TOKEN);
		}
	}

}
