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
import java.time.Instant;

import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.WebhookSigner;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * The recipe for webhooks with MockMvc.
 */
@SpringBootTest(properties = "contiguity.webhook.secrets=whsec_test")
@AutoConfigureMockMvc
@AutoConfigureContiguitySandbox
class MockMvcRecipeTests {

	private static final String WEBHOOK = """
			{"id": "evt_1", "type": "imessage.incoming", "timestamp": 1785698220, "api_version": "v2026.8.2",
			 "data": {"from": "+15551234567", "to": "+15550001001", "timestamp": 1785698220,
			          "body": "Are you open?", "attachments": []}}""";

	@Autowired
	private MockMvcTester mvc;

	@Autowired
	private ContiguitySandbox sandbox;

	@Test
	void answers() {
		String signature = new WebhookSigner("whsec_test").sign(WEBHOOK, Instant.now());
		assertThat(this.mvc.post().uri("/contiguity/webhook").header(WebhookSigner.HEADER, signature).content(WEBHOOK))
			.hasStatus2xxSuccessful();
		Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> !this.sandbox.messages().isEmpty());
		assertThat(this.sandbox).sent(1).to("+15551234567").withText("Yes, until ten");
	}

}
// end::recipe[]
