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

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.internal.outbox.JdbcWebhookEventStore;
import com.contiguity.spring.internal.outbox.WebhookTakeover;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.outbox.OutboxContentCodec;
import com.contiguity.spring.webhook.WebhookEventStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for webhook events that are stored
 * in a database until they are handled.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = ContiguityWebhookAutoConfiguration.class, after = DataSourceAutoConfiguration.class,
		afterName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
				"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration" })
@ConditionalOnBean(DataSource.class)
@ConditionalOnProperty(name = "contiguity.webhook.store", havingValue = "jdbc")
@EnableConfigurationProperties(ContiguityProperties.class)
@Import(OutboxDatabaseConfiguration.class)
public final class ContiguityWebhookStoreAutoConfiguration {

	ContiguityWebhookStoreAutoConfiguration() {
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(WebhookEventStore.class)
	JdbcWebhookEventStore contiguityJdbcWebhookEventStore(ObjectProvider<DataSource> dataSource,
			@ContiguityOutboxDataSource ObjectProvider<DataSource> outboxDataSource,
			ContiguityOutboxProperties properties, ContiguityProperties contiguityProperties,
			ObjectProvider<OutboxContentCodec> codec) {
		return new JdbcWebhookEventStore(
				OutboxDatabaseConfiguration.dataSource(dataSource, outboxDataSource, properties.getJdbc(),
						"WEBHOOK_EVENT"),
				properties.getJdbc().getTablePrefix(), contiguityProperties.getWebhook().getEventWindow(),
				properties.getWorker().determineDeadAfter(), codec.getIfAvailable());
	}

	@Bean
	@ConditionalOnBean(JdbcWebhookEventStore.class)
	WebhookTakeover contiguityWebhookTakeover(JdbcWebhookEventStore store, ObjectProvider<WebhookReceiver> receiver) {
		return new WebhookTakeover(store, receiver::getIfUnique);
	}

}
