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
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * What differs between databases.
 */
public enum Dialect {

	/**
	 * PostgreSQL.
	 */
	POSTGRESQL("now()", "%s + :%s * interval '1 millisecond'", true) {

		@Override
		Instant clock(JdbcClient client) {
			// not now(): a caller's transaction may be old
			return client.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
		}

	},

	/**
	 * H2.
	 */
	H2("current_timestamp", "dateadd('MILLISECOND', :%2$s, %1$s)", false) {

		@Override
		Instant clock(JdbcClient client) {
			// the database's stands still in a transaction, and is that of this process
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
		String lockForReading() {
			// a plain read sees what there was when the transaction began
			return " for update";
		}

	};

	private final String now;

	private final String plusMillis;

	private final boolean onConflict;

	Dialect(String now, String plusMillis, boolean onConflict) {
		this.now = now;
		this.plusMillis = plusMillis;
		this.onConflict = onConflict;
	}

	/**
	 * Find out the dialect of a database.
	 * @param dataSource the database
	 * @return the dialect
	 */
	public static Dialect of(DataSource dataSource) {
		DatabaseDriver driver = driver(dataSource);
		return switch (driver) {
			case POSTGRESQL -> POSTGRESQL;
			case H2 -> H2;
			case MARIADB, MYSQL -> MARIADB;
			default -> throw new IllegalStateException(
					"The outbox supports PostgreSQL, MariaDB, MySQL and H2, and the DataSource is of " + driver
							+ ": mark another one with @ContiguityOutboxDataSource");
		};
	}

	private static DatabaseDriver driver(DataSource dataSource) {
		try {
			return DatabaseDriver.fromProductName(JdbcUtils.commonDatabaseName(
					JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName)));
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException(
					"The outbox's database cannot be reached, and the outbox must know which one it is", ex);
		}
	}

	/**
	 * Ask what time it is now for the database, be the transaction as old as it may.
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
	 * Tell whether an insert can pass over a row that is there. Elsewhere a violated
	 * constraint does not end the transaction.
	 * @return whether there is {@code on conflict do nothing}
	 */
	boolean hasOnConflict() {
		return this.onConflict;
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
