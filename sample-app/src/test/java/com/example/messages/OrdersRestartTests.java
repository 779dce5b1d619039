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

package com.example.messages;

import java.nio.file.Path;
import java.time.Duration;

import com.contiguity.spring.test.ContiguitySandbox;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link Orders} with the database in a file, as users have it.
 */
class OrdersRestartTests {

	@Test
	void anOrderIsConfirmedByTheNextStart(@TempDir Path data) {
		String database = "--spring.datasource.url=jdbc:h2:file:" + data.resolve("messages") + ";WRITE_DELAY=0";
		try (ConfigurableApplicationContext first = start(database, "--contiguity.outbox.worker.enabled=false")) {
			first.getBean(Orders.class).place("+15557650010", "Pizza");
			assertThat(first.getBean(ContiguitySandbox.class).messages()).isEmpty();
		}
		try (ConfigurableApplicationContext second = start(database)) {
			ContiguitySandbox sandbox = second.getBean(ContiguitySandbox.class);
			Awaitility.waitAtMost(Duration.ofSeconds(60)).until(() -> !sandbox.messages().isEmpty());
			assertThat(sandbox).sent(1).to("+15557650010").withText("Thank you for your order: Pizza");
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		String[] all = new String[arguments.length + 1];
		all[0] = "--server.port=0";
		System.arraycopy(arguments, 0, all, 1, arguments.length);
		return SpringApplication.run(MessagesApplication.class, all);
	}

}
