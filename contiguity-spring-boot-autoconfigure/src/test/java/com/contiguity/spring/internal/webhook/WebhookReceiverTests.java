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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.MicrometerContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.MovableClock;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link WebhookReceiver} and its collaborators.
 */
class WebhookReceiverTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final ExecutorService listenerThreads = Executors.newFixedThreadPool(8);

	private final ExecutorService requestThreads = Executors.newFixedThreadPool(20);

	private final ObservationRegistry observations = ObservationRegistry.create();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final InMemoryWebhookEventStore store = new InMemoryWebhookEventStore(Duration.ofHours(24));

	private WebhookDispatcher dispatcher;

	@AfterEach
	void shutDown() {
		if (this.dispatcher != null) {
			this.dispatcher.destroy();
		}
		this.requestThreads.shutdownNow();
		this.listenerThreads.shutdownNow();
	}

	private WebhookReceiver receiver(Consumer<ContiguityWebhookEvent> listener) {
		return receiver(listener, this.listenerThreads, 10_000);
	}

	private WebhookReceiver receiver(Consumer<ContiguityWebhookEvent> listener, Executor executor, int capacity) {
		WebhookHandler handler = new WebhookHandler((event) -> listener.accept((ContiguityWebhookEvent) event),
				this.store, this.observations, null);
		this.dispatcher = new WebhookDispatcher(handler, executor, capacity);
		ContiguityMeters contiguityMeters = new MicrometerContiguityMeters(this.meters);
		return new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET), this.dispatcher, contiguityMeters,
				Clock.systemUTC());
	}

	private static WebhookResult deliver(WebhookReceiver receiver, byte[] body) {
		return DirectDelivery.deliver(receiver, body);
	}

	private static WebhookResult deliver(WebhookReceiver receiver, String id, String from) {
		return deliver(receiver, Deliveries.incoming(id, from, "Hello"));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void awaitEmpty() {
		Awaitility.waitAtMost(PATIENCE).until(() -> this.dispatcher.pending() == 0);
	}

	private double count(String type, String result) {
		return this.meters.get("contiguity.webhook.events").tag("type", type).tag("result", result).counter().count();
	}

	@Test
	void answersByWhatItIs() {
		WebhookReceiver receiver = receiver((event) -> {
		});
		byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
		byte[] unknown = Deliveries.event("evt_2", "something.new", "{}");
		byte[] noEvent = "{}".getBytes();
		assertThat(deliver(receiver, body)).isEqualTo(WebhookResult.ACCEPTED);
		assertThat(deliver(receiver, body)).isEqualTo(WebhookResult.DUPLICATE);
		assertThat(deliver(receiver, unknown)).isEqualTo(WebhookResult.ACCEPTED);
		assertThat(deliver(receiver, noEvent)).isEqualTo(WebhookResult.MALFORMED);
		assertThat(DirectDelivery.deliver(receiver, null, body)).isEqualTo(WebhookResult.BAD_SIGNATURE);
		assertThat(DirectDelivery.deliver(receiver, Deliveries.sign(Deliveries.SECRET, 1, body), body))
			.isEqualTo(WebhookResult.STALE);
		awaitEmpty();
		assertThat(count("imessage.incoming", "accepted")).isOne();
		assertThat(count("imessage.incoming", "duplicate")).isOne();
		assertThat(count("unknown", "accepted")).isOne();
		assertThat(count("none", "malformed")).isOne();
		assertThat(count("none", "bad_signature")).isOne();
		assertThat(count("none", "stale")).isOne();
		assertThat(receiver.statistics().deliveries())
			.isEqualTo(Map.of("imessage.incoming", Map.of("accepted", 1L, "duplicate", 1L), "unknown",
					Map.of("accepted", 1L), "none", Map.of("malformed", 1L, "bad_signature", 1L, "stale", 1L)));
		assertThat(receiver.statistics().handledEvents()).isEqualTo(2);
	}

	// other components in this JVM may log as well
	private static List<String> linesOfReceiver(LogRecorder logs) {
		return logs.lines().stream().filter((line) -> line.startsWith(WebhookReceiver.class.getName())).toList();
	}

	@Test
	void warnsOccasionallyAboutWebhooksThatCannotBeVerified() {
		WebhookReceiver receiver = receiver((event) -> {
		});
		byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, Canaries.TEXT);
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 100; i++) {
				DirectDelivery.deliver(receiver, Deliveries.sign("whsec_wrong", 1, body), body);
			}
			assertThat(logs.lines()).filteredOn((line) -> line.contains("contiguity.webhook.secrets"))
				.singleElement()
				.asString()
				.contains("Webhooks refused since the last warning: 1")
				.doesNotContain(Canaries.traces());
		}
	}

	@Test
	void handlesEachEventOnce() throws Exception {
		int events = 200;
		Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
		WebhookReceiver receiver = receiver(
				(event) -> handled.computeIfAbsent(event.id(), (id) -> new AtomicInteger()).incrementAndGet());
		List<Integer> deliveries = IntStream.range(0, events * 10)
			.mapToObj((i) -> i % events)
			.collect(Collectors.toCollection(ArrayList::new));
		Collections.shuffle(deliveries, new java.util.Random(7));
		List<Future<WebhookResult>> answers = new ArrayList<>();
		for (int event : deliveries) {
			answers.add(this.requestThreads.submit(() -> deliver(receiver, "evt_" + event, "+1555000" + event)));
		}
		int accepted = 0;
		for (Future<WebhookResult> answer : answers) {
			WebhookResult result = answer.get(60, TimeUnit.SECONDS);
			assertThat(result.status()).isEqualTo(200);
			accepted += (result == WebhookResult.ACCEPTED) ? 1 : 0;
		}
		awaitEmpty();
		assertThat(accepted).isEqualTo(events);
		assertThat(handled).hasSize(events).allSatisfy((id, times) -> assertThat(times).hasValue(1));
	}

	@Test
	void answersWhileListenersAreBusy() {
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver((event) -> await(busy));
		for (int i = 0; i < 1000; i++) {
			byte[] body = Deliveries.incoming("evt_" + i, "+1555000" + i, "Hello");
			assertThat(DirectDelivery.deliver(receiver, Deliveries.sign(body), body)).isEqualTo(WebhookResult.ACCEPTED);
		}
		assertThat(receiver.pendingEvents()).isEqualTo(1000);
		busy.countDown();
		awaitEmpty();
	}

	@Test
	void handlesOrRefusesAllOfABurst() throws Exception {
		CountDownLatch busy = new CountDownLatch(1);
		AtomicInteger handled = new AtomicInteger();
		WebhookReceiver receiver = receiver((event) -> {
			await(busy);
			handled.incrementAndGet();
		}, this.listenerThreads, 3000);
		List<Future<WebhookResult>> answers = new ArrayList<>();
		for (int i = 0; i < 5000; i++) {
			String id = "evt_" + i;
			String from = "+1555000" + (i % 700);
			answers.add(this.requestThreads.submit(() -> deliver(receiver, id, from)));
		}
		int accepted = 0;
		int rejected = 0;
		for (Future<WebhookResult> answer : answers) {
			WebhookResult result = answer.get(60, TimeUnit.SECONDS);
			accepted += (result == WebhookResult.ACCEPTED) ? 1 : 0;
			rejected += (result.status() == 503) ? 1 : 0;
		}
		busy.countDown();
		awaitEmpty();
		assertThat(accepted).isEqualTo(3000);
		assertThat(rejected).isEqualTo(2000);
		assertThat(handled).hasValue(accepted);

		assertThat(deliver(receiver, "evt_4999", "+15550001")).isIn(WebhookResult.ACCEPTED, WebhookResult.DUPLICATE);
	}

	@Test
	void keepsTheOrderWithinAConversationAndNoneBetweenThem() {
		Map<String, List<String>> order = new ConcurrentHashMap<>();
		CountDownLatch others = new CountDownLatch(7 * 100);
		WebhookReceiver receiver = receiver((event) -> {
			String from = ((ImessageReceivedEvent) event).message().from();
			if (from.equals("+15550000")) {
				// continues only if the others do not wait for it
				await(others);
			}
			order.computeIfAbsent(from, (key) -> Collections.synchronizedList(new ArrayList<>())).add(event.id());
			others.countDown();
		});
		for (int i = 0; i < 100; i++) {
			for (int conversation = 0; conversation < 8; conversation++) {
				assertThat(deliver(receiver, "evt_%d_%03d".formatted(conversation, i), "+1555000" + conversation))
					.isEqualTo(WebhookResult.ACCEPTED);
			}
		}
		awaitEmpty();
		assertThat(order).hasSize(8).allSatisfy((from, ids) -> assertThat(ids).hasSize(100).isSorted());
	}

	@Test
	void handlesAnEventAgainIfAListenerFailed() {
		AtomicBoolean fails = new AtomicBoolean(true);
		WebhookReceiver receiver = receiver((event) -> {
			if (fails.get()) {
				throw new IllegalStateException(Canaries.TEXT, new IllegalArgumentException(Canaries.RECIPIENT));
			}
		});
		try (LogRecorder logs = new LogRecorder()) {
			assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
			awaitEmpty();
			assertThat(logs.lines()).anyMatch((line) -> line.contains("ImessageReceivedEvent [evt_1]")
					&& line.contains("java.lang.IllegalStateException") && line.contains("WebhookReceiverTests"));
			assertThat(logs.lines()).noneMatch((line) -> containsCanary(line));
		}
		fails.set(false);
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		awaitEmpty();
		assertThat(receiver.statistics().failedEvents()).isOne();
		assertThat(receiver.statistics().handledEvents()).isOne();
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.DUPLICATE);
	}

	private static boolean containsCanary(String line) {
		return line.contains("canary0secret") || Arrays.stream(Canaries.traces()).anyMatch(line::contains);
	}

	@Test
	void handlesWhateverItCalledADuplicate() throws Exception {
		Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
		WebhookReceiver receiver = receiver(
				(event) -> handled.computeIfAbsent(event.id(), (id) -> new AtomicInteger()).incrementAndGet(),
				this.listenerThreads, 3);
		Map<String, Future<WebhookResult>> answers = new HashMap<>();
		for (int i = 0; i < 4000; i++) {
			String id = "evt_" + (i % 400);
			answers.put(id + " " + i,
					this.requestThreads.submit(() -> deliver(receiver, id, "+1555" + id.substring(4))));
		}
		Set<String> answeredWith200 = new HashSet<>();
		for (Map.Entry<String, Future<WebhookResult>> answer : answers.entrySet()) {
			if (answer.getValue().get(60, TimeUnit.SECONDS).status() == 200) {
				answeredWith200.add(answer.getKey().split(" ")[0]);
			}
		}
		awaitEmpty();
		assertThat(handled.keySet()).isEqualTo(answeredWith200);
		assertThat(handled.values()).allSatisfy((times) -> assertThat(times).hasValue(1));
	}

	@Test
	void logsRefusedEventsWithoutFloodingTheLog() {
		AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
		WebhookEventStore broken = mock(WebhookEventStore.class);
		given(broken.claim(any())).willThrow(new IllegalStateException(Canaries.TEXT));
		this.dispatcher = new WebhookDispatcher(new WebhookHandler((event) -> {
		}, broken, ObservationRegistry.NOOP, null), this.listenerThreads, 1);
		WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET), this.dispatcher,
				ContiguityMeters.NONE, Clock.systemUTC(), nanoTime::get);
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 100; i++) {
				assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			}
			assertThat(linesOfReceiver(logs)).singleElement()
				.asString()
				.contains("Events rejected since the last warning: 1.", "it could not be claimed",
						"IllegalStateException")
				.doesNotContain(Canaries.traces());
			nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
			receiver.stop();
			assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			assertThat(linesOfReceiver(logs)).hasSize(2)
				.last()
				.asString()
				.contains("Events rejected since the last warning: 100.", "the application is stopping");
		}
		assertThat(this.dispatcher.pending()).isZero();
	}

	@Test
	void logsKnownTypesInAnUnknownShapeWithoutFloodingTheLog() {
		List<ContiguityWebhookEvent> told = Collections.synchronizedList(new ArrayList<>());
		WebhookReceiver receiver = receiver(told::add);
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 10; i++) {
				deliver(receiver,
						Deliveries.event("evt_" + i, "imessage.incoming", "{\"from\":\"" + Canaries.RECIPIENT + "\"}"));
			}
			deliver(receiver, Deliveries.event("evt_new", "imessage.new", "{}"));
			awaitEmpty();
			assertThat(linesOfReceiver(logs)).singleElement()
				.asString()
				.contains("imessage.incoming")
				.doesNotContain(Canaries.traces());
		}
		assertThat(told).hasSize(11).hasOnlyElementsOfType(UnknownWebhookEvent.class);
	}

	@Test
	void looksAtTheHeaderBeforeTheBodyIsRead() {
		WebhookReceiver receiver = receiver((event) -> {
		});
		byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
		long now = Instant.now().getEpochSecond();
		for (String header : new String[] { null, "", "t=" + now, "v1=" + "0".repeat(64),
				"t=x,v1=" + "0".repeat(64) }) {
			assertThat(receiver.refuseUnread(header, 1)).as(header)
				.extracting(PendingResponse::result)
				.isEqualTo(WebhookResult.BAD_SIGNATURE);
		}
		for (long time : new long[] { now - 3600, now + 3600 }) {
			assertThat(receiver.refuseUnread(Deliveries.sign(Deliveries.SECRET, time, body), 1))
				.extracting(PendingResponse::result)
				.isEqualTo(WebhookResult.STALE);
		}
		// a well-formed header is not enough to be refused, because the result depends on
		// the body
		assertThat(receiver.refuseUnread("t=" + now + ",v1=" + "0".repeat(64), 1)).isNull();
		assertThat(receiver.statistics().deliveries())
			.isEqualTo(Map.of("none", Map.of("bad_signature", 5L, "stale", 2L)));
	}

	@Test
	void readsOnlySoMuchAtTheSameTime() {
		WebhookReceiver receiver = receiver((event) -> {
		});
		String header = Deliveries.sign(new byte[0]);
		int quarter = (int) BodyBudget.MAX_BYTES / 4;
		for (int i = 0; i < 4; i++) {
			assertThat(receiver.refuseUnread(header, quarter)).isNull();
		}
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 100; i++) {
				assertThat(receiver.refuseUnread(header, 1)).extracting(PendingResponse::result)
					.isEqualTo(WebhookResult.REJECTED);
				assertThat(receiver.refuseUnread(null, 1)).extracting(PendingResponse::result)
					.isEqualTo(WebhookResult.BAD_SIGNATURE);
			}
			assertThat(linesOfReceiver(logs)).singleElement().asString().contains("too many bodies are being read");
		}
		receiver.bodyEnded(quarter);
		for (int i = 3; i < BodyBudget.MAX_BODIES; i++) {
			assertThat(receiver.refuseUnread(header, 1)).isNull();
		}
		assertThat(receiver.refuseUnread(header, 1)).isNotNull();
	}

	@Test
	void rejectsWebhooksIfThereAreNoSecrets() {
		MovableClock clock = new MovableClock(Instant.now());
		AtomicReference<Supplier<Collection<String>>> secrets = new AtomicReference<>();
		this.dispatcher = new WebhookDispatcher(new WebhookHandler((event) -> {
		}, this.store, ObservationRegistry.NOOP, null), this.listenerThreads, 10);
		WebhookReceiver receiver = new WebhookReceiver(
				new WebhookSignatureVerifier(() -> secrets.get().get(), Duration.ofMinutes(5), clock), this.dispatcher,
				new MicrometerContiguityMeters(this.meters), clock);
		try (LogRecorder logs = new LogRecorder()) {
			secrets.set(() -> {
				throw new IllegalArgumentException(Deliveries.SECRET, new OutOfMemoryError(Canaries.TEXT));
			});
			for (int i = 0; i < 100; i++) {
				assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			}
			secrets.set(() -> {
				throw new LinkageError(Deliveries.SECRET);
			});
			assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			secrets.set(Collections::emptyList);
			assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			secrets.set(() -> null);
			assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
			assertThat(linesOfReceiver(logs)).singleElement()
				.asString()
				.contains("Events rejected since the last warning: 1.", "the supplier of secrets failed",
						"java.lang.IllegalArgumentException", "java.lang.OutOfMemoryError")
				.doesNotContain(Canaries.traces())
				.doesNotContain(Deliveries.SECRET);
		}
		assertThat(count("none", "rejected")).isEqualTo(103);
		assertThat(receiver.statistics().deliveries()).isEqualTo(Map.of("none", Map.of("rejected", 103L)));
		secrets.set(() -> List.of(Deliveries.SECRET));
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		awaitEmpty();
	}

	@Test
	void playsNothingBackHoweverCloseToTheEdge() {
		Duration tolerance = Duration.ofSeconds(10);
		Instant signed = Instant.ofEpochSecond(1_800_000_000);
		MovableClock clock = new MovableClock(signed.minus(tolerance));
		List<String> handled = Collections.synchronizedList(new ArrayList<>());
		// the smallest window that can be configured
		WebhookEventStore window = new InMemoryWebhookEventStore(Duration.ofSeconds(21), 10, 10_000, clock);
		this.dispatcher = new WebhookDispatcher(
				new WebhookHandler((event) -> handled.add(((ContiguityWebhookEvent) event).id()), window,
						ObservationRegistry.NOOP, null),
				this.listenerThreads, 10);
		WebhookReceiver receiver = new WebhookReceiver(
				new WebhookSignatureVerifier(List.of(Deliveries.SECRET), tolerance, clock), this.dispatcher,
				ContiguityMeters.NONE, clock);
		byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
		String signature = Deliveries.sign(Deliveries.SECRET, signed.getEpochSecond(), body);
		assertThat(DirectDelivery.deliver(receiver, signature, body)).isEqualTo(WebhookResult.ACCEPTED);
		awaitEmpty();
		while (clock.instant().isBefore(signed.plusSeconds(11))) {
			assertThat(DirectDelivery.deliver(receiver, signature, body)).as("%s", clock.instant())
				.isEqualTo(WebhookResult.DUPLICATE);
			clock.move(Duration.ofMillis(100));
		}
		assertThat(DirectDelivery.deliver(receiver, signature, body)).isEqualTo(WebhookResult.STALE);
		assertThat(handled).containsExactly("evt_1");
	}

	@Test
	void handlesPendingEventsBeforeItStops() {
		CountDownLatch busy = new CountDownLatch(1);
		AtomicInteger handled = new AtomicInteger();
		WebhookReceiver receiver = receiver((event) -> {
			await(busy);
			handled.incrementAndGet();
		});
		for (int i = 0; i < 100; i++) {
			deliver(receiver, "evt_" + i, "+1555000" + i);
		}
		CountDownLatch stopped = new CountDownLatch(1);
		receiver.stop(stopped::countDown);
		assertThat(stopped.getCount()).isOne();
		assertThat(deliver(receiver, "evt_late", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
		busy.countDown();
		await(stopped);
		assertThat(handled).hasValue(100);
		receiver.start();
		assertThat(deliver(receiver, "evt_late", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		awaitEmpty();
	}

	@Test
	void logsEventsThatItCouldNotHandleBeforeTheEnd() {
		CountDownLatch busy = new CountDownLatch(1);
		CountDownLatch started = new CountDownLatch(1);
		AtomicInteger handled = new AtomicInteger();
		WebhookReceiver receiver = receiver((event) -> {
			started.countDown();
			await(busy);
			handled.incrementAndGet();
		});
		for (int i = 0; i < 10; i++) {
			deliver(receiver, "evt_" + i, Canaries.RECIPIENT);
		}
		await(started);
		try (LogRecorder logs = new LogRecorder()) {
			this.dispatcher.destroy();
			assertThat(logs.lines().stream().filter((line) -> line.contains("before ImessageReceivedEvent [evt_")))
				.hasSize(9);
		}
		busy.countDown();
		awaitEmpty();
		assertThat(handled).hasValue(1);
		assertThat(receiver.statistics().failedEvents()).isEqualTo(9);
		assertThat(this.store.claim(Deliveries.withId("evt_9"))).isTrue();
	}

	@Test
	void handlesEventsWhereThoseWhoMeasureFail() {
		this.observations.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStart(Observation.Context context) {
				throw new IllegalStateException("observer");
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		this.meters.config().meterFilter(new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				throw new IllegalStateException("meter");
			}

		});
		WebhookReceiver receiver = receiver((event) -> {
		});
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		awaitEmpty();
		assertThat(receiver.statistics().handledEvents()).isOne();
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.DUPLICATE);
	}

	@Test
	void observesListenersWithinTheTraceOfTheRequest() {
		List<Observation.Context> contexts = Collections.synchronizedList(new ArrayList<>());
		List<Observation> current = Collections.synchronizedList(new ArrayList<>());
		this.observations.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				contexts.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		WebhookReceiver receiver = receiver((event) -> {
			current.add(this.observations.getCurrentObservation());
			if (event.id().equals("evt_2")) {
				throw new IllegalStateException(Canaries.TEXT);
			}
		});
		Observation request = Observation.start("request", this.observations);
		for (String id : List.of("evt_1", "evt_2")) {
			byte[] body = Deliveries.incoming(id, Canaries.RECIPIENT, Canaries.TEXT);
			DirectDelivery.deliver(receiver, Deliveries.sign(body), body, request);
		}
		awaitEmpty();
		assertThat(current).doesNotContainNull().hasSize(2);
		assertThat(contexts).hasSize(2).allSatisfy((context) -> {
			assertThat(context.getName()).isEqualTo("contiguity.webhook");
			assertThat(context.getContextualName()).isEqualTo("webhook imessage.incoming");
			assertThat(context.getParentObservation()).isSameAs(request);
			assertThat(context.toString()).doesNotContain(Canaries.traces());
		});
		assertThat(contexts.get(0).getLowCardinalityKeyValue("exception").getValue()).isEqualTo("none");
		assertThat(contexts.get(1).getLowCardinalityKeyValue("exception").getValue())
			.isEqualTo("IllegalStateException");
		assertThat(contexts.get(1).getError()).hasMessage(null);
	}

}
