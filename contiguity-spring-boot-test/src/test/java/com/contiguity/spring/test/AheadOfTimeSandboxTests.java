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

import java.util.stream.Stream;

import com.contiguity.spring.core.ImessageTemplate;
import org.junit.jupiter.api.Test;

import org.springframework.aot.AotDetector;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.test.generate.CompilerFiles;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.test.context.TestContextManager;
import org.springframework.test.context.aot.TestContextAotGenerator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for sandboxes in tests that are processed ahead of time.
 */
@CompileWithForkedClassLoader
class AheadOfTimeSandboxTests {

	@Test
	void applicationTalksToItsSandbox() {
		InMemoryGeneratedFiles generated = new InMemoryGeneratedFiles();
		new TestContextAotGenerator(generated).processAheadOfTime(Stream.of(WithSandbox.class));
		TestCompiler.forSystem().with(CompilerFiles.from(generated)).compile((compiled) -> {
			System.setProperty(AotDetector.AOT_ENABLED, "true");
			try {
				WithSandbox test = new WithSandbox();
				TestContextManager manager = new TestContextManager(WithSandbox.class);
				manager.beforeTestClass();
				manager.prepareTestInstance(test);
				manager.beforeTestMethod(test, Object.class.getMethod("toString"));
				assertThat(test.template.send("+15551234567", "Hello").from()).isEqualTo("+15550009001");
				assertThat(test.sandbox.messages()).extracting(SandboxMessage::text).containsExactly("Hello");
				manager.getTestContext().markApplicationContextDirty(null);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			finally {
				System.clearProperty(AotDetector.AOT_ENABLED);
			}
		});
	}

	@SpringBootTest(classes = Application.class)
	@AutoConfigureContiguitySandbox(lines = "+15550009001")
	static class WithSandbox {

		@Autowired
		ContiguitySandbox sandbox;

		@Autowired
		ImessageTemplate template;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
