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

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to create the tables of the outbox.
 */
class MissingTableFailureAnalyzer extends AbstractFailureAnalyzer<MissingTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingTableException cause) {
		return new FailureAnalysis("The database of the Contiguity outbox has no table '%s'.".formatted(cause.table()),
				("""
						Create the tables in one of these ways:
						    - Run the script '%s' from the class path with Flyway or Liquibase, or manually.
						    - Set 'contiguity.outbox.jdbc.initialize-schema=always'.

						If the tables are in the database of another DataSource, mark it with '@ContiguityOutboxDataSource'. \
						If the names of the tables have another prefix, set 'contiguity.outbox.jdbc.table-prefix'.""")
					.formatted(cause.script()),
				cause);
	}

}
