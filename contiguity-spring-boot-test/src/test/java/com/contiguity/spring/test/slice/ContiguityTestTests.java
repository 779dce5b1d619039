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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.ContiguityTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.task.ThreadPoolTaskExecutorBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContiguityTest @ContiguityTest}.
 */
@ContiguityTest(properties = "greeting=Hello", lines = "+15550009001")
class ContiguityTestTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void applicationSendsToTheSandbox(@Autowired ImessageOperations imessages, @Autowired ContiguitySandbox sandbox) {
		assertThat(imessages.send("+15551234567", "Hello").from()).isEqualTo("+15550009001");
		assertThat(sandbox.messages()).hasSize(1);
	}

	@Test
	void includesTheTemplates() {
		assertThat(this.context.getBeanProvider(ReactiveImessageOperations.class).getIfUnique()).isNotNull();
		assertThat(this.context.getBeanProvider(WebClient.Builder.class).getIfUnique()).isNotNull();
	}

	@Test
	void hasNothingElse() {
		assertThat(this.context.getBeanProvider(SliceApplication.class).getIfUnique()).isNotNull();
		assertThat(this.context.getBeanProvider(Reminders.class).getIfAvailable()).isNull();
		assertThat(this.context.containsBean("beanOfAConfiguration")).isFalse();
		assertThat(this.context.getBeanProvider(ThreadPoolTaskExecutorBuilder.class).getIfAvailable()).isNull();
	}

	@Test
	void takesProperties(@Autowired Environment environment) {
		assertThat(environment.getProperty("greeting")).isEqualTo("Hello");
	}

}
