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

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxState;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tests of applications with an outbox of short times.
 */
abstract class AbstractOutboxTests {

	static final String TO = "+12065550100";

	final StubContiguity api = new StubContiguity();

	@AfterEach
	void close() {
		this.api.close();
	}

	ApplicationContextRunner application(Dialect dialect, String... properties) {
		return application(TestDatabases.url(dialect), properties);
	}

	ApplicationContextRunner application(String url, String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.base-url=" + this.api.baseUrl(),
					"contiguity.pacing.enabled=false", "contiguity.http.read-timeout=1s",
					"contiguity.outbox.worker.poll-interval=200ms", "contiguity.outbox.worker.send-window=1s",
					"contiguity.outbox.worker.heartbeat-interval=500ms", "contiguity.outbox.reconcile.settle-time=3s",
					"contiguity.reconcile.settle-time=0s", "contiguity.outbox.jdbc.initialize-schema=always",
					"spring.datasource.url=" + url, "spring.datasource.username=" + TestDatabases.username(url))
			.withPropertyValues(
					(List.of(properties).contains("leased")) ? new String[] { "contiguity.leased-lines.enabled=true" }
							: new String[] { "contiguity.from=" + StubContiguity.LINE })
			.withPropertyValues(properties);
	}

	static ImessageOutbox outbox(ApplicationContext context) {
		return context.getBean(ImessageOutbox.class);
	}

	static TransactionTemplate transaction(ApplicationContext context) {
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	static SendRequest request(String text) {
		return SendRequest.to(TO).message(text).build();
	}

	static OutboxEntry await(ApplicationContext context, String id, OutboxState state) {
		return Awaitility.await()
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(20))
			.until(() -> outbox(context).find(id).orElseThrow(), (entry) -> entry.state() == state);
	}

}
