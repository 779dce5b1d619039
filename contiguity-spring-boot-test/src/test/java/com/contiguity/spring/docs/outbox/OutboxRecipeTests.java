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

package com.contiguity.spring.docs.outbox;

// tag::recipe[]
import java.time.Duration;

import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.test.AutoConfigureContiguitySandbox;
import com.contiguity.spring.test.ContiguitySandbox;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.transaction.support.TransactionTemplate;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * The recipe for an application with an outbox.
 */
@SpringBootTest(properties = "contiguity.outbox.enabled=true")
@AutoConfigureContiguitySandbox
class OutboxRecipeTests {

	@Autowired
	private Shipping shipping;

	@Autowired
	private ImessageOutbox outbox;

	@Autowired
	private ContiguitySandbox sandbox;

	@Autowired
	private TransactionTemplate transaction;

	@Test
	void sendsTheMessageIfTheTransactionCommits() {
		this.shipping.ship("order-4711", "+15551234567");
		Awaitility.waitAtMost(Duration.ofSeconds(30))
			.until(() -> this.outbox.find("order-4711-shipped").orElseThrow().state() == OutboxState.ACCEPTED);
		assertThat(this.sandbox).sent(1).to("+15551234567").withText("Your order is on its way");
	}

	@Test
	void sendsNothingIfTheTransactionRollsBack() {
		this.transaction.executeWithoutResult((status) -> {
			this.shipping.ship("order-4712", "+15551234567");
			status.setRollbackOnly();
		});
		assertThat(this.outbox.find("order-4712-shipped")).isEmpty();
	}

}
// end::recipe[]
