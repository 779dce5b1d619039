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
import java.util.List;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;
import com.contiguity.spring.outbox.autoconfigure.ContiguityWebhookStoreAutoConfiguration;
import org.awaitility.Awaitility;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often an instance with nothing to do asks its database, with the times that
 * applications have by default.
 */
class IdleTests {

	private static final int POLLS = 6;

	@DatabaseTest
	void anIdleInstanceAsksItsDatabaseOnceASecondAtMost(Dialect dialect) {
		StatementRecorder database = new StatementRecorder(TestDatabases.dataSource(TestDatabases.url(dialect)));
		try (StubContiguity api = new StubContiguity()) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
						DataSourceTransactionManagerAutoConfiguration.class, ContiguityAutoConfiguration.class,
						ContiguityOutboxAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class,
						ContiguityWebhookStoreAutoConfiguration.class))
				.withBean(DataSource.class, () -> database)
				.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.base-url=" + api.baseUrl(),
						"contiguity.from=" + StubContiguity.LINE, "contiguity.pacing.enabled=false",
						"contiguity.webhook.store=jdbc", "contiguity.webhook.secrets=whsec_test",
						"contiguity.outbox.jdbc.initialize-schema=always")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					ImessageOutbox outbox = context.getBean(ImessageOutbox.class);
					// it has worked before, so that there is a lane
					String id = outbox.enqueue(SendRequest.to("+12065550100").message("Before").build()).id();
					Awaitility.await().until(() -> outbox.find(id).orElseThrow().state() == OutboxState.ACCEPTED);
					awaitPolls(database, 1);
					int before = database.statements().size();
					long start = System.nanoTime();
					awaitPolls(database, POLLS);
					List<String> asked = List.copyOf(database.statements());
					asked = asked.subList(before, asked.size());
					// an instance that is held up asks less often
					long seconds = Duration.ofNanos(System.nanoTime() - start).plusMillis(999).toSeconds();
					assertThat(asked).as(asked.size() + " in " + seconds + " s")
						.hasSizeLessThanOrEqualTo((int) seconds);
				});
		}
	}

	private static void awaitPolls(StatementRecorder database, int polls) {
		long before = polls(database);
		Awaitility.await()
			.atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> polls(database) >= before + polls);
	}

	private static long polls(StatementRecorder database) {
		return database.statements().stream().filter((sql) -> sql.startsWith("select distinct o.lane")).count();
	}

}
