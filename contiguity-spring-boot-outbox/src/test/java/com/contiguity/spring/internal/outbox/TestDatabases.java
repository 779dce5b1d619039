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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Assumptions;

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
			return postgres.getJdbcUrl("postgres", create(postgres.getPostgresDatabase().getConnection()));
		}
		catch (IOException | SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Create a database on the server at {@code MARIADB_URL}, such as
	 * {@code jdbc:mariadb://127.0.0.1:3306/}, whose user {@code root} has no password.
	 */
	static String mariaDbUrl() {
		String server = System.getenv("MARIADB_URL");
		Assumptions.assumeTrue(server != null, "MARIADB_URL is not set");
		try {
			return server + create(DriverManager.getConnection(server, "root", ""));
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String create(Connection server) throws SQLException {
		String name = "t" + UUID.randomUUID().toString().replace("-", "");
		try (server; Statement statement = server.createStatement()) {
			statement.execute("create database " + name);
		}
		return name;
	}

	static String h2Url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000";
	}

	static String url(Dialect dialect) {
		return switch (dialect) {
			case POSTGRESQL -> postgresUrl();
			case H2 -> h2Url();
			case MARIADB -> mariaDbUrl();
		};
	}

	static String username(String url) {
		return (url.startsWith("jdbc:h2")) ? "sa" : (url.startsWith("jdbc:mariadb")) ? "root" : "postgres";
	}

	static DataSource dataSource(String url) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setUsername(username(url));
		dataSource.setPassword("");
		dataSource.setMaximumPoolSize(20);
		return dataSource;
	}

}
