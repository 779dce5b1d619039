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

import java.nio.file.Path;
import java.util.UUID;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link H2WriteDelayCheck}, on real databases of H2.
 */
@ExtendWith(OutputCaptureExtension.class)
class H2WriteDelayCheckTests {

	private static final String SETTING = "WRITE_DELAY=0";

	@TempDir
	private Path directory;

	private static void start(String url) {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, ContiguityAutoConfiguration.class,
					ContiguityOutboxAutoConfiguration.class, ContiguityWebhookStoreAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_test", "contiguity.from=+12065550001",
					"contiguity.base-url=http://127.0.0.1:1", "contiguity.outbox.jdbc.initialize-schema=always",
					"contiguity.webhook.store=jdbc", "spring.datasource.url=" + url)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private String file() {
		return "jdbc:h2:file:" + this.directory.resolve("messages");
	}

	@Test
	void aFileThatIsWrittenLaterIsWarnedOfOnce(CapturedOutput output) {
		start(file());
		assertThat(output.toString().lines().filter((line) -> line.contains(SETTING))).singleElement()
			.asString()
			.contains("WARN")
			.contains("up to 500 ms later");
	}

	@Test
	void anotherDelayIsNamed(CapturedOutput output) {
		start(file() + ";WRITE_DELAY=100");
		assertThat(output).contains("up to 100 ms later").contains(SETTING);
	}

	@Test
	void aFileThatIsWrittenAtOnceIsNotWarnedOf(CapturedOutput output) {
		start(file() + ";" + SETTING);
		assertThat(output).doesNotContain(SETTING);
	}

	@Test
	void aSettingThatWasThereOnceDoesNotHold(CapturedOutput output) {
		start(file() + ";" + SETTING);
		start(file());
		assertThat(output).containsOnlyOnce(SETTING);
	}

	@Test
	void aDatabaseInMemoryIsNotWarnedOf(CapturedOutput output) {
		start("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		assertThat(output).doesNotContain(SETTING);
	}

}
