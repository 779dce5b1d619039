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

import java.io.IOException;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * The databases that the outbox is tested with. Each test has one of its own.
 */
final class TestDatabases {

	private static EmbeddedPostgres postgres;

	private TestDatabases() {
	}

	static synchronized String postgresUrl() {
		try {
			if (postgres == null) {
				postgres = EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on").start();
			}
			String name = "t" + UUID.randomUUID().toString().replace("-", "");
			try (var connection = postgres.getPostgresDatabase().getConnection();
					var statement = connection.createStatement()) {
				statement.execute("create database " + name);
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return postgres.getJdbcUrl("postgres", name);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String h2Url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000";
	}

	static String url(Dialect dialect) {
		return (dialect == Dialect.POSTGRESQL) ? postgresUrl() : h2Url();
	}

	static DataSource dataSource(String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setUsername((url.startsWith("jdbc:h2")) ? "sa" : "postgres");
		dataSource.setPassword("");
		dataSource.setMaximumPoolSize(20);
		return dataSource;
	}

}
