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

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.EnabledIfDockerAvailable;
import org.testcontainers.mockserver.MockServerContainer;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TestSampleApplication}, on machines that have a container engine.
 */
@SpringBootTest
@AutoConfigureMockMvc
@ActiveProfiles("container")
@Import(TestSampleApplication.ContiguityContainer.class)
@EnabledIfDockerAvailable
class ContainerSampleTests {

	@Test
	void sendsToTheContainer(@Autowired MockMvcTester mvc, @Autowired MockServerContainer contiguity,
			@Autowired ContiguityConnectionDetails connectionDetails) {
		assertThat(connectionDetails.getBaseUrl()).isEqualTo(contiguity.getEndpoint());
		assertThat(mvc.post()
			.uri("/messages")
			.contentType(MediaType.APPLICATION_JSON)
			.content("{\"to\": \"+15551234567\", \"message\": \"Hello\"}")).bodyText()
			.contains("imsg_1234567890abcdef");
	}

}
