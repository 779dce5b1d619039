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

package com.contiguity.spring.internal.webhook;

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.autoconfigure.actuate.ContiguityMetricsAutoConfiguration;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.ObservationRecorder;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebhookHandler}: after any exception, handling continues and each
 * claim is settled once.
 */
class WebhookHandlerTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<String> settlements = Collections.synchronizedList(new ArrayList<>());

	private final ObservationRecorder observations = new ObservationRecorder();

	@AfterEach
	void shutDown() {
		this.threads.shutdownNow();
	}

	static Stream<Throwable> throwables() {
		return Stream.of(new IllegalStateException(Canaries.TEXT), new IOException(Canaries.TEXT),
				new InterruptedException(), new StackOverflowError(), new AssertionError(Canaries.TEXT),
				new NoClassDefFoundError(), new Throwable(Canaries.TEXT));
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneakilyThrow(Throwable throwable) throws T {
		throw (T) throwable;
	}

	private static UnknownWebhookEvent event(String id) {
		return new UnknownWebhookEvent(id, "new", Instant.EPOCH, null, "{}");
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void releasesAnEventOnceIfAListenerFails(Throwable throwable) {
		WebhookHandler handler = new WebhookHandler((event) -> sneakilyThrow(throwable), new Store(null),
				this.observations.registry(), null);
		handler.handle(event("evt_1"), null);
		assertThat(this.settlements).containsExactly("release evt_1");
		assertThat(handler.statistics().failedEvents()).isOne();
		assertThat(handler.statistics().handledEvents()).isZero();
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void settlesOnceThoughTheStoreFails(Throwable throwable) {
		WebhookHandler handler = new WebhookHandler((event) -> {
		}, new Store(throwable), ObservationRegistry.NOOP, null);
		handler.handle(event("evt_1"), null);
		assertThat(this.settlements).containsExactly("done evt_1");
		WebhookHandler failing = new WebhookHandler((event) -> {
			throw new IllegalStateException();
		}, new Store(throwable), ObservationRegistry.NOOP, null);
		failing.handle(event("evt_2"), null);
		failing.abandon(event("evt_3"));
		assertThat(this.settlements).containsExactly("done evt_1", "release evt_2", "release evt_3");
	}

	@Test
	void keepsTheReasonOfARequestThatCouldNotBeBuilt() {
		WebhookHandler handler = new WebhookHandler((event) -> {
			throw new InvalidRequestException("message", "'message' must not be empty");
		}, new Store(null), ObservationRegistry.NOOP, null);
		try (LogRecorder logs = new LogRecorder()) {
			handler.handle(event("evt_1"), null);
			assertThat(logs.lines()).anyMatch((line) -> line.contains("'message' must not be empty"));
		}
	}

	@ParameterizedTest
	@MethodSource("throwables")
	void holdsNothingUpThoughAllFails(Throwable throwable) {
		Store store = new Store(throwable);
		List<String> told = Collections.synchronizedList(new ArrayList<>());
		WebhookDispatcher dispatcher = new WebhookDispatcher(new WebhookHandler((event) -> {
			told.add(((UnknownWebhookEvent) event).id());
			sneakilyThrow(throwable);
		}, store, ObservationRegistry.NOOP, null), this.threads, 3);
		WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET), dispatcher,
				ContiguityMeters.NONE, java.time.Clock.systemUTC());
		for (int i = 0; i < 10; i++) {
			byte[] body = Deliveries.event("evt_1", "new", "{}");
			assertThat(DirectDelivery.deliver(receiver, body)).isEqualTo(WebhookResult.ACCEPTED);
			Awaitility.waitAtMost(Duration.ofSeconds(60)).until(() -> dispatcher.pending() == 0);
		}
		assertThat(told).hasSize(10);
		store.failsToClaim = true;
		for (int i = 0; i < 10; i++) {
			byte[] body = Deliveries.event("evt_1", "new", "{}");
			assertThat(DirectDelivery.deliver(receiver, body)).isEqualTo(WebhookResult.REJECTED);
		}
		assertThat(dispatcher.pending()).isZero();
		assertThat(told).hasSize(10);
		dispatcher.destroy();
	}

	@Test
	void settlesOnceThoughAnObserverFailsWithAnError() {
		for (boolean atTheStart : new boolean[] { true, false }) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new ObservationHandler<>() {

				@Override
				public void onStart(Observation.Context context) {
					if (atTheStart) {
						throw new NoClassDefFoundError();
					}
				}

				@Override
				public void onStop(Observation.Context context) {
					throw new NoClassDefFoundError();
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			});
			WebhookHandler handler = new WebhookHandler((event) -> {
			}, new Store(null), registry, null);
			handler.handle(event("evt_" + atTheStart), null);
		}
		assertThat(this.settlements).hasSize(2).contains("done evt_false");
	}

	@Test
	void settlesUndisturbedByTheInterruptOfAListener() throws Exception {
		List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
		Store store = new Store(null) {

			@Override
			public void done(String eventId) {
				interrupted.add(Thread.currentThread().isInterrupted());
			}

		};
		WebhookHandler handler = new WebhookHandler((event) -> Thread.currentThread().interrupt(), store,
				ObservationRegistry.NOOP, null);
		CountDownLatch ended = new CountDownLatch(1);
		this.threads.execute(() -> {
			handler.handle(event("evt_1"), null);
			interrupted.add(Thread.currentThread().isInterrupted());
			ended.countDown();
		});
		assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(interrupted).containsExactly(false, true);
	}

	@Test
	void namesWhatAListenerFailedWith() {
		for (Throwable failure : List.of(new UndeclaredThrowableException(new IOException(Canaries.TEXT)),
				new IllegalStateException(Canaries.TEXT) {
				}, new UndeclaredThrowableException(null))) {
			new WebhookHandler((event) -> sneakilyThrow(failure), new Store(null), this.observations.registry(), null)
				.handle(event("evt_1"), null);
		}
		assertThat(this.observations.stopped("contiguity.webhook"))
			.extracting((context) -> context.getLowCardinalityKeyValue("exception").getValue())
			.containsExactly("IOException", "IllegalStateException", "UndeclaredThrowableException");
	}

	@Test
	void metersNameWhatAListenerFailedWith() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class, ObservationAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class,
					ContiguityMetricsAutoConfiguration.class))
			.withPropertyValues("contiguity.webhook.secrets=" + Deliveries.SECRET)
			.run((context) -> {
				new WebhookHandler((event) -> sneakilyThrow(new IOException(Canaries.TEXT)), new Store(null),
						context.getBean(ObservationRegistry.class), null)
					.handle(event("evt_1"), null);
				assertThat(context.getBean(MeterRegistry.class).get("contiguity.webhook").timer().getId().getTags())
					.contains(Tag.of("error", "IOException"), Tag.of("exception", "IOException"))
					.asString()
					.doesNotContain("MaskedFailure", Canaries.TEXT);
			});
	}

	@Test
	void showsObserversNoIdThatIsNone() {
		WebhookHandler handler = new WebhookHandler((event) -> {
		}, new Store(null), this.observations.registry(), null);
		handler.handle(event("evt_Az-09"), null);
		handler.handle(event(Canaries.RECIPIENT), null);
		assertThat(this.observations.stopped("contiguity.webhook"))
			.extracting((context) -> context.getHighCardinalityKeyValue("event.id").getValue())
			.containsExactly("evt_Az-09", "unusual id");
	}

	private class Store implements WebhookEventStore {

		private final Throwable failure;

		private volatile boolean failsToClaim;

		Store(Throwable failure) {
			this.failure = failure;
		}

		@Override
		public boolean claim(ContiguityWebhookEvent event) {
			if (this.failsToClaim) {
				sneakilyThrow(this.failure);
			}
			return true;
		}

		@Override
		public void done(String eventId) {
			settle("done " + eventId);
		}

		@Override
		public void release(String eventId) {
			settle("release " + eventId);
		}

		private void settle(String settlement) {
			WebhookHandlerTests.this.settlements.add(settlement);
			if (this.failure != null) {
				sneakilyThrow(this.failure);
			}
		}

	}

}
