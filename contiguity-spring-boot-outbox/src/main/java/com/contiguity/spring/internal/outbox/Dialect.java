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

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * The differences between databases.
 */
public enum Dialect {

	/**
	 * PostgreSQL.
	 */
	POSTGRESQL("now()", "%s + :%s * interval '1 millisecond'", true) {

		@Override
		Instant clock(JdbcClient client) {
			// not now(): the caller's transaction may have started long ago
			return client.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
		}

	},

	/**
	 * H2.
	 */
	H2("current_timestamp", "dateadd('MILLISECOND', :%2$s, %1$s)", false) {

		@Override
		Instant clock(JdbcClient client) {
			// H2's current time does not change within a transaction, and is the time of
			// this process
			return Instant.now().truncatedTo(ChronoUnit.MICROS);
		}

	},

	/**
	 * MariaDB and MySQL.
	 */
	MARIADB("utc_timestamp(6)", "date_add(%s, interval :%s * 1000 microsecond)", false) {

		@Override
		Instant clock(JdbcClient client) {
			return client.sql("select utc_timestamp(6)").query(LocalDateTime.class).single().toInstant(ZoneOffset.UTC);
		}

		@Override
		Object toColumn(Instant instant) {
			return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
		}

		@Override
		@Nullable Instant fromColumn(ResultSet row, String column) throws SQLException {
			LocalDateTime value = row.getObject(column, LocalDateTime.class);
			return (value != null) ? value.toInstant(ZoneOffset.UTC) : null;
		}

		@Override
		String insertWithoutWaiting() {
			// MySQL ignores the comment and waits
			return "/*M! set statement innodb_lock_wait_timeout = 0 for */ insert";
		}

		@Override
		boolean isLocked(DataAccessException failure, JdbcClient client) {
			// the server can be configured to roll back the transaction, too
			return failure.getCause() instanceof SQLException cause && cause.getErrorCode() == LOCK_WAIT_TIMEOUT
					&& !client.sql("select @@innodb_rollback_on_timeout").query(Boolean.class).single();
		}

		@Override
		String lockForReading() {
			// a plain read sees the state at the start of the transaction. The lock is
			// shared, because a failed insert leaves a shared lock, too
			return " lock in share mode";
		}

	};

	private static final int LOCK_WAIT_TIMEOUT = 1205;

	private final String now;

	private final String plusMillis;

	private final boolean onConflict;

	Dialect(String now, String plusMillis, boolean onConflict) {
		this.now = now;
		this.plusMillis = plusMillis;
		this.onConflict = onConflict;
	}

	/**
	 * Determine the dialect of a database.
	 * @param dataSource the database
	 * @return the dialect
	 */
	public static Dialect of(DataSource dataSource) {
		DatabaseDriver driver = driver(dataSource);
		return switch (driver) {
			case POSTGRESQL -> POSTGRESQL;
			case H2 -> H2;
			case MARIADB, MYSQL -> MARIADB;
			default -> throw new IllegalStateException("The outbox does not support the database " + driver
					+ ". Use PostgreSQL, MariaDB, MySQL or H2. If there are several DataSources, "
					+ "annotate the one to use with @ContiguityOutboxDataSource");
		};
	}

	private static DatabaseDriver driver(DataSource dataSource) {
		try {
			return DatabaseDriver.fromProductName(JdbcUtils.commonDatabaseName(
					JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName)));
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException(
					"The type of the outbox's database could not be determined, because the database is not available",
					ex);
		}
	}

	/**
	 * Return the current time of the database, even within a long-running transaction.
	 * @param client the database
	 * @return the instant
	 */
	abstract Instant clock(JdbcClient client);

	String now() {
		return this.now;
	}

	String plus(String instant, String millisParameter) {
		return this.plusMillis.formatted(instant, millisParameter);
	}

	/**
	 * Return whether an insert can skip an existing row. In the other dialects, a
	 * violated constraint does not abort the transaction.
	 * @return whether {@code on conflict do nothing} is supported
	 */
	boolean hasOnConflict() {
		return this.onConflict;
	}

	/**
	 * Return the beginning of an insert that fails if another transaction has inserted
	 * the same key and has not ended. In MariaDB, several transactions that wait for it
	 * would deadlock if it is rolled back.
	 * @return the beginning of the statement
	 */
	String insertWithoutWaiting() {
		return "insert";
	}

	/**
	 * Return whether a statement failed because another transaction holds a lock.
	 * @param failure the failure of the statement
	 * @param client the database
	 * @return whether the statement can be repeated in the same transaction
	 */
	boolean isLocked(DataAccessException failure, JdbcClient client) {
		return false;
	}

	String lockForReading() {
		return "";
	}

	Object toColumn(Instant instant) {
		return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

	@Nullable Instant fromColumn(ResultSet row, String column) throws SQLException {
		OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
		return (value != null) ? value.toInstant() : null;
	}

}
