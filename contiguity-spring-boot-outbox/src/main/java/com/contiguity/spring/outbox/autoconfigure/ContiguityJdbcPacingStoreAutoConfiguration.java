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

import java.util.List;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.internal.outbox.JdbcBuckets;
import com.contiguity.spring.internal.outbox.Outbox;
import com.contiguity.spring.internal.outbox.SharedLinePacer;
import com.contiguity.spring.line.LinePacer;
import io.github.bucket4j.distributed.proxy.ProxyManager;

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
 * {@link EnableAutoConfiguration Auto-configuration} for pacing that instances share
 * through a database.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = ContiguityAutoConfiguration.class, after = DataSourceAutoConfiguration.class,
		afterName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
				"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration" })
@ConditionalOnBean(DataSource.class)
@ConditionalOnProperty(name = "contiguity.pacing.store", havingValue = "jdbc")
@EnableConfigurationProperties(ContiguityProperties.class)
@Import(OutboxDatabaseConfiguration.class)
public final class ContiguityJdbcPacingStoreAutoConfiguration {

	ContiguityJdbcPacingStoreAutoConfiguration() {
	}

	@Bean
	@DependsOnDatabaseInitialization
	@ConditionalOnMissingBean(LinePacer.class)
	@ConditionalOnProperty(name = "contiguity.pacing.enabled", matchIfMissing = true)
	SharedLinePacer contiguityLinePacer(ObjectProvider<DataSource> dataSource,
			@ContiguityOutboxDataSource ObjectProvider<DataSource> outboxDataSource,
			ContiguityOutboxProperties properties, ContiguityProperties contiguityProperties) {
		String prefix = properties.getJdbc().getTablePrefix();
		ContiguityProperties.Pacing pacing = contiguityProperties.getPacing();
		DataSource shared = OutboxDatabaseConfiguration.dataSource(dataSource, outboxDataSource);
		// first, because it reports an unsupported database or a missing table
		ProxyManager<String> buckets = JdbcBuckets.in(shared, prefix);
		MissingTableException.check(shared, prefix, List.of("LINE_PACE", "OUTBOX_META"));
		return new SharedLinePacer(buckets, Outbox.paceKeys(shared, prefix, properties.hashKey()), pacing.getRate(),
				pacing.getBurst());
	}

}
