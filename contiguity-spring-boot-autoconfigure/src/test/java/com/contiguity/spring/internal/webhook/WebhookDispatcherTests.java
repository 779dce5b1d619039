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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.webhook.WebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebhookDispatcher}.
 */
class WebhookDispatcherTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final InMemoryWebhookEventStore store = new InMemoryWebhookEventStore(Duration.ofHours(24));

	private final List<String> handled = Collections.synchronizedList(new ArrayList<>());

	private WebhookDispatcher dispatcher;

	@AfterEach
	void end() {
		if (this.dispatcher != null) {
			this.dispatcher.destroy();
		}
		this.threads.shutdownNow();
	}

	private WebhookReceiver receiver(Executor executor, int capacity) {
		return receiver(executor, capacity, (event) -> {
		});
	}

	private WebhookReceiver receiver(Executor executor, int capacity, Consumer<ContiguityWebhookEvent> listener) {
		WebhookHandler handler = new WebhookHandler((event) -> {
			listener.accept((ContiguityWebhookEvent) event);
			this.handled.add(((ContiguityWebhookEvent) event).id());
		}, this.store, ObservationRegistry.NOOP, null);
		this.dispatcher = new WebhookDispatcher(handler, executor, capacity);
		return new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET), this.dispatcher,
				ContiguityMeters.NONE, Clock.systemUTC());
	}

	private static WebhookResult deliver(WebhookReceiver receiver, String id, String from) {
		PendingResponse pending = accept(receiver, id, from);
		receiver.answered(pending);
		return pending.result();
	}

	private static PendingResponse accept(WebhookReceiver receiver, String id, String from) {
		return accept(receiver, Deliveries.incoming(id, from, "Hello"));
	}

	private static PendingResponse accept(WebhookReceiver receiver, byte[] body) {
		return receiver.accept(Deliveries.sign(body), body, null);
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

	@Test
	void handlesNothingBeforeItIsAnswered() {
		WebhookReceiver receiver = receiver(this.threads, 10);
		PendingResponse first = accept(receiver, "evt_1", Canaries.RECIPIENT);
		assertThat(first.result()).isEqualTo(WebhookResult.ACCEPTED);
		assertThat(deliver(receiver, "evt_2", "+15550002")).isEqualTo(WebhookResult.ACCEPTED);
		Awaitility.waitAtMost(PATIENCE).until(() -> this.handled.contains("evt_2"));
		assertThat(this.handled).containsExactly("evt_2");
		receiver.answered(first);
		receiver.answered(first);
		awaitEmpty();
		assertThat(this.handled).containsExactly("evt_2", "evt_1");
	}

	@Test
	void keepsTheOrderInWhichEventsCameWhateverIsAnsweredFirst() {
		WebhookReceiver receiver = receiver(this.threads, 10);
		PendingResponse first = accept(receiver, "evt_1", Canaries.RECIPIENT);
		PendingResponse second = accept(receiver, "evt_2", Canaries.RECIPIENT);
		PendingResponse third = accept(receiver, "evt_3", Canaries.RECIPIENT);
		receiver.answered(third);
		receiver.answered(second);
		assertThat(this.dispatcher.pending()).isEqualTo(3);
		receiver.answered(first);
		awaitEmpty();
		assertThat(this.handled).containsExactly("evt_1", "evt_2", "evt_3");
	}

	@Test
	void handlesOrGivesBackOnceWhatAnExecutorRefusesAndRunsAllTheSame() {
		AtomicInteger offers = new AtomicInteger();
		WebhookReceiver receiver = receiver((task) -> {
			this.threads.execute(task);
			if (offers.incrementAndGet() % 2 == 1) {
				throw new OutOfMemoryError("unable to create native thread");
			}
		}, 100);
		for (int i = 0; i < 50; i++) {
			deliver(receiver, "evt_%02d".formatted(i), Canaries.RECIPIENT);
		}
		awaitEmpty();
		assertThat(this.handled).doesNotHaveDuplicates().isSorted().hasSizeGreaterThanOrEqualTo(25);
		assertThat(this.handled.size() + receiver.statistics().failedEvents()).isEqualTo(50);
	}

	@Test
	void givesBackWhatTheExecutorRefusesAndGoesOnWithTheRest() {
		AtomicInteger offers = new AtomicInteger();
		WebhookReceiver receiver = receiver((task) -> {
			if (offers.incrementAndGet() <= 2) {
				throw new RejectedExecutionException(Canaries.TEXT);
			}
			this.threads.execute(task);
		}, 10);
		try (LogRecorder logs = new LogRecorder()) {
			PendingResponse first = accept(receiver, "evt_1", Canaries.RECIPIENT);
			for (String id : List.of("evt_2", "evt_3")) {
				assertThat(deliver(receiver, id, Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
			}
			receiver.answered(first);
			awaitEmpty();
			assertThat(logs.lines()).filteredOn((line) -> line.contains("The executor rejected ImessageReceivedEvent"))
				.hasSize(2);
			assertThat(logs.lines()).noneMatch((line) -> line.contains(Canaries.TEXT));
		}
		assertThat(this.handled).containsExactly("evt_3");
		assertThat(this.store.claim(Deliveries.withId("evt_1"))).isTrue();
		assertThat(this.store.claim(Deliveries.withId("evt_2"))).isTrue();
		assertThat(receiver.statistics().failedEvents()).isEqualTo(2);
	}

	@Test
	void refusesManyOfAConversationWithoutNesting() {
		WebhookReceiver receiver = receiver((task) -> {
			throw new RejectedExecutionException();
		}, 10_000);
		PendingResponse first = accept(receiver, "evt_first", Canaries.RECIPIENT);
		for (int i = 0; i < 9_999; i++) {
			deliver(receiver, "evt_" + i, Canaries.RECIPIENT);
		}
		receiver.answered(first);
		assertThat(this.dispatcher.pending()).isZero();
		assertThat(receiver.statistics().failedEvents()).isEqualTo(10_000);
	}

	@Test
	void goesOnAfterARestart() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver(this.threads, 10, (event) -> {
			started.countDown();
			await(busy);
		});
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		deliver(receiver, "evt_2", Canaries.RECIPIENT);
		await(started);
		receiver.stop();
		assertThat(receiver.isRunning()).isFalse();
		assertThat(deliver(receiver, "evt_3", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
		receiver.start();
		assertThat(receiver.isRunning()).isTrue();
		assertThat(deliver(receiver, "evt_3", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		busy.countDown();
		awaitEmpty();
		assertThat(this.handled).containsExactly("evt_1", "evt_2", "evt_3");
	}

	@Test
	void notifiesNoListenersAfterItHasStopped() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver(this.threads, 10, (event) -> {
			started.countDown();
			await(busy);
		});
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		deliver(receiver, "evt_2", Canaries.RECIPIENT);
		await(started);
		PendingResponse unanswered = accept(receiver, "evt_3", "+15550003");
		receiver.stop();
		this.dispatcher.stop();
		assertThat(this.dispatcher.isRunning()).isFalse();
		receiver.answered(unanswered);
		assertThat(this.dispatcher.pending()).isOne();
		assertThat(this.store.claim(Deliveries.withId("evt_2"))).isTrue();
		assertThat(this.store.claim(Deliveries.withId("evt_3"))).isTrue();
		this.dispatcher.start();
		receiver.start();
		deliver(receiver, "evt_4", Canaries.RECIPIENT);
		busy.countDown();
		awaitEmpty();
		// in order, even across a restart
		assertThat(this.handled).containsExactly("evt_1", "evt_4");
		assertThat(receiver.statistics().failedEvents()).isEqualTo(2);
	}

	@Test
	void callsBackAtOnceIfItStopsWithNothingHeld() {
		AtomicInteger stopped = new AtomicInteger();
		receiver(this.threads, 10).stop(stopped::incrementAndGet);
		assertThat(stopped).hasValue(1);
	}

	@Test
	void refusesWhatWasReservedBeforeTheEnd() {
		WebhookReceiver receiver = receiver(this.threads, 10);
		assertThat(this.dispatcher.reserve(1)).isTrue();
		this.dispatcher.destroy();
		assertThat(this.dispatcher.accept(new QueuedEvent(Deliveries.withId("evt_1"), null, 1))).isFalse();
		this.dispatcher.giveBack(1);
		assertThat(deliver(receiver, "evt_2", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
	}

	@Test
	void runsNothingLateThatWasGivenUpAtTheEnd() {
		List<Runnable> tasks = Collections.synchronizedList(new ArrayList<>());
		WebhookReceiver receiver = receiver(tasks::add, 10);
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		assertThat(tasks).hasSize(1);
		this.dispatcher.destroy();
		tasks.forEach(Runnable::run);
		assertThat(this.handled).isEmpty();
		assertThat(this.store.claim(Deliveries.withId("evt_1"))).isTrue();
	}

	@Test
	void limitsBytes() {
		receiver(this.threads, 10);
		int half = (int) (WebhookDispatcher.MAX_BYTES / 2);
		assertThat(this.dispatcher.reserve(half)).isTrue();
		assertThat(this.dispatcher.reserve(half)).isTrue();
		assertThat(this.dispatcher.reserve(1)).isFalse();
		this.dispatcher.giveBack(half);
		assertThat(this.dispatcher.reserve(half + 1)).isFalse();
		assertThat(this.dispatcher.reserve(1)).isTrue();
		this.dispatcher.giveBack(half);
		this.dispatcher.giveBack(1);
		// alone, regardless of its size
		assertThat(this.dispatcher.reserve(4 * half)).isTrue();
		assertThat(this.dispatcher.reserve(1)).isFalse();
		this.dispatcher.giveBack(4 * half);
	}

	@Test
	void limitsBodiesBySize() {
		WebhookReceiver receiver = receiver(Runnable::run, 10);
		byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, "Hello");
		int rest = (int) (WebhookDispatcher.MAX_BYTES - body.length);
		assertThat(this.dispatcher.reserve(rest + 1)).isTrue();
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
		this.dispatcher.giveBack(rest + 1);
		assertThat(this.dispatcher.reserve(rest)).isTrue();
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		this.dispatcher.giveBack(rest);
	}

	@Test
	void keepsTheOrderOfTextsAndOfWhatBecameOfThem() {
		WebhookReceiver receiver = receiver(Runnable::run, 10);
		String data = "{\"message_id\":\"msg_1\",\"from\":\"%s\",\"to\":\"+15550001\",\"body\":\"Hello\"}";
		for (String type : List.of("text.incoming.sms", "text.incoming.mms", "text.delivery.confirmed",
				"text.delivery.failed")) {
			this.handled.clear();
			PendingResponse first = accept(receiver, Deliveries.event(type + 1, type, data.formatted("+15550002")));
			PendingResponse second = accept(receiver, Deliveries.event(type + 2, type, data.formatted("+15550002")));
			PendingResponse other = accept(receiver, Deliveries.event(type + 3, type, data.formatted("+15550003")));
			receiver.answered(second);
			receiver.answered(other);
			assertThat(this.handled).containsExactly(type + 3);
			receiver.answered(first);
			assertThat(this.handled).containsExactly(type + 3, type + 1, type + 2);
		}
	}

	@Test
	void keepsTheOrderOfAReplyAndOfWhatBecameOfTheTextBeforeIt() {
		WebhookReceiver receiver = receiver(Runnable::run, 10);
		PendingResponse delivered = accept(receiver, Deliveries.event("evt_1", "text.delivery.confirmed",
				"{\"message_id\":\"msg_1\",\"from\":\"+15550001\",\"to\":\"+15550002\"}"));
		PendingResponse reply = accept(receiver, Deliveries.event("evt_2", "text.incoming.sms",
				"{\"from\":\"+15550002\",\"to\":\"+15550001\",\"body\":\"Thanks\"}"));
		receiver.answered(reply);
		assertThat(this.handled).isEmpty();
		receiver.answered(delivered);
		assertThat(this.handled).containsExactly("evt_1", "evt_2");
	}

	@Test
	void refusesWhatComesWhileItEnds() {
		WebhookEventStore ending = new WebhookEventStore() {

			@Override
			public boolean claim(ContiguityWebhookEvent event) {
				WebhookDispatcherTests.this.dispatcher.destroy();
				return WebhookDispatcherTests.this.store.claim(event);
			}

			@Override
			public void done(String eventId) {
				WebhookDispatcherTests.this.store.done(eventId);
			}

			@Override
			public void release(String eventId) {
				WebhookDispatcherTests.this.store.release(eventId);
			}

		};
		this.dispatcher = new WebhookDispatcher(new WebhookHandler((event) -> {
		}, ending, ObservationRegistry.NOOP, null), this.threads, 10);
		WebhookReceiver receiver = new WebhookReceiver(new WebhookSignatureVerifier(Deliveries.SECRET), this.dispatcher,
				ContiguityMeters.NONE, Clock.systemUTC());
		assertThat(deliver(receiver, "evt_1", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
		assertThat(this.dispatcher.pending()).isZero();
		// a later delivery of the same event can still claim it
		assertThat(this.store.claim(Deliveries.withId("evt_1"))).isTrue();
	}

	@Test
	void aConversationThatNeverEndsLeavesTurnsToOthers() {
		CountDownLatch busy = new CountDownLatch(1);
		ExecutorService single = Executors.newSingleThreadExecutor();
		try {
			WebhookReceiver receiver = receiver(single, 1000, (event) -> await(busy));
			for (int i = 0; i < 100; i++) {
				deliver(receiver, "evt_%02d".formatted(i), Canaries.RECIPIENT);
			}
			deliver(receiver, "other", "+15550001");
			busy.countDown();
			awaitEmpty();
			assertThat(this.handled.indexOf("other")).isLessThan(10);
		}
		finally {
			single.shutdownNow();
		}
	}

}
