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

package com.contiguity.spring.autoconfigure.webhook;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.ContiguityDescriptor;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.actuate.ContiguityEndpointAutoConfiguration;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.internal.webhook.DirectDelivery;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.internal.webhook.WebhookDispatcher;
import com.contiguity.spring.internal.webhook.WebhookHandler;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.internal.webhook.WebhookResult;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ContiguityWebhookAutoConfiguration}.
 */
class ContiguityWebhookAutoConfigurationTests {

	private static final String SECRET = "contiguity.webhook.secrets=" + Deliveries.SECRET;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			ContiguityAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class,
			ContiguityEndpointAutoConfiguration.class, TaskExecutionAutoConfiguration.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	/** With listeners on threads that the application does not manage. */
	private final ApplicationContextRunner lifecycle = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(ContiguityWebhookAutoConfiguration.class, LifecycleAutoConfiguration.class))
		.withPropertyValues(SECRET)
		.withBean(BusyListener.class);

	@Test
	void needsASecret() {
		this.servlet.withPropertyValues("contiguity.token=" + Canaries.TOKEN)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(WebhookReceiver.class)
				.doesNotHaveBean("contiguityWebhookRouterFunction"));
	}

	@Test
	void needsNoToken() {
		this.servlet.withPropertyValues(SECRET)
			.run((context) -> assertThat(context).hasSingleBean(WebhookReceiver.class)
				.doesNotHaveBean(ImessageOperations.class)
				.getBean("contiguityWebhookRouterFunction")
				.isInstanceOf(org.springframework.web.servlet.function.RouterFunction.class));
		this.reactive.withPropertyValues(SECRET)
			.run((context) -> assertThat(context).getBean("contiguityWebhookRouterFunction")
				.isInstanceOf(org.springframework.web.reactive.function.server.RouterFunction.class));
	}

	@Test
	void receivesByHandWithoutAWebServer() {
		this.runner.withPropertyValues("contiguity.webhook.secrets[0]= " + Deliveries.SECRET + "\n")
			.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> {
				assertThat(context).doesNotHaveBean("contiguityWebhookRouterFunction");
				byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
				WebhookReceiver receiver = context.getBean(WebhookReceiver.class);
				assertThat(DirectDelivery.deliver(receiver, body)).isEqualTo(WebhookResult.ACCEPTED);
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "secrets= | secrets", "secrets[0]= | secrets", "secrets=whsec_canary0secret,, | secrets[1]",
					"path=hook | path", "path=/ | path", "path=/{a} | path", "tolerance=0s | tolerance",
					"tolerance=-1s | tolerance", "max-size=0B | max-size", "max-size=2GB | max-size",
					"queue-capacity=0 | queue-capacity", "event-window=9m | event-window",
					"event-window=600999ms | event-window" })
	void reportsWhatCannotBe(String property, String name) {
		String secret = (property.startsWith("secrets")) ? "contiguity.unused=" : SECRET;
		this.servlet.withPropertyValues(secret, "contiguity.webhook." + property).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(ex) -> assertThat(ex.getName()).startsWith("contiguity.webhook." + name));
			assertThat(LogRecorder.print(context.getStartupFailure())).doesNotContain("canary0secret");
		});
	}

	@Test
	void backsOffForOwnBeans() {
		WebhookEventStore store = mock(WebhookEventStore.class);
		WebhookSignatureVerifier verifier = new WebhookSignatureVerifier("whsec_own");
		this.runner.withPropertyValues(SECRET)
			.withBean(WebhookEventStore.class, () -> store)
			.withBean("own", WebhookSignatureVerifier.class, () -> verifier)
			.run((context) -> assertThat(context).doesNotHaveBean(InMemoryWebhookEventStore.class)
				.getBean(WebhookSignatureVerifier.class)
				.isSameAs(verifier));
	}

	@Test
	void backsOffForAReceiverMadeByHand() {
		WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier("whsec_own"),
				new WebhookDispatcher(new WebhookHandler((event) -> {
				}, mock(WebhookEventStore.class), ObservationRegistry.NOOP, null), Runnable::run, 1),
				ContiguityMeters.NONE, Clock.systemUTC());
		this.runner.withPropertyValues(SECRET)
			.withBean("own", WebhookReceiver.class, () -> receiver)
			.run((context) -> assertThat(context).getBean(WebhookReceiver.class).isSameAs(receiver));
	}

	@Test
	void leavesPlainNamesToTheApplication() {
		this.runner.withPropertyValues(SECRET)
			.withBean("webhookReceiver", String.class, () -> "own")
			.withBean("webhookDispatcher", String.class, () -> "own")
			.withBean("webhookEventStore", String.class, () -> "own")
			.withBean("webhookSignatureVerifier", String.class, () -> "own")
			.run((context) -> assertThat(context).hasSingleBean(WebhookReceiver.class)
				.hasSingleBean(WebhookDispatcher.class)
				.hasSingleBean(WebhookEventStore.class)
				.hasSingleBean(WebhookSignatureVerifier.class));
	}

	@Test
	void warnsWhereListenersRunOnThreadsOfTheMulticaster() {
		for (Executor executor : new Executor[] { Runnable::run, null }) {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor(executor);
			try (LogRecorder logs = new LogRecorder()) {
				this.runner.withPropertyValues(SECRET)
					.withBean("applicationEventMulticaster", ApplicationEventMulticaster.class, () -> multicaster)
					.run((context) -> assertThat(context).hasNotFailed());
				assertThat(logs.lines()
					.stream()
					.filter((line) -> line.contains("'applicationEventMulticaster'")
							&& line.contains("ContiguityWebhookAutoConfiguration:")))
					.hasSize((executor != null) ? 1 : 0);
			}
		}
	}

	@Test
	void appliesProperties() {
		this.runner
			.withPropertyValues(SECRET, "contiguity.webhook.tolerance=10s", "contiguity.webhook.event-window=21s")
			.run((context) -> {
				byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
				long time = java.time.Instant.now().minus(Duration.ofSeconds(30)).getEpochSecond();
				String signature = Deliveries.sign(Deliveries.SECRET, time, body);
				assertThat(context.getBean(WebhookSignatureVerifier.class).verify(signature, body))
					.isEqualTo(WebhookSignatureVerifier.Result.STALE);
			});
	}

	@Test
	void stopsBetweenTheWebServerAndTheExecutors() {
		assertThat(WebhookReceiver.PHASE).isLessThan(Integer.MAX_VALUE - 2048);
		this.runner.withPropertyValues(SECRET)
			.run((context) -> assertThat(context.getBean(WebhookDispatcher.class).getPhase())
				.isLessThan(context.getBean(WebhookReceiver.class).getPhase())
				.isGreaterThan(
						context.getBean("contiguityWebhookTaskExecutor", ThreadPoolTaskExecutor.class).getPhase()));
	}

	@Test
	void warnsOfSecretsWithoutAWebServer() {
		try (LogRecorder logs = new LogRecorder()) {
			this.runner.withPropertyValues(SECRET).run((context) -> assertThat(context).hasNotFailed());
			assertThat(logs.lines()).filteredOn((line) -> line.contains("the application has no web server"))
				.hasSize(1);
		}
		try (LogRecorder logs = new LogRecorder()) {
			this.servlet.withPropertyValues(SECRET).run((context) -> assertThat(context).hasNotFailed());
			assertThat(logs.lines()).noneMatch((line) -> line.contains("the application has no web server"));
		}
	}

	@Test
	void notifiesTheListenersOfAChildContext() {
		this.runner.withPropertyValues(SECRET)
			.run((parent) -> this.runner.withPropertyValues(SECRET)
				.withParent(parent)
				.withBean(BusyListener.class)
				.run((context) -> {
					BusyListener listener = context.getBean(BusyListener.class);
					listener.busy.countDown();
					deliver(context.getBean(WebhookReceiver.class), listener);
					Awaitility.waitAtMost(PATIENCE).until(() -> listener.told.size() == 2);
				}));
	}

	@Test
	void notifiesListenersOnItsOwnThreads() {
		assertThat(threadOfListener()).startsWith("Thread[").contains("contiguity-webhook-");
	}

	@Test
	void notifiesListenersOnTheThreadsOfAnExecutorWithTheName() {
		this.runner.withPropertyValues(SECRET)
			.withBean("contiguityWebhookTaskExecutor", SimpleAsyncTaskExecutor.class,
					() -> new SimpleAsyncTaskExecutor("own-"))
			.withBean(BusyListener.class)
			.run((context) -> {
				BusyListener listener = context.getBean(BusyListener.class);
				listener.busy.countDown();
				deliver(context.getBean(WebhookReceiver.class), listener);
				assertThat(listener.thread).contains("own-");
			});
	}

	@Test
	void leavesTheApplicationItsExecutor() {
		this.runner.withPropertyValues(SECRET).withUserConfiguration(Asynchronous.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Asynchronous.class).executor())
				.isSameAs(context.getBean("applicationTaskExecutor"));
			assertThat(context.getBean(TaskExecutor.class)).isSameAs(context.getBean("applicationTaskExecutor"));
			assertThat(context.getBean(Asynchronous.class).thread().get(60, TimeUnit.SECONDS)).startsWith("task-");
		});
	}

	@Test
	void appliesTheTaskDecorator() {
		AtomicInteger decorated = new AtomicInteger();
		this.runner.withPropertyValues(SECRET).withBean(TaskDecorator.class, () -> (task) -> {
			decorated.incrementAndGet();
			return task;
		}).withBean(BusyListener.class).run((context) -> {
			BusyListener listener = context.getBean(BusyListener.class);
			listener.busy.countDown();
			deliver(context.getBean(WebhookReceiver.class), listener);
			assertThat(decorated).hasPositiveValue();
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void notifiesListenersOnVirtualThreads() {
		assertThat(threadOfListener("spring.threads.virtual.enabled=true")).startsWith("VirtualThread[")
			.contains("contiguity-webhook-");
	}

	private String threadOfListener(String... properties) {
		AtomicReference<String> thread = new AtomicReference<>();
		this.runner.withPropertyValues(SECRET)
			.withPropertyValues(properties)
			.withBean(BusyListener.class)
			.run((context) -> {
				BusyListener listener = context.getBean(BusyListener.class);
				listener.busy.countDown();
				deliver(context.getBean(WebhookReceiver.class), listener);
				thread.set(listener.thread);
			});
		return thread.get();
	}

	@Test
	void notifiesListenersOfPendingEventsWithinItsPhase() {
		this.lifecycle.run((context) -> {
			WebhookReceiver receiver = context.getBean(WebhookReceiver.class);
			BusyListener listener = context.getBean(BusyListener.class);
			deliver(receiver, listener);
			Thread closing = new Thread(context::close);
			closing.start();
			Awaitility.waitAtMost(PATIENCE).until(() -> !receiver.isRunning());
			listener.busy.countDown();
			closing.join(PATIENCE.toMillis());
			assertThat(listener.told).containsExactly("evt_1", "evt_2");
			assertThat(receiver.statistics().handledEvents()).isEqualTo(2);
		});
	}

	@Test
	void notifiesNoListenersWhileLaterPhasesStop() {
		this.lifecycle.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=100ms").run((context) -> {
			WebhookReceiver receiver = context.getBean(WebhookReceiver.class);
			BusyListener listener = context.getBean(BusyListener.class);
			deliver(receiver, listener);
			listener.whenItsPhaseStops = () -> {
				// the event it waits for is done, but it must not receive the next one
				listener.busy.countDown();
				Awaitility.waitAtMost(PATIENCE).until(() -> receiver.statistics().handledEvents() == 1);
			};
			context.close();
			assertThat(listener.told).containsExactly("evt_1");
			assertThat(receiver.statistics().handledEvents()).isOne();
			assertThat(receiver.statistics().failedEvents()).isOne();
		});
	}

	private static void deliver(WebhookReceiver receiver, BusyListener listener) {
		for (String id : List.of("evt_1", "evt_2")) {
			DirectDelivery.deliver(receiver, Deliveries.incoming(id, Canaries.RECIPIENT, "Hello"));
		}
		Awaitility.waitAtMost(PATIENCE).until(() -> !listener.told.isEmpty());
	}

	@Test
	void goesOnAfterARestart() {
		this.lifecycle.run((context) -> {
			BusyListener listener = context.getBean(BusyListener.class);
			listener.busy.countDown();
			WebhookReceiver receiver = context.getBean(WebhookReceiver.class);
			byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
			context.stop();
			assertThat(DirectDelivery.deliver(receiver, body)).isEqualTo(WebhookResult.REJECTED);
			context.start();
			assertThat(DirectDelivery.deliver(receiver, body)).isEqualTo(WebhookResult.ACCEPTED);
			Awaitility.waitAtMost(PATIENCE).until(() -> receiver.pendingEvents() == 0);
			assertThat(listener.told).containsExactly("evt_1");
		});
	}

	@Test
	void describesWebhooksInTheEndpoint() {
		this.runner
			.withPropertyValues(SECRET, "management.endpoints.web.exposure.include=contiguity",
					"management.endpoints.jmx.exposure.include=contiguity", "spring.jmx.enabled=true")
			.run((context) -> {
				DirectDelivery.deliver(context.getBean(WebhookReceiver.class), null, new byte[0]);
				ContiguityDescriptor descriptor = context.getBean(ContiguityEndpoint.class).contiguity();
				assertThat(descriptor.accounts()).isEmpty();
				assertThat(descriptor.webhooks()).isNotNull();
				assertThat(descriptor.webhooks().deliveries()).isEqualTo(Map.of("none", Map.of("bad_signature", 1L)));
			});
		this.runner
			.withPropertyValues("contiguity.token=" + Canaries.TOKEN, "spring.jmx.enabled=true",
					"management.endpoints.jmx.exposure.include=contiguity")
			.run((context) -> {
				ContiguityDescriptor descriptor = context.getBean(ContiguityEndpoint.class).contiguity();
				assertThat(descriptor.webhooks()).isNull();
				assertThat(descriptor.accounts()).containsOnlyKeys("default");
			});
	}

	/**
	 * An application that injects its executor by type and has asynchronous methods.
	 */
	@Configuration
	@EnableAsync
	static class Asynchronous {

		private Executor executor;

		@Autowired
		void setExecutor(Executor executor) {
			this.executor = executor;
		}

		Executor executor() {
			return this.executor;
		}

		@Async
		CompletableFuture<String> thread() {
			return CompletableFuture.completedFuture(Thread.currentThread().getName());
		}

	}

	/**
	 * A listener that needs a component that stops after the dispatcher.
	 */
	static class BusyListener implements SmartLifecycle {

		private final CountDownLatch busy = new CountDownLatch(1);

		private final List<String> told = Collections.synchronizedList(new ArrayList<>());

		private volatile String thread;

		private volatile Runnable whenItsPhaseStops = () -> {
		};

		private volatile boolean running;

		@EventListener
		void on(ImessageReceivedEvent event) throws InterruptedException {
			this.thread = Thread.currentThread().toString();
			this.told.add(event.id());
			assertThat(this.busy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}

		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 8192;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.whenItsPhaseStops.run();
			this.running = false;
		}

	}

}
