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

package com.contiguity.spring.test.slice;

import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.ContiguityTest;
import com.contiguity.spring.test.Fault;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@link ContiguityTest @ContiguityTest} includes webhooks and observability.
 */
@ContiguityTest(properties = { "contiguity.webhook.secrets=whsec_test",
		"management.endpoints.web.exposure.include=contiguity" })
class ContiguityTestWebhookTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void includesTheWebhookReceiver() {
		assertThat(this.context.getBeanProvider(WebhookReceiver.class).getIfUnique()).isNotNull();
	}

	@Test
	void hasHealthAndEndpoint() {
		assertThat(this.context.getBeanProvider(ReactiveHealthContributor.class).getIfUnique()).isNotNull();
		assertThat(this.context.getBeanProvider(ContiguityEndpoint.class).getIfUnique()).isNotNull();
	}

	@Test
	void keepsPrivateDataOutOfOtherEndpoints() {
		assertThat(this.context.getBeanProvider(SanitizingFunction.class).getIfUnique()).isNotNull();
	}

	@Test
	void includesBeansMarkedForRetries(@Autowired CountingRetryListener listener,
			@Autowired ImessageOperations imessages, @Autowired ContiguitySandbox sandbox) {
		sandbox.nextSend(Fault.status(429));
		imessages.send("+15551234567", "Hello");
		assertThat(listener.count()).isEqualTo(1);
	}

	@Test
	void includesComponentsThatCustomizeTheStarter(@Autowired CountingCustomizer customizer) {
		assertThat(customizer.count()).isPositive();
	}

}
