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

package com.contiguity.spring.docs.configuration;

import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockserver.model.HttpRequest;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that the examples of docs/configuration.md work as described.
 */
class ConfigurationExamplesTests {

	private static final String RECIPIENT = "+15555550123";

	private static ContiguitySandbox sandbox;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(WebClientAutoConfiguration.class, ContiguityAutoConfiguration.class))
		.withPropertyValues("contiguity.base-url=" + sandbox.baseUrl(), "contiguity.token=" + sandbox.token(),
				"contiguity.from=+15550001001");

	@BeforeAll
	static void startSandbox() {
		sandbox = ContiguitySandbox.start();
	}

	@AfterAll
	static void closeSandbox() {
		sandbox.close();
	}

	@BeforeEach
	void clearSandbox() {
		sandbox.clear();
	}

	@Test
	void hasASecondAccount() {
		this.contextRunner.withUserConfiguration(SecondAccountConfiguration.class)
			.withPropertyValues("marketing.token=contiguity_sk_marketing", "marketing.from=+15550001002")
			.run((context) -> {
				context.getBean(ImessageTemplate.class).send(RECIPIENT, "Hello");
				assertThat(sandbox.messages()).hasSize(1);
				ImessageTemplate marketing = context.getBean("marketing", ImessageTemplate.class);
				assertThatExceptionOfType(AuthenticationFailedException.class)
					.isThrownBy(() -> marketing.send(RECIPIENT, "Hello"));
			});
	}

	@Test
	void customizes() {
		this.contextRunner
			.withUserConfiguration(LineConfiguration.class, ReconciliationConfiguration.class,
					TenantConfiguration.class)
			.run((context) -> {
				context.getBean(ImessageTemplate.class).send("+447700900123", "Hello");
				assertThat(sandbox.messages()).singleElement()
					.satisfies((message) -> assertThat(message.from()).isEqualTo("+15550001002"));
				sandbox.mockServer().verify(HttpRequest.request("/send/imessage").withHeader("X-Tenant", "restaurant"));
			});
	}

	@Test
	void makesFiveAttempts() {
		this.contextRunner.withUserConfiguration(RetryConfiguration.class)
			.withPropertyValues("contiguity.retry.initial-interval=1ms", "contiguity.pacing.enabled=false")
			.run((context) -> {
				sandbox.nextSend(Fault.status(429), Fault.status(429), Fault.status(429), Fault.status(429));
				assertThat(context.getBean(ImessageTemplate.class).send(RECIPIENT, "Hello").attempts()).isEqualTo(5);
			});
	}

}
