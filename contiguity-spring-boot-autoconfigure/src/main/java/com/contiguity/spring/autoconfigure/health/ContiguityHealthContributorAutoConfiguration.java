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

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.health.ContiguityHealthIndicator;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.contributor.CompositeReactiveHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link ContiguityHealthIndicator}. Boot adapts it where health is asked for by threads
 * that block.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ContiguityAutoConfiguration.class)
@ConditionalOnClass({ ReactiveHealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(ReactiveImessageTemplate.class)
@ConditionalOnEnabledHealthIndicator("contiguity")
@EnableConfigurationProperties(ContiguityProperties.class)
public final class ContiguityHealthContributorAutoConfiguration
		extends CompositeReactiveHealthContributorConfiguration<ContiguityHealthIndicator, ReactiveImessageTemplate> {

	ContiguityHealthContributorAutoConfiguration(ContiguityProperties properties) {
		super((template) -> new ContiguityHealthIndicator(template, probeInterval(properties)));
	}

	private static Duration probeInterval(ContiguityProperties properties) {
		Duration interval = properties.getHealth().getProbeInterval();
		if (interval.isNegative() || interval.isZero()) {
			throw new InvalidConfigurationPropertyValueException("contiguity.health.probe-interval", interval,
					"It must be positive.");
		}
		return interval;
	}

	@Bean
	@ConditionalOnMissingBean(name = { "contiguityHealthIndicator", "contiguityHealthContributor" })
	ReactiveHealthContributor contiguityHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		// a test may have put a mock in the place of the template, which is none itself
		boolean mocked = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory,
				ReactiveImessageTemplate.class).length == 0;
		return (mocked) ? (ReactiveHealthIndicator) () -> Mono.just(Health.unknown().build())
				: createContributor(beanFactory, ReactiveImessageTemplate.class);
	}

}
