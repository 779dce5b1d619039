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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Loses the connection before or after some statements.
 */
final class FaultyDatabase extends DelegatingDataSource implements DisposableBean {

	private final AtomicInteger failures = new AtomicInteger();

	private volatile Predicate<String> before = (sql) -> false;

	private volatile Predicate<String> after = (sql) -> false;

	FaultyDatabase(DataSource dataSource) {
		super(dataSource);
	}

	@Override
	public void destroy() throws SQLException {
		unwrap(HikariDataSource.class).close();
	}

	/**
	 * Fail before statements are executed.
	 */
	void failBefore(Predicate<String> statements) {
		this.before = statements;
	}

	/**
	 * Fail although statements were executed and committed.
	 */
	void failAfter(Predicate<String> statements) {
		this.after = statements;
	}

	int failures() {
		return this.failures.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		return (Connection) proxy(Connection.class, super.getConnection(), "");
	}

	private Object proxy(Class<?> type, Object target, String prepared) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			String sql = (arguments != null && arguments.length > 0 && arguments[0] instanceof String argument)
					? argument : prepared;
			boolean executes = method.getName().startsWith("execute");
			fail(executes && this.before.test(sql));
			try {
				Object result = method.invoke(target, arguments);
				fail(executes && this.after.test(sql));
				return (result instanceof Statement && method.getReturnType().isInterface())
						? proxy(method.getReturnType(), result, sql) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		});
	}

	private void fail(boolean fails) throws SQLException {
		if (fails) {
			this.failures.incrementAndGet();
			throw new SQLTransientConnectionException("The connection is lost", "08006");
		}
	}

}
