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

import java.util.function.Supplier;

import javax.sql.DataSource;

import com.contiguity.spring.internal.outbox.Dialect;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Logs a warning if the database is an H2 that writes commits with a delay. Marks and
 * messages that are committed during this delay are lost in a crash.
 */
class H2WriteDelayCheck implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(H2WriteDelayCheck.class);

	private final Supplier<DataSource> dataSource;

	H2WriteDelayCheck(Supplier<DataSource> dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public void afterSingletonsInstantiated() {
		DataSource dataSource = this.dataSource.get();
		if (Dialect.of(dataSource) != Dialect.H2) {
			return;
		}
		int delay = delay(dataSource);
		if (delay > 0) {
			logger.warn("H2 writes commits up to " + delay + " ms later and loses them if its process is "
					+ "killed. A message can get lost or be sent twice. Add ';WRITE_DELAY=0' to the URL of the "
					+ "database");
		}
	}

	// an in-memory database has no such setting. One in a file has two rows once the
	// setting was stored, and the stored one is not the effective one
	private static int delay(DataSource dataSource) {
		try {
			return JdbcClient.create(dataSource)
				.sql("select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'")
				.query(String.class)
				.list()
				.stream()
				.mapToInt(Integer::parseInt)
				.max()
				.orElse(0);
		}
		catch (DataAccessException | NumberFormatException ex) {
			logger.debug("Failed to determine the write delay of H2", ex);
			return 0;
		}
	}

}
