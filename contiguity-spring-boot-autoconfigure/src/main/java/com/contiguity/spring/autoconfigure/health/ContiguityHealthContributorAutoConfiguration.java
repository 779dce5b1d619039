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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.health.ContiguityHealthIndicator;
import com.contiguity.spring.internal.account.AccountTemplates;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link ContiguityHealthIndicator}. In blocking applications, Spring Boot adapts the
 * reactive indicator.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ContiguityAutoConfiguration.class)
@ConditionalOnClass({ ReactiveHealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@Conditional(ContiguityHealthContributorAutoConfiguration.OnTemplateCondition.class)
@ConditionalOnEnabledHealthIndicator("contiguity")
@EnableConfigurationProperties(ContiguityProperties.class)
public final class ContiguityHealthContributorAutoConfiguration {

	ContiguityHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = { "contiguityHealthIndicator", "contiguityHealthContributor" })
	ReactiveHealthContributor contiguityHealthContributor(ListableBeanFactory beanFactory,
			ContiguityProperties properties) {
		Duration probeInterval = probeInterval(properties);
		Map<String, ReactiveHealthIndicator> accounts = new LinkedHashMap<>();
		AccountTemplates.of(beanFactory)
			.forEach((name, template) -> accounts.put(name, new ContiguityHealthIndicator(template, probeInterval)));
		if (accounts.isEmpty()) {
			// a test has replaced all templates with mocks
			return (ReactiveHealthIndicator) () -> Mono.just(Health.unknown().build());
		}
		return (accounts.size() == 1) ? accounts.values().iterator().next()
				: CompositeReactiveHealthContributor.fromMap(accounts);
	}

	private static Duration probeInterval(ContiguityProperties properties) {
		Duration interval = properties.getHealth().getProbeInterval();
		if (interval.isNegative() || interval.isZero()) {
			throw new InvalidConfigurationPropertyValueException("contiguity.health.probe-interval", interval,
					"It must be positive.");
		}
		return interval;
	}

	static class OnTemplateCondition extends AnyNestedCondition {

		OnTemplateCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(ReactiveImessageTemplate.class)
		static class Reactive {

		}

		@ConditionalOnBean(ImessageTemplate.class)
		static class Blocking {

		}

	}

}
