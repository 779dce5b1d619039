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

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.jdbc.init.PlatformPlaceholderDatabaseDriverResolver;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Thrown at startup if a table is missing. Without it, the first statement would fail
 * with a database error that does not say what to do.
 */
class MissingTableException extends RuntimeException {

	/**
	 * SQL states or error codes of PostgreSQL (table, schema), of H2 (table, in three
	 * variants), and of MariaDB and MySQL, which share one with H2. A statement that is
	 * not permitted has another one.
	 */
	private static final Set<String> NOT_THERE = Set.of("42P01", "3F000", "42S02", "42S03", "42S04", "90079");

	private static final String SCRIPT = "META-INF/contiguity/outbox/schema-@@platform@@.sql";

	private final String table;

	private final String script;

	MissingTableException(String table, String script, Throwable cause) {
		super("The database has no table '" + table + "'. Create the tables with '" + script
				+ "', or set 'contiguity.outbox.jdbc.initialize-schema=always'", cause);
		this.table = table;
		this.script = script;
	}

	static void check(DataSource dataSource, String prefix, List<String> tables) {
		JdbcClient client = JdbcClient.create(dataSource);
		for (String name : tables) {
			String table = prefix + name;
			try {
				client.sql("select count(*) from " + table + " where 1 = 0").query(Long.class).single();
			}
			catch (BadSqlGrammarException ex) {
				if (isNotThere(ex.getSQLException())) {
					throw new MissingTableException(table, script(dataSource), ex);
				}
				throw ex;
			}
		}
	}

	private static boolean isNotThere(@Nullable SQLException ex) {
		String state = (ex != null) ? ex.getSQLState() : null;
		return state != null && NOT_THERE.contains(state);
	}

	private static String script(DataSource dataSource) {
		return new PlatformPlaceholderDatabaseDriverResolver().resolveAll(dataSource, SCRIPT).get(0);
	}

	String table() {
		return this.table;
	}

	String script() {
		return this.script;
	}

}
