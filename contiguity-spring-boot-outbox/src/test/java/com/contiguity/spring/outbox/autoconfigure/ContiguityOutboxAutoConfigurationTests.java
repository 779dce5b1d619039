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

import java.util.UUID;

import javax.sql.DataSource;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxOptions;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.autoconfigure.DbSchedulerAutoConfiguration;
import com.github.kagkarlsson.scheduler.task.Task;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * In which applications there is an outbox, and on which database.
 */
class ContiguityOutboxAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class))
		.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.from=+12065550001",
				"contiguity.base-url=http://127.0.0.1:1");

	private final ApplicationContextRunner withDataSource = this.runner
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + url());

	private static String url() {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
	}

	private static SendRequest request() {
		return SendRequest.to("+12065550100").message("Hello").build();
	}

	@Test
	void thereIsNoOutboxWithoutADataSource() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ImessageOutbox.class));
	}

	@Test
	void thereIsNoOutboxWhereItIsDisabled() {
		this.withDataSource.withPropertyValues("contiguity.outbox.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ImessageOutbox.class));
	}

	@Test
	void theEngineIsNoBean() {
		this.withDataSource.run((context) -> assertThat(context).hasSingleBean(ImessageOutbox.class)
			.doesNotHaveBean(Scheduler.class)
			.doesNotHaveBean(Task.class));
	}

	@Test
	void anApplicationKeepsASchedulerOfItsOwn() {
		this.withDataSource.withConfiguration(AutoConfigurations.of(DbSchedulerAutoConfiguration.class))
			.withPropertyValues("db-scheduler.delay-startup-until-context-ready=true")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(Scheduler.class).hasSingleBean(ImessageOutbox.class);
				assertThat(context.getBean(ImessageOutbox.class).enqueue(request()).attempts()).isZero();
			});
	}

	@Test
	void theMarkedDataSourceIsTheOutboxes() {
		this.runner.withUserConfiguration(TwoDataSources.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(ImessageOutbox.class).enqueue(request());
			assertThat(new JdbcTemplate(context.getBean("outboxDataSource", DataSource.class))
				.queryForObject("select count(*) from CONTIGUITY_OUTBOX", Long.class)).isOne();
		});
	}

	@Test
	void aTransactionOfJpaIsJoined() {
		this.withDataSource.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withPropertyValues("contiguity.outbox.worker.enabled=false")
			.run((context) -> {
				PlatformTransactionManager transactionManager = context.getBean(PlatformTransactionManager.class);
				assertThat(transactionManager).isInstanceOf(JpaTransactionManager.class);
				TransactionTemplate transaction = new TransactionTemplate(transactionManager);
				transaction.executeWithoutResult((status) -> {
					context.getBean(ImessageOutbox.class).enqueue(request());
					status.setRollbackOnly();
				});
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				assertThat(jdbc.queryForObject("select count(*) from CONTIGUITY_OUTBOX", Long.class)).isZero();
				transaction.executeWithoutResult((status) -> context.getBean(ImessageOutbox.class).enqueue(request()));
				assertThat(jdbc.queryForObject("select count(*) from CONTIGUITY_OUTBOX", Long.class)).isOne();
			});
	}

	@Test
	void keysMayEndWithALineBreak() {
		String[] keys = { "of-the-application", "of-the-application\n" };
		for (String key : keys) {
			this.withDataSource
				.withPropertyValues("contiguity.outbox.worker.enabled=false", "contiguity.outbox.hash-key=" + key,
						"contiguity.outbox.content.key[0]=AAECAwQFBgcICQoLDA0ODw==\n")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					// another hash of the same message would be a conflict
					assertThat(
							context.getBean(ImessageOutbox.class).enqueue(request(), OutboxOptions.key("a")).replayed())
						.isEqualTo(key.endsWith("\n"));
				});
		}
	}

	@Test
	void anEmptyHashKeyFailsTheStart() {
		this.withDataSource.withPropertyValues("contiguity.outbox.hash-key=")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("contiguity.outbox.hash-key"));
	}

	@Test
	void aKeyThatIsNotOneFailsTheStartWithoutBeingShown() {
		this.withDataSource.withPropertyValues("contiguity.outbox.content.key=hello")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("contiguity.outbox.content.key")
				.hasMessageNotContaining("hello"));
	}

	@Test
	void pacingInADatabaseThatIsNotSupportedFailsTheStart() {
		this.withDataSource.withConfiguration(AutoConfigurations.of(ContiguityJdbcPacingStoreAutoConfiguration.class))
			.withPropertyValues("contiguity.pacing.store=jdbc")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(failure) -> assertThat(failure.getReason()).contains("PostgreSQL", "'redis'")));
	}

	@Test
	void aSettleTimeThatIsTooShortFailsTheStart() {
		this.withDataSource.withPropertyValues("contiguity.outbox.reconcile.settle-time=20s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("contiguity.outbox.worker.send-window")
				.hasMessageContaining("contiguity.http.read-timeout")
				.hasMessageContaining("contiguity.outbox.reconcile.settle-time"));
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDataSources {

		@Bean
		@Primary
		DataSource dataSource() {
			return new DriverManagerDataSource(url(), "sa", "");
		}

		@Bean
		@ContiguityOutboxDataSource
		DataSource outboxDataSource() {
			return new DriverManagerDataSource(url(), "sa", "");
		}

	}

}
