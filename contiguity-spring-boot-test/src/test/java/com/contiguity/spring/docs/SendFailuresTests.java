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

import java.time.Duration;

import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.test.RecordingImessageOperations;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the example of docs/sending.md responds to a failed send as described there.
 */
class SendFailuresTests {

	private final RecordingImessageOperations imessages = new RecordingImessageOperations();

	private final MockMvcTester mvc = MockMvcTester
		.create(MockMvcBuilders.standaloneSetup(new Messages()).setControllerAdvice(new SendFailures()).build());

	@Test
	void respondsWith503AndTheTimeToWaitIfNothingWasSent() {
		this.imessages.next(new LineBusyException("+15550001001", Duration.ofMillis(1500)));
		assertThat(this.mvc.post().uri("/messages")).hasStatus(503).hasHeader(HttpHeaders.RETRY_AFTER, "2");
		this.imessages.next(Outcome.NOT_SENT);
		assertThat(this.mvc.post().uri("/messages")).hasStatus(503);
	}

	@Test
	void respondsWithout503IfSendingAgainIsNotSafeOrDoesNotHelp() {
		this.imessages.next(Outcome.UNKNOWN, Outcome.REJECTED);
		assertThat(this.mvc.post().uri("/messages")).hasStatus(504).doesNotContainHeader(HttpHeaders.RETRY_AFTER);
		assertThat(this.mvc.post().uri("/messages")).hasStatus(502).doesNotContainHeader(HttpHeaders.RETRY_AFTER);
	}

	@RestController
	class Messages {

		@PostMapping("/messages")
		String send() {
			return SendFailuresTests.this.imessages.send(SendRequest.to("+15551234567").message("Hello").build())
				.messageId();
		}

	}

}
