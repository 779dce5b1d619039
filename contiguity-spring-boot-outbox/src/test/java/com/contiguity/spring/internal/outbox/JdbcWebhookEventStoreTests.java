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

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.internal.outbox.ReceivingApplication.Listener;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.outbox.autoconfigure.ContiguityWebhookStoreAutoConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Webhooks whose events are kept in a database until they are handled.
 */
class JdbcWebhookEventStoreTests {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	private boolean initialized;

	@AfterEach
	void close() {
		this.contexts.stream().filter(ConfigurableApplicationContext::isActive).forEach((context) -> {
			listener(context).blocked.countDown();
			context.close();
		});
	}

	private ConfigurableApplicationContext start(String url, String... arguments) {
		List<String> all = new ArrayList<>(arguments(url));
		all.addAll(List.of(arguments));
		ConfigurableApplicationContext context = ReceivingApplication.start(all.toArray(String[]::new));
		this.contexts.add(context);
		return context;
	}

	// the first instance makes the tables
	private List<String> arguments(String url) {
		boolean first = !this.initialized;
		this.initialized = true;
		return List.of("--spring.datasource.url=" + url, "--spring.datasource.username=" + TestDatabases.username(url),
				"--contiguity.outbox.jdbc.initialize-schema=" + ((first) ? "always" : "never"));
	}

	private static Listener listener(ConfigurableApplicationContext context) {
		return context.getBean(Listener.class);
	}

	private static int post(ConfigurableApplicationContext context, String id) throws Exception {
		return ReceivingApplication.post(ReceivingApplication.port(context),
				ReceivingApplication.body(id, "Canary text"));
	}

