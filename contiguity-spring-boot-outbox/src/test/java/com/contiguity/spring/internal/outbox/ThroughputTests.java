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

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.autoconfigure.ContiguityOutboxAutoConfiguration;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How many messages an instance sends in a second where no line has a pace, beside how
 * many tasks that do nothing the same engine executes on the same database. By hand.
 */
@EnabledIfSystemProperty(named = "throughput.messages", matches = "\\d+")
class ThroughputTests extends AbstractCrashTests {

	private static final int MESSAGES = Integer.getInteger("throughput.messages", 0);

	private static final Path FIGURES = Path.of("target/crash-tests/throughput.log");

	private static final int ROUNDS = 3;

	private static final int THREADS = 10;

	private static final int BATCH = 100;

	private int enqueued;

	@Test
	void compareWithTasksThatDoNothing() throws Exception {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		jdbc.execute("drop trigger journal on CONTIGUITY_OUTBOX");
		jdbc.execute("create table tasks (like CONTIGUITY_OUTBOX_LANE including all)");
		for (int round = 0; round <= ROUNDS; round++) {
			double tasks = executeTasks();
			double messages = sendMessages();
			Files.writeString(FIGURES,
					String.format(Locale.ROOT, "%s: %.0f messages/s, %.0f tasks/s, ratio %.2f\n",
							(round == 0) ? "warm-up" : "round " + round, messages, tasks, messages / tasks),
					StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
	}

	private double executeTasks() throws InterruptedException {
		CountDownLatch executed = new CountDownLatch(MESSAGES);
		OneTimeTask<Void> task = Tasks.oneTime("nothing", Void.class)
			.execute((instance, context) -> executed.countDown());
		Scheduler scheduler = Scheduler.create(this.dataSource, task)
			.tableName("tasks")
			.threads(THREADS)
			.pollUsingLockAndFetch(0.5, 1.0)
			.pollingInterval(Duration.ofMillis(100))
			.build();
		for (int i = 0; i < MESSAGES; i += BATCH) {
			List<TaskInstance<?>> instances = new ArrayList<>();
			for (int k = i; k < Math.min(MESSAGES, i + BATCH); k++) {
				instances.add(task.instance("task-" + k));
			}
			scheduler.scheduleBatch(instances, Instant.now());
		}
		long start = System.nanoTime();
		scheduler.start();
		executed.await();
		double seconds = (System.nanoTime() - start) / 1e9;
		scheduler.stop();
		return MESSAGES / seconds;
	}

	private double sendMessages() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		for (int i = 0; i < MESSAGES; i += BATCH) {
			transaction.executeWithoutResult((status) -> {
				for (int k = 0; k < BATCH; k++) {
					enqueueOne();
				}
			});
		}
		double[] rate = new double[1];
		int before = countSent();
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class))
			.withBean(DataSource.class, () -> this.dataSource, (bean) -> bean.setDestroyMethodName(""))
			.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.base-url=" + apiUrl(),
					"contiguity.from=" + StubContiguity.LINE, "contiguity.pacing.enabled=false",
					"contiguity.outbox.worker.threads=" + THREADS)
			.run((context) -> {
				// not the start of the application
				await("the first messages", () -> countSent() > before + MESSAGES / 10);
				int first = countSent();
				long start = System.nanoTime();
				while (countSent() < this.enqueued) {
					TimeUnit.MILLISECONDS.sleep(20);
				}
				rate[0] = (this.enqueued - first) / ((System.nanoTime() - start) / 1e9);
				awaitAllAccepted(this.enqueued);
			});
		return rate[0];
	}

	private void enqueueOne() {
		int i = this.enqueued++;
		this.outbox.operations()
			.enqueue(SendRequest.to("+12065551" + (100 + i % 200))
				.from(StubContiguity.LINES.get(i % StubContiguity.LINES.size()))
				.message("Message " + i)
				.build());
	}

}
