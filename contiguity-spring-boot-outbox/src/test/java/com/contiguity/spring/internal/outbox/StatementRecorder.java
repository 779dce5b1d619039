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
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Keeps in mind what a database is asked.
 */
final class StatementRecorder extends DelegatingDataSource {

	private final List<String> statements = new CopyOnWriteArrayList<>();

	StatementRecorder(DataSource dataSource) {
		super(dataSource);
	}

	List<String> statements() {
		return this.statements;
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) proxy(Connection.class, connection, "");
	}

	private Object proxy(Class<?> type, Object target, String prepared) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			String sql = (arguments != null && arguments.length > 0 && arguments[0] instanceof String argument)
					? argument : prepared;
			if (method.getName().startsWith("execute")) {
				this.statements.add(sql);
			}
			try {
				Object result = method.invoke(target, arguments);
				return (result instanceof Statement && method.getReturnType().isInterface())
						? proxy(method.getReturnType(), result, sql) : result;
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		});
	}

}