	private static void awaitHandled(ConfigurableApplicationContext context, String... ids) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(listener(context).handled).containsExactly(ids));
	}

	private static List<String> rows(ConfigurableApplicationContext context) {
		return context.getBean(JdbcTemplate.class)
			.query("select * from CONTIGUITY_WEBHOOK_EVENT order by received_at",
					(row, index) -> row.getString("state") + " " + row.getString("body"));
	}

	private static void awaitRows(ConfigurableApplicationContext context, String... rows) {
		Awaitility.await().untilAsserted(() -> assertThat(rows(context)).containsExactly(rows));
	}

	@DatabaseTest
	void keepsAnEventUntilItIsHandledAndTakesItOnce(Dialect dialect) throws Exception {
		String url = TestDatabases.url(dialect);
		ConfigurableApplicationContext first = start(url);
		ConfigurableApplicationContext second = start(url);
		listener(first).blocked = new CountDownLatch(1);
		assertThat(post(first, "evt_1")).isEqualTo(200);
		assertThat(rows(first)).singleElement().asString().startsWith("CLAIMED {").contains("Canary text");
		assertThat(post(second, "evt_1")).isEqualTo(200);
		// longer than a claim lasts without renewal
		Awaitility.await()
			.during(Duration.ofMillis(1500))
			.atMost(Duration.ofSeconds(3))
			.until(() -> listener(second).handled.isEmpty());
		listener(first).blocked.countDown();
		awaitHandled(first, "evt_1");
		awaitRows(first, "DONE null");
		assertThat(post(second, "evt_1")).isEqualTo(200);
		assertThat(post(second, "evt_2")).isEqualTo(200);
		awaitHandled(second, "evt_2");
		assertThat(listener(first).handled).containsExactly("evt_1");
	}

	@DatabaseTest
	void handlesAgainWhatIsDeliveredAgainAfterAListenerFailed(Dialect dialect) throws Exception {
		ConfigurableApplicationContext context = start(TestDatabases.url(dialect));
		listener(context).failing = true;
		assertThat(post(context, "evt_1")).isEqualTo(200);
		awaitRows(context, "RELEASED null");
		listener(context).failing = false;
		assertThat(post(context, "evt_1")).isEqualTo(200);
		awaitHandled(context, "evt_1");
		awaitRows(context, "DONE null");
	}

	@DatabaseTest
	void anotherInstanceHandlesWhatOneThatStoppedHadNoTimeFor(Dialect dialect) throws Exception {
		String url = TestDatabases.url(dialect);
		ConfigurableApplicationContext first = start(url, "--spring.lifecycle.timeout-per-shutdown-phase=300ms");
		ConfigurableApplicationContext second = start(url);
		listener(first).blocked = new CountDownLatch(1);
		List<String> ids = IntStream.range(0, 5).mapToObj((i) -> "evt_" + i).toList();
		for (String id : ids) {
			assertThat(post(first, id)).isEqualTo(200);
		}
		first.close();
		// all but the one that a listener has
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(listener(second).handled).containsAll(ids.subList(1, 5)));
	}

	@DatabaseTest
	void aBodyIsNotReadableInTheDatabaseWithAKey(Dialect dialect) throws Exception {
		String url = TestDatabases.url(dialect);
		String key = "--contiguity.outbox.content.key=AAECAwQFBgcICQoLDA0ODw==";
		ConfigurableApplicationContext first = start(url, key);
		listener(first).blocked = new CountDownLatch(1);
		assertThat(post(first, "evt_canary")).isEqualTo(200);
		assertThat(first.getBean(JdbcTemplate.class).queryForList("select * from CONTIGUITY_WEBHOOK_EVENT").toString()
				+ rows(first))
			.doesNotContain("anary", "2065550100");
		first.getBean(WebhookTakeover.class).stop();
		first.getBean(JdbcTemplate.class).update("update CONTIGUITY_WEBHOOK_EVENT set owner = 'dead'");
		awaitHandled(start(url, key), "evt_canary");
	}

	@DatabaseTest
	void refusesADeliveryThatCannotBeKept(Dialect dialect) throws Exception {
		ConfigurableApplicationContext context = start(TestDatabases.url(dialect));
		context.getBean(JdbcTemplate.class).execute("drop table CONTIGUITY_WEBHOOK_EVENT");
		assertThat(post(context, "evt_1")).isEqualTo(503);
		assertThat(listener(context).handled).isEmpty();
	}

	@DatabaseTest
	void givesUpAnEventThatEndsAllWhoTakeIt(Dialect dialect) throws Exception {
		ConfigurableApplicationContext context = start(TestDatabases.url(dialect));
		listener(context).blocked = new CountDownLatch(1);
		assertThat(post(context, "evt_1")).isEqualTo(200);
		context.getBean(JdbcTemplate.class).update("update CONTIGUITY_WEBHOOK_EVENT set owner = 'dead', attempts = 10");
		awaitRows(context, "FAILED null");
	}

	@DatabaseTest
	void givesUpAnEventThatCannotBeRead(Dialect dialect) throws Exception {
		ConfigurableApplicationContext context = start(TestDatabases.url(dialect));
		listener(context).blocked = new CountDownLatch(1);
		assertThat(post(context, "evt_1")).isEqualTo(200);
		context.getBean(JdbcTemplate.class)
			.update("update CONTIGUITY_WEBHOOK_EVENT set owner = 'dead', body = 'not an event'");
		awaitRows(context, "FAILED null");
	}

	@DatabaseTest
	void forgetsWhatIsOlderThanTheWindow(Dialect dialect) throws Exception {
		ConfigurableApplicationContext context = start(TestDatabases.url(dialect));
		for (String id : List.of("evt_1", "evt_2")) {
			assertThat(post(context, id)).isEqualTo(200);
		}
		awaitRows(context, "DONE null", "DONE null");
		context.getBean(JdbcTemplate.class)
			.update("update CONTIGUITY_WEBHOOK_EVENT set updated_at = updated_at - interval '25' hour"
					+ " where received_at = (select min(received_at) from CONTIGUITY_WEBHOOK_EVENT)");
		context.getBean(JdbcWebhookEventStore.class).forgetOld();
		awaitRows(context, "DONE null");
	}

	@Test
	void anotherInstanceHandlesWhatOneThatWasKilledHadAnswered() throws Exception {
		String url = TestDatabases.postgresUrl();
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp",
						System.getProperty("java.class.path"), ReceivingApplication.class.getName()));
		command.addAll(arguments(url));
		Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
		try {
			BufferedReader out = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			String line = out.readLine();
			while (!line.startsWith("port ")) {
				line = out.readLine();
			}
			int port = Integer.parseInt(line.substring("port ".length()));
			List<String> ids = IntStream.range(0, 20).mapToObj((i) -> "evt_" + i).toList();
			for (String id : ids) {
				assertThat(ReceivingApplication.post(port, ReceivingApplication.body(id, "Text"))).isEqualTo(200);
			}
			process.destroyForcibly().waitFor();
			ConfigurableApplicationContext survivor = start(url);
			awaitHandled(survivor, ids.toArray(String[]::new));
			Awaitility.await().untilAsserted(() -> assertThat(rows(survivor)).containsOnly("DONE null").hasSize(20));
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void withoutADataSourceTheStartFailsAndNamesWhatIsMissing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityWebhookAutoConfiguration.class,
					ContiguityWebhookStoreAutoConfiguration.class))
			.withPropertyValues("contiguity.webhook.secrets=whsec_test", "contiguity.webhook.store=jdbc")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("contiguity.webhook.store")
				.hasStackTraceContaining("contiguity-spring-boot-starter-outbox"));
	}

	@Test
	void theDefaultIsInMemory() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					ContiguityWebhookAutoConfiguration.class, ContiguityWebhookStoreAutoConfiguration.class))
			.withPropertyValues("contiguity.webhook.secrets=whsec_test",
					"spring.datasource.url=" + TestDatabases.h2Url())
			.run((context) -> assertThat(context).hasSingleBean(InMemoryWebhookEventStore.class)
				.doesNotHaveBean(WebhookTakeover.class));
	}

}
