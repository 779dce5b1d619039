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

package com.contiguity.spring.autoconfigure.health;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.health.ContiguityHealthIndicator;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContiguityHealthContributorAutoConfiguration}.
 */
class ContiguityHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class,
				ContiguityHealthContributorAutoConfiguration.class, HealthContributorAutoConfiguration.class))
		.withPropertyValues("contiguity.token=contiguity_sk_test");

	@Test
	void runShouldCreateIndicator() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(ContiguityHealthIndicator.class)
			.hasBean("contiguityHealthContributor"));
	}

	@Test
	void runWhenDisabledShouldNotCreateIndicator() {
		this.contextRunner.withPropertyValues("management.health.contiguity.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ReactiveHealthContributor.class)
				.hasSingleBean(ImessageTemplate.class));
	}

	@Test
	void runWhenDefaultsAreDisabledShouldNotCreateIndicator() {
		this.contextRunner.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ReactiveHealthContributor.class));
	}

	@Test
	void runWithoutTokenShouldNotCreateIndicator() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class,
					ContiguityHealthContributorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveHealthContributor.class));
	}

	@Test
	void runWithATemplateOfTheApplicationsAndWithoutTokenShouldCreateIndicator() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class,
					ContiguityHealthContributorAutoConfiguration.class))
			.withBean(ReactiveImessageTemplate.class,
					() -> ReactiveImessageTemplate.builder().token("contiguity_sk_own").buildReactive())
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(ReactiveHealthContributor.class));
	}

	@Test
	void runWithoutHealthOnTheClassPathShouldNotCreateIndicator() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(ReactiveHealthContributor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ImessageTemplate.class)
				.doesNotHaveBean("contiguityHealthContributor"));
	}

	@Test
	void whenHasUserDefinedIndicatorShouldBackOff() {
		this.contextRunner
			.withBean("contiguityHealthIndicator", ReactiveHealthIndicator.class,
					() -> Mockito.mock(ReactiveHealthIndicator.class))
			.run((context) -> assertThat(context).doesNotHaveBean(ContiguityHealthIndicator.class)
				.hasSingleBean(ReactiveHealthContributor.class));
	}

	@Test
	void whenHasUserDefinedReactiveOperationsShouldCreateIndicatorOfTheTemplate() {
		this.contextRunner
			.withBean(ReactiveImessageOperations.class, () -> Mockito.mock(ReactiveImessageOperations.class))
			.run((context) -> assertThat(context).hasSingleBean(ImessageTemplate.class)
				.hasSingleBean(ContiguityHealthIndicator.class));
	}

	@Test
	void eachAccountHasItsOwnHealth() {
		this.contextRunner
			.withBean("first", ReactiveImessageTemplate.class, () -> builder().account("support").buildReactive())
			.withBean("second", ImessageTemplate.class, () -> builder().build())
			.run((context) -> assertThat(context.getBean(CompositeReactiveHealthContributor.class).stream())
				.extracting((entry) -> entry.name())
				.containsExactlyInAnyOrder("support", "default"));
	}

	private static ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder().token("contiguity_sk_test");
	}

}
