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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NoSuchImessageOperationsBeanFailureAnalyzer}.
 */
class NoSuchImessageOperationsBeanFailureAnalyzerTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class));

	private static FailureAnalysis analyze(ConfigurableApplicationContext context, Class<?> missing) {
		return analyzer(context).analyze(new IllegalStateException(new NoSuchBeanDefinitionException(missing)));
	}

	private static NoSuchImessageOperationsBeanFailureAnalyzer analyzer(ConfigurableApplicationContext context) {
		return new NoSuchImessageOperationsBeanFailureAnalyzer(context.getBeanFactory(), context.getEnvironment());
	}

	@ParameterizedTest
	@ValueSource(classes = { ImessageOperations.class, ReactiveImessageOperations.class, ImessageTemplate.class })
	void saysWhichPropertyToSetIfThereIsNoToken(Class<?> missing) {
		this.contextRunner.run((context) -> {
			FailureAnalysis analysis = analyze(context.getSourceApplicationContext(), missing);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains(missing.getName()).contains("no Contiguity token");
			assertThat(analysis.getAction()).contains("'contiguity.token'").contains("CONTIGUITY_TOKEN");
		});
	}

	@Test
	void returnsNoAnalysisIfThereIsAToken() {
		this.contextRunner.withPropertyValues("contiguity.token=contiguity_sk_analyzer")
			.run((context) -> assertThat(analyze(context.getSourceApplicationContext(), ImessageOperations.class))
				.isNull());
	}

	@Test
	void returnsNoAnalysisIfTheConnectionDetailsAreTheUsers() {
		this.contextRunner.withBean(ContiguityConnectionDetails.class, () -> new ContiguityConnectionDetails() {

			@Override
			public String getBaseUrl() {
				return "http://localhost";
			}

			@Override
			public String getToken() {
				return "contiguity_sk_analyzer";
			}

		})
			.run((context) -> assertThat(analyze(context.getSourceApplicationContext(), ImessageOperations.class))
				.isNull());
	}

	@Test
	void returnsNoAnalysisOfOtherBeans() {
		this.contextRunner
			.run((context) -> assertThat(analyze(context.getSourceApplicationContext(), Runnable.class)).isNull());
	}

	@Test
	void returnsNoAnalysisOfAMissingBeanWithoutType() {
		this.contextRunner.run((context) -> assertThat(analyzer(context.getSourceApplicationContext())
			.analyze(new NoSuchBeanDefinitionException("imessageTemplate"))).isNull());
	}

	@Test
	void returnsNoAnalysisIfTheAutoConfigurationIsNotUsed() {
		new ApplicationContextRunner()
			.run((context) -> assertThat(analyze(context.getSourceApplicationContext(), ImessageOperations.class))
				.isNull());
	}

	@Test
	void returnsNoAnalysisOfOtherFailures() {
		this.contextRunner.run((context) -> assertThat(
				analyzer(context.getSourceApplicationContext()).analyze(new IllegalStateException("No bean")))
			.isNull());
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage
	static class Application {

	}

}
