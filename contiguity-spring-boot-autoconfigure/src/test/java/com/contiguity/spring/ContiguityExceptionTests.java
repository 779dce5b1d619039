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

package com.contiguity.spring;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ContiguityException}.
 */
class ContiguityExceptionTests {

	@Test
	void tellsHowLongTheApiAsksToWait() {
		ContiguityException failure = new RateLimitedException(Operation.SEND, null, null, Duration.ofSeconds(7));
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
		failure = new RateLimitedException(Operation.SEND, null, null, null);
		assertThat(failure.retryAfter()).isNull();
	}

	@Test
	void tellsHowLongTheLineIsBusy() {
		ContiguityException failure = new LineBusyException("+15551234567", Duration.ofMillis(1500));
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofMillis(1500));
	}

	@Test
	void tellsHowLongAnInterceptorRefusesTheMessage() {
		ContiguityException failure = SendRefusedException.notSent("At night", Instant.now().plusSeconds(3600));
		assertThat(failure.retryAfter()).isBetween(Duration.ofSeconds(3500), Duration.ofSeconds(3600));
		failure = SendRefusedException.notSent("At night", Instant.now().minusSeconds(60));
		assertThat(failure.retryAfter()).isEqualTo(Duration.ZERO);
		failure = SendRefusedException.notSent("Busy", null);
		assertThat(failure.retryAfter()).isNull();
		failure = SendRefusedException.rejected("No consent");
		assertThat(failure.retryAfter()).isNull();
	}

	@Test
	void aSerializedExceptionHasNoNumberAndNoText() throws Exception {
		ContiguityException cause = new ContiguityApiException(Operation.SEND, Outcome.UNKNOWN, 500, "Fault", "err_1",
				Duration.ofSeconds(7));
		SendOutcomeUnknownException failure = new SendOutcomeUnknownException(
				SendRequest.to("+15557654321").message("canary text").build(), "+15551112222", Instant.now(), 1, cause);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
			out.writeObject(failure);
		}
		assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain("5557654321", "5551112222", "canary");
		try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
			SendOutcomeUnknownException read = (SendOutcomeUnknownException) in.readObject();
			assertThat(read).hasMessage(failure.getMessage());
			assertThat(read.outcome()).isEqualTo(Outcome.UNKNOWN);
			assertThat(read.getCause()).isInstanceOfSatisfying(ContiguityApiException.class,
					(api) -> assertThat(api.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
			assertThatIllegalStateException().isThrownBy(read::unknownSend);
		}
	}

	@Test
	void suggestsNoOtherAttemptIfTheMessageMayHaveBeenSent() {
		ContiguityException answer = new ContiguityApiException(Operation.SEND, Outcome.UNKNOWN, 503, null, null,
				Duration.ofSeconds(7));
		SendRequest request = SendRequest.to("+15557654321").message("Hello").build();
		ContiguityException failure = new SendOutcomeUnknownException(request, null, Instant.now(), 1, answer);
		assertThat(failure.retryAfter()).isNull();
	}

}
