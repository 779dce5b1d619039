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

package com.contiguity.spring.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SandboxMessage}.
 */
class SandboxMessageTests {

	@Test
	void toStringIsMasked() {
		SandboxMessage message = new SandboxMessage("imsg_1", "+12025557890", "+15550001001", "Canary",
				List.of("https://example.com/secret.png"), Fallback.always().from("+15550001002"), true, Instant.EPOCH,
				Delivery.IMESSAGE);
		assertThat(message.toString())
			.contains("imsg_1", "+1•••••7890", "+1•••••1001", "<6 characters>", "attachments=1", "delivery=IMESSAGE")
			.doesNotContain("202555", "555000", "Canary", "secret");
	}

	@Test
	void attachmentsAreCopied() {
		List<String> attachments = new ArrayList<>(List.of("https://example.com/a.png"));
		SandboxMessage message = new SandboxMessage("imsg_1", "+12025557890", "+15550001001", null, attachments, null,
				false, Instant.EPOCH, Delivery.IMESSAGE);
		attachments.clear();
		assertThat(message.attachments()).hasSize(1);
	}

}
