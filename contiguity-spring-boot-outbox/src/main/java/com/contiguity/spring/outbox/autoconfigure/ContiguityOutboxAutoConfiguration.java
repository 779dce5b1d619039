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
import java.util.List;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.outbox.Outbox;
import com.contiguity.spring.internal.outbox.OutboxSettings;
import com.contiguity.spring.internal.outbox.OutboxWorker;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxContentCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the outbox, in applications with a {@code DataSource}. Neither
 * the scheduler nor its task is a bean, because an application may have its own.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ContiguityAutoConfiguration.class, DataSourceAutoConfiguration.class },
		afterName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
				"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration" })
@ConditionalOnBean({ DataSource.class, ReactiveImessageTemplate.class })
@ConditionalOnProperty(name = "contiguity.outbox.enabled", matchIfMissing = true)
@Import(OutboxDatabaseConfiguration.class)
public final class ContiguityOutboxAutoConfiguration {

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

	ContiguityOutboxAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@DependsOnDatabaseInitialization
	Outbox contiguityOutbox(ObjectProvider<DataSource> dataSource,
			@ContiguityOutboxDataSource ObjectProvider<DataSource> outboxDataSource,
			ContiguityOutboxProperties properties, ContiguityProperties contiguityProperties,
			ReactiveImessageTemplate template, ObjectProvider<OutboxContentCodec> codec,
			ApplicationEventPublisher publisher, Environment environment) {
		OutboxSettings settings = settings(properties, environment);
		check(settings, contiguityProperties);
		return new Outbox(
				OutboxDatabaseConfiguration.dataSource(dataSource, outboxDataSource, properties.getJdbc(), "OUTBOX",
						"OUTBOX_LANE", "OUTBOX_META"),
				properties.getJdbc().getTablePrefix(), properties.hashKey(), settings, template, codec.getIfAvailable(),
				publisher);
	}

	@Bean
	@ConditionalOnMissingBean(ImessageOutbox.class)
	ImessageOutbox imessageOutbox(Outbox outbox) {
		return outbox.operations();
	}

	@Bean
	@ConditionalOnProperty(name = "contiguity.outbox.worker.enabled", matchIfMissing = true)
	OutboxWorker contiguityOutboxWorker(Outbox outbox) {
		return outbox.worker();
	}

	private static OutboxSettings settings(ContiguityOutboxProperties properties, Environment environment) {
		ContiguityOutboxProperties.Worker worker = properties.getWorker();
		Duration phase = environment.getProperty("spring.lifecycle.timeout-per-shutdown-phase", Duration.class,
				Duration.ofSeconds(30));
		return new OutboxSettings(worker.getPollInterval(), worker.getThreads(), worker.getConcurrencyPerLine(),
				worker.getHeartbeatInterval(), worker.getSendWindow(), properties.getMaxAge(),
				properties.getMaxPending(),
				properties.getAfterUnknown() == ContiguityOutboxProperties.AfterUnknown.HOLD,
				properties.getReconcile().getSettleTime(), properties.getReconcile().getGiveUpAfter(),
				properties.isResendWhenNotSent(), properties.getRetention().getSettled(),
				properties.getRetention().getContent(), phase.multipliedBy(8).dividedBy(10));
	}

	private static void check(OutboxSettings settings, ContiguityProperties properties) {
		if (settings.heartbeatInterval().compareTo(Duration.ofMillis(100)) < 0) {
			throw new InvalidConfigurationPropertyValueException("contiguity.outbox.worker.heartbeat-interval",
					settings.heartbeatInterval(), "It must be at least 100 ms.");
		}
		for (Duration time : List.of(settings.pollInterval(), settings.sendWindow(), settings.maxAge())) {
			if (time.isNegative() || time.isZero()) {
				throw new IllegalStateException("'contiguity.outbox.worker.poll-interval', "
						+ "'contiguity.outbox.worker.send-window' and 'contiguity.outbox.max-age' must be positive");
			}
		}
		@Nullable Duration configured = properties.getHttp().getReadTimeout();
		Duration readTimeout = (configured != null) ? configured : READ_TIMEOUT;
		if (settings.sendWindow().plus(readTimeout).compareTo(settings.settleTime()) >= 0) {
			throw new IllegalStateException(
					"'contiguity.outbox.worker.send-window' (%s) and 'contiguity.http.read-timeout' (%s) together must be less than 'contiguity.outbox.reconcile.settle-time' (%s). Otherwise a message may be sent after its history was read"
						.formatted(settings.sendWindow(), readTimeout, settings.settleTime()));
		}
	}

}
