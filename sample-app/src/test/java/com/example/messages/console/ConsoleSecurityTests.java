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

package com.example.messages.console;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what browsers may do.
 */
@SpringBootTest
@AutoConfigureMockMvc
class ConsoleSecurityTests {

	private final MockMvcTester mvc;

	ConsoleSecurityTests(@Autowired MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@Test
	void allowsNothingFromElsewhere() {
		assertThat(this.mvc.get().uri("/")).hasStatusOk()
			.headers()
			.hasHeaderSatisfying("Content-Security-Policy",
					(values) -> assertThat(values.get(0)).contains("default-src 'none'").doesNotContain("unsafe"));
	}

	@Test
	void refusesWhatAPageOfSomebodyElsePosts() {
		for (String path : new String[] { "/console/messages", "/messages", "/conversations/+15557654321/read",
				"/phone/messages" }) {
			assertThat(this.mvc.post().uri(path).header("Origin", "https://example.com")).hasStatus(403);
		}
	}

	@Test
	void leavesProgramsAlone() {
		assertThat(this.mvc.post()
			.uri("/messages")
			.contentType("application/json")
			.content("{\"to\": \"+15557654321\", \"message\": \"Hello\"}")).hasStatus(201);
	}

	@Test
	void doesNotKnowConversationsOfEarlierStarts() {
		assertThat(this.mvc.get().uri("/chats/chat-1")).hasStatus3xxRedirection();
		assertThat(this.mvc.post().uri("/console/chats/chat-1/refresh")).hasStatus(404);
	}

	@Test
	void refusesWhatIsAskedUnderTheNameOfSomebodyElse() {
		for (String path : new String[] { "/", "/console/stream", "/conversations/+15557654321", "/actuator/health" }) {
			assertThat(this.mvc.get().uri(path).header("Host", "rebound.example.com")).hasStatus(421);
		}
		assertThat(this.mvc.post().uri("/console/messages").header("Host", "rebound.example.com")).hasStatus(421);
	}

	@Test
	void receivesWebhooksUnderAnyName() {
		// not signed, but asked for a signature
		assertThat(this.mvc.post().uri("/contiguity/webhook").header("Host", "messages.example.com").content("{}"))
			.hasStatus(401);
	}

}
