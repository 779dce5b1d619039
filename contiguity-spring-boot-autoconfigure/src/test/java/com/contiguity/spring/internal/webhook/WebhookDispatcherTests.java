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
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

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
		Reception reception = accept(receiver, id, from);
		receiver.answered(reception);
		return reception.result();
	}

	private static Reception accept(WebhookReceiver receiver, String id, String from) {
		byte[] body = Deliveries.incoming(id, from, "Hello");
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

	private static List<Thread> dispatchers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("contiguity-webhook-dispatcher"))
			.toList();
	}

	@Test
	void handlesNothingBeforeItIsAnswered() {
		WebhookReceiver receiver = receiver(this.threads, 10);
		Reception first = accept(receiver, "evt_1", Canaries.RECIPIENT);
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
		Reception first = accept(receiver, "evt_1", Canaries.RECIPIENT);
		Reception second = accept(receiver, "evt_2", Canaries.RECIPIENT);
		Reception third = accept(receiver, "evt_3", Canaries.RECIPIENT);
		receiver.answered(third);
		receiver.answered(second);
		assertThat(this.dispatcher.pending()).isEqualTo(3);
		receiver.answered(first);
		awaitEmpty();
		assertThat(this.handled).containsExactly("evt_1", "evt_2", "evt_3");
	}

	@Test
	void anExecutorThatBlocksHoldsUpNoDelivery() {
		CountDownLatch busy = new CountDownLatch(1);
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor();
		executor.setConcurrencyLimit(1);
		WebhookReceiver receiver = receiver(executor, 100, (event) -> await(busy));
		for (int i = 0; i < 50; i++) {
			assertThat(deliver(receiver, "evt_" + i, "+1555000" + i)).isEqualTo(WebhookResult.ACCEPTED);
		}
		assertThat(this.handled).isEmpty();
		busy.countDown();
		awaitEmpty();
		assertThat(this.handled).hasSize(50).doesNotHaveDuplicates();
	}

	@Test
	void anExecutorThatRunsOnItsCallerHoldsUpNoDelivery() {
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver(Runnable::run, 100, (event) -> await(busy));
		for (int i = 0; i < 50; i++) {
			assertThat(deliver(receiver, "evt_" + i, "+1555000" + i)).isEqualTo(WebhookResult.ACCEPTED);
		}
		busy.countDown();
		awaitEmpty();
		assertThat(this.handled).hasSize(50).doesNotHaveDuplicates();
	}

	@Test
	void handlesAllThatAFullExecutorRefusesAtFirst() {
		CountDownLatch busy = new CountDownLatch(1);
		AtomicInteger refused = new AtomicInteger();
		ThreadPoolExecutor executor = new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, new SynchronousQueue<>(),
				(task, pool) -> {
					refused.incrementAndGet();
					throw new RejectedExecutionException();
				});
		try {
			WebhookReceiver receiver = receiver(executor, 1000, (event) -> await(busy));
			for (int i = 0; i < 500; i++) {
				assertThat(deliver(receiver, "evt_%03d".formatted(i), "+1555000" + (i % 50)))
					.isEqualTo(WebhookResult.ACCEPTED);
			}
			Awaitility.waitAtMost(PATIENCE).until(() -> refused.get() > 2);
			busy.countDown();
			awaitEmpty();
			assertThat(this.handled).hasSize(500).doesNotHaveDuplicates();
			for (int conversation = 0; conversation < 50; conversation++) {
				int number = conversation;
				assertThat(this.handled.stream().filter((id) -> Integer.parseInt(id.substring(4)) % 50 == number))
					.hasSize(10)
					.isSorted();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void handlesOnceWhatAnExecutorRefusesAndRunsAllTheSame() {
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
		assertThat(this.handled).hasSize(50).doesNotHaveDuplicates().isSorted();
	}

	@Test
	void givesUpAtTheEndWhatTheExecutorNeverTook() {
		WebhookReceiver receiver = receiver((task) -> {
			throw new RejectedExecutionException(Canaries.TEXT);
		}, 10);
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 3; i++) {
				assertThat(deliver(receiver, "evt_" + i, "+1555000" + i)).isEqualTo(WebhookResult.ACCEPTED);
			}
			Reception unanswered = accept(receiver, "evt_unanswered", Canaries.RECIPIENT);
			Awaitility.waitAtMost(PATIENCE)
				.until(() -> logs.lines().stream().anyMatch((line) -> line.contains("The executor refused an event")));
			assertThat(this.dispatcher.pending()).isEqualTo(4);
			this.dispatcher.destroy();
			receiver.answered(unanswered);
			for (String id : List.of("evt_0", "evt_1", "evt_2", "evt_unanswered")) {
				assertThat(logs.lines()).anyMatch(
						(line) -> line.contains("The application ends before ImessageReceivedEvent [" + id + "]"));
				assertThat(this.store.claim(id)).isTrue();
			}
			assertThat(logs.lines()).noneMatch((line) -> line.contains(Canaries.TEXT));
		}
		assertThat(this.dispatcher.pending()).isZero();
		assertThat(this.handled).isEmpty();
		assertThat(receiver.statistics().failedEvents()).isEqualTo(4);
	}

	@Test
	void runsNothingLateThatWasGivenUpAtTheEnd() {
		List<Runnable> tasks = Collections.synchronizedList(new ArrayList<>());
		WebhookReceiver receiver = receiver(tasks::add, 10);
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		Awaitility.waitAtMost(PATIENCE).until(() -> tasks.size() == 1);
		this.dispatcher.destroy();
		tasks.forEach(Runnable::run);
		assertThat(this.handled).isEmpty();
		assertThat(this.store.claim("evt_1")).isTrue();
	}

	@Test
	void tellsListenersOfNothingOnceItsPhaseIsOver() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver(this.threads, 10, (event) -> {
			started.countDown();
			await(busy);
		});
		SmartLifecycle end = this.dispatcher.end();
		assertThat(end.isRunning()).isTrue();
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		deliver(receiver, "evt_2", Canaries.RECIPIENT);
		await(started);
		Reception unanswered = accept(receiver, "evt_3", "+15550003");
		this.dispatcher.stop();
		end.stop();
		assertThat(end.isRunning()).isFalse();
		receiver.answered(unanswered);
		assertThat(this.dispatcher.pending()).isOne();
		assertThat(this.store.claim("evt_2")).isTrue();
		assertThat(this.store.claim("evt_3")).isTrue();
		busy.countDown();
		awaitEmpty();
		assertThat(this.handled).containsExactly("evt_1");
		assertThat(receiver.statistics().failedEvents()).isEqualTo(2);
	}

	@Test
	void keepsTheOrderOverARestart() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		WebhookReceiver receiver = receiver(this.threads, 10, (event) -> {
			if (event.id().equals("evt_1")) {
				started.countDown();
				await(busy);
			}
		});
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		await(started);
		for (Lifecycle lifecycle : List.of(this.dispatcher, this.dispatcher.end())) {
			lifecycle.stop();
		}
		assertThat(deliver(receiver, "evt_2", Canaries.RECIPIENT)).isEqualTo(WebhookResult.REJECTED);
		for (Lifecycle lifecycle : List.of(this.dispatcher.end(), this.dispatcher)) {
			lifecycle.start();
			assertThat(lifecycle.isRunning()).isTrue();
		}
		for (String id : List.of("evt_2", "evt_3")) {
			assertThat(deliver(receiver, id, Canaries.RECIPIENT)).isEqualTo(WebhookResult.ACCEPTED);
		}
		assertThat(deliver(receiver, "other", "+15550002")).isEqualTo(WebhookResult.ACCEPTED);
		Awaitility.waitAtMost(PATIENCE).until(() -> this.handled.contains("other"));
		assertThat(this.handled).containsExactly("other");
		busy.countDown();
		awaitEmpty();
		assertThat(this.handled).containsExactly("other", "evt_1", "evt_2", "evt_3");
	}

	@Test
	void startsAThreadWithTheFirstEventAndEndsItWithTheApplication() {
		List<Thread> before = dispatchers();
		WebhookReceiver receiver = receiver(this.threads, 10);
		DirectDelivery.deliver(receiver, null, new byte[0]);
		assertThat(dispatchers()).isSubsetOf(before);
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		awaitEmpty();
		List<Thread> started = new ArrayList<>(dispatchers());
		started.removeAll(before);
		assertThat(started).singleElement().satisfies((thread) -> assertThat(thread.isDaemon()).isTrue());
		this.dispatcher.destroy();
		Awaitility.waitAtMost(PATIENCE).until(() -> !started.get(0).isAlive());
	}

	@Test
	void endsThoughTheExecutorBlocks() {
		CountDownLatch never = new CountDownLatch(1);
		CountDownLatch blocks = new CountDownLatch(1);
		List<Thread> blocked = Collections.synchronizedList(new ArrayList<>());
		WebhookReceiver receiver = receiver((task) -> {
			blocked.add(Thread.currentThread());
			blocks.countDown();
			await(never);
			throw new IllegalStateException("interrupted");
		}, 10);
		deliver(receiver, "evt_1", Canaries.RECIPIENT);
		await(blocks);
		this.dispatcher.destroy();
		Awaitility.waitAtMost(PATIENCE).until(() -> !blocked.get(0).isAlive());
		assertThat(this.handled).isEmpty();
		assertThat(this.store.claim("evt_1")).isTrue();
	}

	@Test
	void leavesTheInterruptsOfAnExecutorBehind() {
		WebhookReceiver receiver = receiver((task) -> {
			task.run();
			Thread.currentThread().interrupt();
		}, 10);
		for (int i = 0; i < 10; i++) {
			deliver(receiver, "evt_" + i, "+1555000" + i);
		}
		awaitEmpty();
		assertThat(this.handled).hasSize(10);
	}

	@Test
	void hasRoomForSoManyBytes() {
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
		// alone, whatever its size
		assertThat(this.dispatcher.reserve(4 * half)).isTrue();
		assertThat(this.dispatcher.reserve(1)).isFalse();
		this.dispatcher.giveBack(4 * half);
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
