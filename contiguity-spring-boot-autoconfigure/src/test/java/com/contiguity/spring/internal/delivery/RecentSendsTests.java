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

package com.contiguity.spring.internal.delivery;

import java.time.Instant;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentSends}.
 */
class RecentSendsTests {

	@Test
	void theSameMessageSentTwiceInAMillisecondIsTwoSends() {
		RecentSends sends = new RecentSends();
		UnknownSend send = UnknownSend.of(SendRequest.to("+15557654321").message("Hello").build(), "+15550001001",
				Instant.EPOCH, 1);
		sends.unknown(send);
		assertThat(sends.others(send)).isEmpty();
		sends.unknown(send);
		assertThat(sends.others(send)).hasSize(1);
	}

}
