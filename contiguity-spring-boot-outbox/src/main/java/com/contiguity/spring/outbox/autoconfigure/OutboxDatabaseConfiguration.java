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

import java.util.Base64;
import java.util.List;

import javax.sql.DataSource;

import com.contiguity.spring.outbox.AesGcmOutboxContentCodec;
import com.contiguity.spring.outbox.OutboxContentCodec;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The database shared by the outbox, shared pacing and durable webhooks. Imported by each
 * of their auto-configurations.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ContiguityOutboxProperties.class)
class OutboxDatabaseConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "contiguityOutboxDatabaseInitializer")
	PropertiesBasedDataSourceScriptDatabaseInitializer<ContiguityOutboxProperties.Jdbc> contiguityOutboxDatabaseInitializer(
			ObjectProvider<DataSource> dataSource,
			@ContiguityOutboxDataSource ObjectProvider<DataSource> outboxDataSource,
			ContiguityOutboxProperties properties) {
		return new PropertiesBasedDataSourceScriptDatabaseInitializer<>(dataSource(dataSource, outboxDataSource),
				properties.getJdbc());
	}

	@Bean
	H2WriteDelayCheck contiguityOutboxH2WriteDelayCheck(ObjectProvider<DataSource> dataSource,
			@ContiguityOutboxDataSource ObjectProvider<DataSource> outboxDataSource) {
		return new H2WriteDelayCheck(() -> dataSource(dataSource, outboxDataSource));
	}

	static DataSource dataSource(ObjectProvider<DataSource> dataSource, ObjectProvider<DataSource> outboxDataSource) {
		DataSource marked = outboxDataSource.getIfAvailable();
		return (marked != null) ? marked : dataSource.getObject();
	}

	static DataSource dataSource(ObjectProvider<DataSource> dataSource, ObjectProvider<DataSource> outboxDataSource,
			ContiguityOutboxProperties.Jdbc properties, String... tables) {
		DataSource found = dataSource(dataSource, outboxDataSource);
		MissingTableException.check(found, properties.getTablePrefix(), List.of(tables));
		return found;
	}

	@Bean
	@ConditionalOnMissingBean(OutboxContentCodec.class)
	@ConditionalOnProperty("contiguity.outbox.content.key")
	AesGcmOutboxContentCodec contiguityOutboxContentCodec(ContiguityOutboxProperties properties) {
		try {
			return new AesGcmOutboxContentCodec(properties.getContent()
				.getKey()
				.stream()
				.map(String::strip)
				.map(Base64.getDecoder()::decode)
				.toList());
		}
		catch (IllegalArgumentException ex) {
			// without the value, because it is a key
			throw new InvalidConfigurationPropertyValueException("contiguity.outbox.content.key", "•••••",
					"Each key must have 16, 24 or 32 bytes, in Base64. Create one with 'openssl rand -base64 32'.");
		}
	}

}
