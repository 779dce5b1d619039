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

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.outbox.ImessageOutbox;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What an application whose database has no tables for the outbox says at start.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingTableTests {

	private static final String HASH_KEY = "--contiguity.outbox.hash-key=of-the-application";

	private static ConfigurableApplicationContext start(String url, String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application.run(Stream
			.concat(Stream.of("--contiguity.token=contiguity_sk_test", "--contiguity.from=+12065550001",
					"--contiguity.base-url=http://127.0.0.1:1", "--spring.datasource.url=" + url), Stream.of(arguments))
			.toArray(String[]::new));
	}

	private static void assertTellsWhatToDo(CapturedOutput output, String table, String platform) {
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("has no table '" + table + "'")
			.contains("'META-INF/contiguity/outbox/schema-" + platform + ".sql'")
			.contains("Flyway or Liquibase")
			.contains("'contiguity.outbox.jdbc.initialize-schema=always'")
			.doesNotContain("\tat ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", HASH_KEY })
	void anApplicationWithoutTablesInH2DoesNotStartAndSaysWhy(String argument, @TempDir Path directory,
			CapturedOutput output) {
		String url = "jdbc:h2:file:" + directory.resolve("messages") + ";WRITE_DELAY=0";
		assertThatException().isThrownBy(() -> start(url, argument));
		assertTellsWhatToDo(output, "CONTIGUITY_OUTBOX", "h2");
		// and what it says helps
		try (ConfigurableApplicationContext context = start(url, argument,
				"--contiguity.outbox.jdbc.initialize-schema=always")) {
			assertThat(context.getBean(ImessageOutbox.class).find("order-1")).isEmpty();
		}
		try (ConfigurableApplicationContext context = start(url, argument)) {
			assertThat(context.getBean(ImessageOutbox.class).find("order-1")).isEmpty();
		}
	}

	@Test
	void anApplicationWithoutTablesInPostgresqlDoesNotStartAndSaysWhy(CapturedOutput output) throws IOException {
		try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
			String url = postgres.getJdbcUrl("postgres", "postgres");
			String user = "--spring.datasource.username=postgres";
			assertThatException().isThrownBy(() -> start(url, user, HASH_KEY));
			assertTellsWhatToDo(output, "CONTIGUITY_OUTBOX", "postgresql");
			for (List<String> other : List.of(List.of("--contiguity.pacing.store=jdbc", "CONTIGUITY_LINE_PACE"),
					List.of("--contiguity.webhook.store=jdbc", "CONTIGUITY_WEBHOOK_EVENT"))) {
				assertThatException()
					.isThrownBy(() -> start(url, user, HASH_KEY, "--contiguity.outbox.enabled=false", other.get(0)));
				assertTellsWhatToDo(output, other.get(1), "postgresql");
			}
			start(url, user, "--contiguity.outbox.jdbc.initialize-schema=always").close();
			start(url, user, "--contiguity.pacing.store=jdbc", "--contiguity.webhook.store=jdbc").close();
		}
	}

	@Test
	void anotherPrefixIsNamedAsItIs(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
				"--contiguity.outbox.jdbc.table-prefix=APP_"));
		assertTellsWhatToDo(output, "APP_OUTBOX", "h2");
		assertThat(output).contains("'contiguity.outbox.jdbc.table-prefix'");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
			ContiguityAutoConfiguration.class, ContiguityOutboxAutoConfiguration.class,
			ContiguityJdbcPacingStoreAutoConfiguration.class, ContiguityWebhookStoreAutoConfiguration.class })
	static class Application {

	}

}
