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

package com.contiguity.spring.outbox.autoconfigure;

import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.internal.outbox.Outbox;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of the outbox, which is {@code DOWN} while the
 * account is refused.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ContiguityOutboxAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Outbox.class)
@ConditionalOnEnabledHealthIndicator("contiguity-outbox")
public final class ContiguityOutboxHealthContributorAutoConfiguration {

	private static final Duration SOON = Duration.ofHours(1);

	ContiguityOutboxHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = { "contiguityOutboxHealthIndicator", "contiguityOutboxHealthContributor" })
	HealthIndicator contiguityOutboxHealthContributor(Outbox outbox) {
		return () -> health(outbox);
	}

	private static Health health(Outbox outbox) {
		Instant since = outbox.pause().since();
		if (since == null) {
			return Health.up().build();
		}
		return Health.down()
			.withDetail("reason", outbox.pause().reason() + "")
			.withDetail("pausedSince", since)
			.withDetail("expireWithinTheHour", outbox.figures().expiringWithin(SOON))
			.build();
	}

}
