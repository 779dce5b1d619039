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

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.internal.outbox.Outbox;
import com.contiguity.spring.internal.outbox.OutboxFigures;
import com.contiguity.spring.outbox.OutboxState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the meters of the outbox.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ContiguityOutboxAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(Outbox.class)
public final class ContiguityOutboxMetricsAutoConfiguration {

	ContiguityOutboxMetricsAutoConfiguration() {
	}

	@Bean
	MeterBinder contiguityOutboxMeters(Outbox outbox) {
		return (registry) -> bind(registry, outbox);
	}

	private static void bind(MeterRegistry registry, Outbox outbox) {
		OutboxFigures figures = outbox.figures();
		for (OutboxState state : OutboxState.values()) {
			Gauge.builder("contiguity.outbox.entries", figures, (source) -> source.entries(state))
				.description("Entries in the outbox")
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
		TimeGauge
			.builder("contiguity.outbox.oldest.age", figures, TimeUnit.MILLISECONDS,
					(source) -> source.oldestAge().toMillis())
			.description("How long the oldest due entry has been due")
			.register(registry);
		FunctionCounter.builder("contiguity.outbox.died", outbox.counters(), (counters) -> counters.died().sum())
			.description("Entries that were being sent when their instance died or lost its line")
			.register(registry);
		FunctionCounter.builder("contiguity.outbox.late", outbox.counters(), (counters) -> counters.late().sum())
			.description("Attempts that were due only after the send window, so that nothing was written")
			.register(registry);
	}

}
