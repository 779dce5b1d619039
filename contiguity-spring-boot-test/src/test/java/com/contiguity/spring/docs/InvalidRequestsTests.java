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

package com.contiguity.spring.docs;

import com.contiguity.spring.imessage.SendRequest;
import org.junit.jupiter.api.Test;

import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the example of docs/sending.md responds to an invalid request with a problem
 * detail.
 */
class InvalidRequestsTests {

	private final MockMvcTester mvc = MockMvcTester
		.create(MockMvcBuilders.standaloneSetup(new Messages()).setControllerAdvice(new InvalidRequests()).build());

	@Test
	void namesTheInvalidField() {
		assertThat(this.mvc.post().uri("/messages")).hasStatus(400)
			.bodyJson()
			.extractingPath("$.field")
			.isEqualTo("to");
	}

	@RestController
	static class Messages {

		@PostMapping("/messages")
		String send() {
			return SendRequest.to("12").message("Hello").build().message();
		}

	}

}
