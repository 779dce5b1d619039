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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for applications with the sandbox whose templates are replaced by mocks.
 */
class MockedTemplateTests {

	private static final String BOB = "+15551234567";

	@Nested
	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	class Reactive {

		@MockitoBean
		private ReactiveImessageTemplate template;

		@Autowired
		private HealthEndpoint health;

		@Test
		void applicationStarts() {
			assertThat(this.health.healthForPath("contiguity").getStatus()).isEqualTo(Status.UNKNOWN);
			assertThat(this.template.isRunning()).isFalse();
		}

	}

	@Nested
	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox
	class ReactiveOperations {

		@MockitoBean
		private ReactiveImessageOperations operations;

		@Autowired
		private ImessageOperations imessages;

		@Autowired
		private ContiguitySandbox sandbox;

		@Autowired
		private HealthEndpoint health;

		@Test
		void applicationStartsAndTheOtherTemplateWorks() {
			assertThat(this.operations.send(BOB, "Hello")).isNull();
			this.imessages.send(BOB, "Hello");
			assertThat(this.sandbox).sent(1).to(BOB);
			assertThat(this.health.healthForPath("contiguity").getStatus()).isEqualTo(Status.UP);
		}

	}

	@Nested
	@SpringBootTest(classes = { Application.class, Blocking.MockConfiguration.class })
	@AutoConfigureContiguitySandbox
	class Blocking {

		@Autowired
		private ImessageTemplate template;

		@Test
		void applicationStarts() {
			assertThat(this.template.send(BOB, "Hello")).isNull();
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class MockConfiguration {

			@Bean
			ImessageTemplate mockedTemplate() {
				return Mockito.mock(ImessageTemplate.class);
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
