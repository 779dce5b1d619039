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

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockserver.client.MockServerClient;
import org.mockserver.mock.OpenAPIExpectation;
import org.mockserver.model.HttpRequest;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.mockserver.MockServerContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a MockServer container that simulates Contiguity, on machines with a
 * container engine.
 */
@SpringJUnitConfig
@TestPropertySource(properties = { "contiguity.token=contiguity_sk_other", "contiguity.pacing.enabled=false" })
@Testcontainers(disabledWithoutDocker = true)
class ContainerIntegrationTests {

	@Container
	@ServiceConnection
	private static final MockServerContainer container = new MockServerContainer(MockServerImage.name());

	@Autowired
	private ContiguityConnectionDetails connectionDetails;

	@Autowired
	private ImessageTemplate template;

	@Autowired
	private ReactiveImessageTemplate reactive;

	private MockServerClient mockServer;

	@BeforeEach
	void loadTheContract() throws IOException {
		this.mockServer = new MockServerClient(container.getHost(), container.getServerPort());
		this.mockServer.reset();
		this.mockServer.upsert(OpenAPIExpectation
			.openAPIExpectation(new ClassPathResource("contiguity.openapi.yaml", ContiguitySandbox.class)
				.getContentAsString(StandardCharsets.UTF_8)));
	}

	@Test
	void connectionDetailsAreTheContainers() {
		assertThat(this.connectionDetails.getBaseUrl()).isEqualTo(container.getEndpoint());
		assertThat(this.connectionDetails.getToken()).isEqualTo("contiguity_sk_mockserver");
		assertThat(this.connectionDetails.getSslBundle()).isNull();
	}

	@Test
	void everyOperationIsAnswered() {
		ContractCalls.makeAll(this.template);
		assertThat(this.reactive.unwrap(Account.class).probe().block()).isNotEmpty();
		assertThat(this.mockServer.retrieveRecordedRequests(HttpRequest.request())).hasSize(ContractCalls.REQUESTS + 1)
			.allSatisfy((request) -> assertThat(request.getFirstHeader("Authorization"))
				.isEqualTo("Token contiguity_sk_mockserver"));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ContiguityAutoConfiguration.class)
	static class Application {

	}

}
