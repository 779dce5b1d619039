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

package com.example.messages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.contiguity.spring.test.ContiguitySandbox;
import org.mockserver.client.MockServerClient;
import org.mockserver.mock.OpenAPIExpectation;
import org.mockserver.version.Version;
import org.testcontainers.mockserver.MockServerContainer;
import org.testcontainers.utility.DockerImageName;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ClassPathResource;

/**
 * Starts the sample with a MockServer in a container as its Contiguity:
 * {@code ./mvnw spring-boot:test-run -pl sample-app -am}.
 */
public final class TestSampleApplication {

	private TestSampleApplication() {
	}

	public static void main(String[] args) {
		// neither the sandbox nor an account
		SpringApplication.from(MessagesApplication::main)
			.with(ContiguityContainer.class)
			.withAdditionalProfiles("container")
			.run(args);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class ContiguityContainer {

		@Bean
		@ServiceConnection
		MockServerContainer contiguity() {
			String image = System.getenv()
				.getOrDefault("MOCKSERVER_IMAGE", "mockserver/mockserver:" + Version.getVersion());
			return new MockServerContainer(
					DockerImageName.parse(image).asCompatibleSubstituteFor("mockserver/mockserver"));
		}

		@Bean
		ApplicationRunner contract(MockServerContainer contiguity) {
			return (arguments) -> load(new MockServerClient(contiguity.getHost(), contiguity.getServerPort()));
		}

		private static void load(MockServerClient mockServer) throws IOException {
			ClassPathResource description = new ClassPathResource("contiguity.openapi.yaml", ContiguitySandbox.class);
			mockServer
				.upsert(OpenAPIExpectation.openAPIExpectation(description.getContentAsString(StandardCharsets.UTF_8)));
		}

	}

}
