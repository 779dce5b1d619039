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

package com.contiguity.spring.docs.webhooks;

// tag::recipe[]
import java.time.Duration;

import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxWebhook;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * The recipe for webhooks.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "contiguity.webhook.secrets=whsec_test")
@AutoConfigureContiguitySandbox
class WebhookRecipeTests {

	@Autowired
	private ContiguitySandbox sandbox;

	@BeforeEach
	void setWebhookTarget(@LocalServerPort int port) {
		this.sandbox.webhooks("http://localhost:" + port + "/contiguity/webhook", "whsec_test");
	}

	@Test
	void answersOnceIfTheWebhookIsDeliveredTwice() {
		SandboxWebhook webhook = this.sandbox.receive("+15551234567", "+15550001001", "Are you open?");
		webhook.repeat();
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.during(Duration.ofMillis(500))
			.until(() -> this.sandbox.messages().size() == 1);
		assertThat(this.sandbox).sent(1).to("+15551234567").from("+15550001001").withText("Yes, until ten");
	}

	@Test
	void rejectsTamperedWebhooks() {
		SandboxWebhook webhook = this.sandbox.receive("+15551234567", "+15550001001", "Are you open?");
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.sandbox.messages().isEmpty());
		assertThat(webhook.repeatTampered().status()).isEqualTo(401);
	}

}
// end::recipe[]
