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

package com.contiguity.spring.docs.testing;

// tag::recipe[]
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockserver.client.MockServerClient;
import org.mockserver.mock.OpenAPIExpectation;
import org.mockserver.model.HttpRequest;
import org.mockserver.version.Version;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.mockserver.MockServerContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The recipe for a container.
 */
@SpringBootTest
@Testcontainers(disabledWithoutDocker = true)
class ContainerRecipeTests {

	@Container
	@ServiceConnection
	private static final MockServerContainer contiguity = new MockServerContainer(DockerImageName
		.parse(System.getenv().getOrDefault("MOCKSERVER_IMAGE", "mockserver/mockserver:" + Version.getVersion()))
		.asCompatibleSubstituteFor("mockserver/mockserver"));

	@Autowired
	private Reminders reminders;

	private final MockServerClient mockServer = new MockServerClient(contiguity.getHost(), contiguity.getServerPort());

	@BeforeEach
	void answerAsContiguity() throws IOException {
		ClassPathResource description = new ClassPathResource("contiguity.openapi.yaml", ContiguitySandbox.class);
		this.mockServer.reset();
		this.mockServer
			.upsert(OpenAPIExpectation.openAPIExpectation(description.getContentAsString(StandardCharsets.UTF_8)));
	}

	@Test
	void reminds() {
		this.reminders.remind("+15551234567");
		assertThat(this.mockServer.retrieveRecordedRequests(HttpRequest.request("/send/imessage"))).hasSize(1);
	}

}
// end::recipe[]
