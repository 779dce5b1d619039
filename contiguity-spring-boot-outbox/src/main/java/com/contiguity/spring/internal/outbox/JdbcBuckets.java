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

package com.contiguity.spring.internal.outbox;

import java.time.Duration;

import javax.sql.DataSource;

import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Token buckets in a PostgreSQL database, which use the clock of the database.
 */
public final class JdbcBuckets {

	private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration KEPT = Duration.ofMinutes(10);

	private JdbcBuckets() {
	}

	/**
	 * Create the buckets.
	 * @param dataSource the database
	 * @param tablePrefix the prefix of the table's name
	 * @return the buckets
	 */
	public static ProxyManager<String> in(DataSource dataSource, String tablePrefix) {
		Dialect dialect = Dialect.of(dataSource);
		if (dialect != Dialect.POSTGRESQL) {
			throw new InvalidConfigurationPropertyValueException("contiguity.pacing.store", "jdbc",
					"It needs PostgreSQL, but the DataSource is " + dialect + ". Use 'redis' or 'local' instead.");
		}
		JdbcClient client = JdbcClient.create(dataSource);
		return Bucket4jPostgreSQL.selectForUpdateBasedBuilder(dataSource)
			.primaryKeyMapper(PrimaryKeyMapper.STRING)
			.table(tablePrefix + "LINE_PACE")
			.expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT))
			.requestTimeout(STATEMENT_TIMEOUT)
			.clientClock(new ServerTime(() -> dialect.clock(client)))
			.build();
	}

}
