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

package com.contiguity.spring.autoconfigure.actuate;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.MicrometerContiguityMeters;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters that complement the
 * observations.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ContiguityAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
@Conditional(OnSendingOrReceivingCondition.class)
public final class ContiguityMetricsAutoConfiguration {

	ContiguityMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ContiguityMeters contiguityMeters(ObjectProvider<MeterRegistry> meterRegistry) {
		MeterRegistry registry = meterRegistry.getIfUnique();
		return (registry != null) ? new MicrometerContiguityMeters(registry) : ContiguityMeters.NONE;
	}

	// static, so that the filter is registered before anything is measured
	@Bean
	static MaskedErrorMeterFilter contiguityMaskedErrorMeterFilter() {
		return new MaskedErrorMeterFilter();
	}

}
