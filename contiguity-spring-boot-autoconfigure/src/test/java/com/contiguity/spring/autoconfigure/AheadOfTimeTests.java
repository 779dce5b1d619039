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

package com.contiguity.spring.autoconfigure;

import java.util.function.Consumer;

import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import org.junit.jupiter.api.Test;

import org.springframework.aot.AotDetector;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for applications that are processed ahead of time.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final String TOKEN = "contiguity_sk_aheadoftime";

	private static final String SECRET = "whsec_aheadoftime0123456789abcdef";

	@Test
	void sendsWithATokenThatIsKnownAtRunTimeOnly() {
		try (RecordingServer server = RecordingServer.start()) {
			TestGenerationContext generated = process("contiguity.token=${TOKEN_AT_RUN_TIME:}");
			run(generated, (context) -> {
				assertThat(context.getBean(ImessageTemplate.class).send("+15551234567", "Hello").messageId())
					.isEqualTo("imsg_1");
				assertThat(server.take().header("authorization")).contains(TOKEN);
			}, "contiguity.token=${TOKEN_AT_RUN_TIME:}", "TOKEN_AT_RUN_TIME=" + TOKEN,
					"contiguity.base-url=" + server.baseUrl());
		}
	}

	@Test
	void receivesWithSecretsThatAreKnownAtRunTimeOnly() {
		TestGenerationContext generated = process("contiguity.webhook.secrets=${SECRET_AT_RUN_TIME:}");
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(SimpleApplicationEventMulticaster.class, "getTaskExecutor"))
			.accepts(generated.getRuntimeHints());
		run(generated, (context) -> {
			assertThat(context.getBeansOfType(WebhookSignatureVerifier.class)).hasSize(1);
			assertThat(context.getBeansOfType(ImessageOperations.class)).isEmpty();
		}, "contiguity.webhook.secrets=${SECRET_AT_RUN_TIME:}", "SECRET_AT_RUN_TIME=" + SECRET);
	}

	@Test
	void writesNeitherTokenNorSecretsToTheBuild() {
		TestGenerationContext generated = process("contiguity.token=" + TOKEN, "contiguity.webhook.secrets=" + SECRET);
		TestCompiler.forSystem().with(generated).compile((compiled) -> {
			assertThat(compiled.getSourceFiles()).isNotEmpty();
			assertThat(compiled.getSourceFiles()).extracting(Object::toString)
				.allSatisfy((source) -> assertThat(source).doesNotContain("aheadoftime"));
		});
	}

	@Test
	void saysThatTheTokenWasNotDeclaredWhenTheApplicationWasBuilt() {
		TestGenerationContext generated = process();
		run(generated, (context) -> {
			assertThat(context.getBeansOfType(ImessageOperations.class)).isEmpty();
			System.setProperty(AotDetector.AOT_ENABLED, "true");
			try {
				FailureAnalysis analysis = new NoSuchImessageOperationsBeanFailureAnalyzer(context.getBeanFactory(),
						context.getEnvironment())
					.analyze(new NoSuchBeanDefinitionException(ImessageOperations.class));
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("when the application was processed ahead of time");
				assertThat(analysis.getAction()).contains("contiguity.token=${CONTIGUITY_TOKEN:}");
			}
			finally {
				System.clearProperty(AotDetector.AOT_ENABLED);
			}
		}, "contiguity.token=" + TOKEN);
	}

	private static TestGenerationContext process(String... properties) {
		GenericApplicationContext context = new GenericApplicationContext();
		TestPropertyValues.of(properties).applyTo(context);
		new AnnotatedBeanDefinitionReader(context).register(Application.class);
		TestGenerationContext generated = new TestGenerationContext();
		new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
		generated.writeGeneratedContent();
		return generated;
	}

	@SuppressWarnings("unchecked")
	private static void run(TestGenerationContext generated, Consumer<GenericApplicationContext> test,
			String... properties) {
		TestCompiler.forSystem().with(generated).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(properties).applyTo(context);
				compiled.getInstance(ApplicationContextInitializer.class).initialize(context);
				context.refresh();
				test.accept(context);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage
	@ImportAutoConfiguration({ WebClientAutoConfiguration.class, ContiguityAutoConfiguration.class,
			TaskExecutionAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class })
	static class Application {

	}

}
