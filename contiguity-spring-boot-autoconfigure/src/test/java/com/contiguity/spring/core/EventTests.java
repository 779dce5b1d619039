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

package com.contiguity.spring.core;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the events of sends: there is one for each send, and listeners cannot affect
 * the send.
 */
class EventTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message(Canaries.TEXT).build();

	private final List<ImessageSendEvent> events = new CopyOnWriteArrayList<>();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ImessageTemplateBuilder builder(Consumer<ImessageSendEvent> listener) {
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.backOffPolicy(new NoBackOffPolicy())
			.eventPublisher((event) -> {
				this.events.add((ImessageSendEvent) event);
				listener.accept((ImessageSendEvent) event);
			});
	}

	private ImessageTemplateBuilder builder() {
		return builder((event) -> {
		});
	}

	@ParameterizedTest
	@CsvSource({ "200,ImessageSentEvent,,1", "400,ImessageNotSentEvent,REJECTED,1",
			"429,ImessageNotSentEvent,NOT_SENT,3", "500,ImessageOutcomeUnknownEvent,UNKNOWN,1",
			"0,ImessageOutcomeUnknownEvent,UNKNOWN,1" })
	void publishesOneEventForEachCallOnEachPath(int status, String type, Outcome outcome, int attempts) {
		Reply failure = (status != 0) ? Reply.error(status, "No") : Reply.hangUp();
		this.server.otherwise((status != 200) ? failure : Reply.accepted("imsg_1"));
		ImessageTemplate imessage = builder().build();
		ReactiveImessageTemplate reactive = builder().buildReactive();
		List<Runnable> paths = List.of(() -> imessage.send(REQUEST), () -> await(imessage.sendAsync(REQUEST)),
				() -> imessage.sendAll(List.of(REQUEST)), () -> reactive.send(REQUEST).block(TIMEOUT),
				() -> reactive.sendAll(Flux.just(REQUEST)).blockLast(TIMEOUT));
		int calls = 0;
		for (Runnable path : paths) {
			try {
				path.run();
			}
			catch (RuntimeException ex) {
				assertThat(status).isNotEqualTo(200);
			}
			int expected = ++calls;
			Awaitility.waitAtMost(TIMEOUT).until(() -> this.events.size() >= expected);
		}
		assertThat(this.events).hasSize(calls).allSatisfy((event) -> {
			assertThat(event.getClass().getSimpleName()).isEqualTo(type);
			assertThat(event.attempts()).isEqualTo(attempts);
			assertThat(event.request().to()).isEqualTo(Canaries.RECIPIENT);
			assertThat(outcome(event)).isEqualTo(outcome);
		});
		assertThat(this.server.requests()).hasSize(calls * attempts);
	}

	private static Outcome outcome(ImessageSendEvent event) {
		if (event instanceof ImessageNotSentEvent notSent) {
			return notSent.exception().outcome();
		}
		return (event instanceof ImessageOutcomeUnknownEvent unknown) ? unknown.exception().outcome() : null;
	}

	@Test
	void publishesOneEventForACallThatIsCancelled() {
		this.server.otherwise(Reply.silence());
		Disposable send = builder().buildReactive().send(REQUEST).subscribe();
		this.server.take();
		send.dispose();
		Awaitility.waitAtMost(TIMEOUT).until(() -> !this.events.isEmpty());
		send.dispose();
		assertThat(this.events).hasSize(1).first().isInstanceOf(ImessageOutcomeUnknownEvent.class);
	}

	@Test
	void publishesOneEventForACallThatIsInterrupted() throws Exception {
		this.server.otherwise(Reply.silence());
		ImessageTemplate imessage = builder().build();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		Thread thread = new Thread(() -> {
			try {
				imessage.send(REQUEST);
			}
			catch (RuntimeException ex) {
				failure.set(ex);
			}
		});
		thread.start();
		this.server.take();
		thread.interrupt();
		thread.join(TIMEOUT.toMillis());
		assertThat(failure.get()).isInstanceOf(ContiguityException.class);
		assertThat(this.events).hasSize(1).first().isInstanceOf(ImessageOutcomeUnknownEvent.class);
	}

	@ParameterizedTest
	@MethodSource("whatListenersThrow")
	void aListenerThatFailsChangesNothing(Throwable failure) {
		ImessageTemplate imessage = builder((event) -> sneak(failure)).build();
		assertThat(imessage.send(REQUEST).messageId()).isEqualTo("imsg_1");
		assertThat(await(imessage.sendAsync(REQUEST)).attempts()).isEqualTo(1);
		assertThat(imessage.sendAll(List.of(REQUEST))).hasSize(1);
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.events.size() == 3);
		assertThat(this.server.requests()).hasSize(3);
	}

	private static SendReceipt await(CompletableFuture<SendReceipt> receipt) {
		return Mono.fromFuture(receipt).block(TIMEOUT);
	}

	static Stream<Throwable> whatListenersThrow() {
		return Stream.of(new IllegalStateException("a listener's bug"), new AssertionError("a listener's bug"),
				new IOException("a listener's bug"));
	}

	// as listeners in Kotlin do
	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneak(Throwable failure) throws T {
		throw (T) failure;
	}

	@Test
	void failureOfAListenerIsLoggedWithoutItsMessage() {
		ImessageTemplate imessage = builder((event) -> {
			throw new IllegalStateException(Canaries.TEXT, new IllegalArgumentException(event.request().to()));
		}).build();
		try (LogRecorder log = new LogRecorder()) {
			imessage.send(REQUEST);
			assertThat(log.lines())
				.anySatisfy((line) -> assertThat(line).contains("A listener failed on ImessageSentEvent",
						"java.lang.IllegalStateException", "java.lang.IllegalArgumentException", "EventTests"));
			assertThat(log.lines()).allSatisfy((line) -> assertThat(line).doesNotContain(Canaries.traces()));
		}
	}

	@Test
	void aListenerThatBlocksDoesNotHoldUpWhoeverIsNotWaited() throws Exception {
		CountDownLatch end = new CountDownLatch(1);
		ImessageTemplate imessage = builder((event) -> {
			try {
				end.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}).build();
		for (int i = 0; i < 100; i++) {
			assertThat(imessage.sendAsync(REQUEST).get(30, TimeUnit.SECONDS).attempts()).isEqualTo(1);
		}
		assertThat(end.getCount()).isEqualTo(1);
		end.countDown();
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.events.size() == 100);
		assertThat(this.server.requests()).hasSize(100);
	}

	@Test
	void aListenerThatBlocksLongerThanTheTimeoutChangesNothing() {
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		ImessageTemplate imessage = builder((event) -> time.advanceTimeBy(Duration.ofHours(1))).scheduler(time).build();
		SendReceipt receipt = imessage.send(REQUEST);
		assertThat(receipt.attempts()).isEqualTo(1);
		assertThat(receipt.elapsed()).isZero();
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aShutdownWaitsForListeners() throws Exception {
		CountDownLatch busy = new CountDownLatch(1);
		List<Object> told = new CopyOnWriteArrayList<>();
		ReactiveImessageTemplate reactive = builder((event) -> {
			try {
				assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
			told.add(event);
		}).buildReactive();
		Flux.range(0, 60).flatMap((i) -> reactive.send(REQUEST)).blockLast(TIMEOUT);
		CountDownLatch stopped = new CountDownLatch(1);
		reactive.stop(stopped::countDown);
		assertThat(stopped.getCount()).isOne();
		busy.countDown();
		assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
		assertThat(told).hasSize(60);
		reactive.close();
	}

	@Test
	void aShutdownWaitsForListenersOfAThreadThatWaits() throws Exception {
		CountDownLatch told = new CountDownLatch(1);
		CountDownLatch busy = new CountDownLatch(1);
		ImessageTemplate imessage = builder((event) -> {
			told.countDown();
			await(busy);
		}).build();
		Thread caller = new Thread(() -> imessage.send(REQUEST));
		caller.start();
		assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
		CountDownLatch stopped = new CountDownLatch(1);
		imessage.stop(stopped::countDown);
		assertThat(stopped.getCount()).isOne();
		busy.countDown();
		assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
		caller.join(TIMEOUT.toMillis());
		imessage.close();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void theEndOfAnApplicationWaitsForASendUnderWay() throws Exception {
		CountDownLatch received = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		this.server.otherwise((socket) -> {
			received.countDown();
			await(answer);
			return Reply.accepted("imsg_1").write(socket);
		});
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(ImessageTemplate.class, () -> builder().build());
		context.refresh();
		assertThat(context.getBean(ImessageTemplate.class).isRunning()).isTrue();
		CompletableFuture<SendReceipt> send = context.getBean(ImessageTemplate.class).sendAsync(REQUEST);
		assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
		Thread end = new Thread(context::close);
		end.start();
		Awaitility.waitAtMost(TIMEOUT).until(() -> end.getState() == Thread.State.TIMED_WAITING);
		answer.countDown();
		assertThat(await(send).messageId()).isEqualTo("imsg_1");
		end.join(TIMEOUT.toMillis());
		assertThat(this.events).singleElement().isInstanceOf(ImessageSentEvent.class);
	}

	@Test
	void threadsForListenersExistFromTheFirstEventToTheEndAndKeepNothingRunning() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		List<Thread> threads = new CopyOnWriteArrayList<>();
		ImessageTemplate imessage = builder((event) -> threads.add(Thread.currentThread())).build();
		imessage.send(REQUEST);
		assertThat(Thread.getAllStackTraces().keySet())
			.filteredOn((thread) -> !before.contains(thread) && thread.getName().startsWith("contiguity-events"))
			.isEmpty();
		await(imessage.sendAsync(REQUEST));
		Awaitility.waitAtMost(TIMEOUT).until(() -> threads.size() == 2);
		Thread thread = threads.get(1);
		assertThat(thread).isNotSameAs(Thread.currentThread());
		assertThat(thread.isDaemon()).isTrue();
		try (LogRecorder log = new LogRecorder()) {
			imessage.close();
			imessage.close();
			Awaitility.waitAtMost(TIMEOUT).until(() -> !thread.isAlive());
			assertThat(log.lines()).noneMatch((line) -> line.contains("before listeners had handled"));
		}
	}

	@Test
	void aListenerThatBlocksIsInterruptedAtTheEnd() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		ReactiveImessageTemplate reactive = builder((event) -> {
			started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		}).buildReactive();
		reactive.send(REQUEST).block(TIMEOUT);
		assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
		reactive.close();
		assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aThreadThatMustNotBlockIsRejected() {
		ImessageTemplate imessage = builder().build();
		for (Runnable call : List.<Runnable>of(() -> imessage.send(REQUEST), () -> imessage.sendAll(List.of(REQUEST)),
				() -> imessage.get("imsg_1"))) {
			assertThatIllegalStateException()
				.isThrownBy(() -> Mono.fromRunnable(call).subscribeOn(Schedulers.parallel()).block(TIMEOUT))
				.withMessageContaining("Use ReactiveImessageTemplate");
		}
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void anEndThatDoesNotWaitForListenersIsLogged() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		ReactiveImessageTemplate reactive = builder((event) -> {
			started.countDown();
			try {
				never.await(30, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}).buildReactive();
		reactive.send(REQUEST).block(TIMEOUT);
		assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
		try (LogRecorder log = new LogRecorder()) {
			reactive.close();
			assertThat(log.lines()).anyMatch((line) -> line.contains("before listeners had handled 1 send events"));
		}
	}

	@Test
	void aListenerMaySendAnotherMessage() {
		AtomicReference<ImessageTemplate> template = new AtomicReference<>();
		SendRequest another = SendRequest.to("+15550190000").message("another").build();
		template.set(builder((event) -> {
			if (event.request().to().equals(Canaries.RECIPIENT)) {
				template.get().send(another);
			}
		}).build());
		template.get().send(REQUEST);
		await(template.get().sendAsync(REQUEST));
		template.get().sendAll(List.of(REQUEST));
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.events.size() == 6);
		assertThat(this.server.requests()).hasSize(6);
		assertThat(this.events).allSatisfy((event) -> assertThat(event).isInstanceOf(ImessageSentEvent.class));
	}

	@Test
	void aTransactionalListenerRunsAfterTheCommit() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			List<String> order = new ArrayList<>();
			context.registerBean(InMemoryTransactionManager.class, () -> new InMemoryTransactionManager(order));
			context.registerBean(Listener.class, () -> new Listener(order));
			context.register(Transactions.class);
			context.refresh();
			ImessageTemplate imessage = builder(context::publishEvent).build();
			new TransactionTemplate(context.getBean(InMemoryTransactionManager.class)).executeWithoutResult((tx) -> {
				imessage.send(REQUEST);
				order.add("sent");
			});
			assertThat(order).containsExactly("sent", "commit", "ImessageSentEvent");
			new TransactionTemplate(context.getBean(InMemoryTransactionManager.class)).executeWithoutResult((tx) -> {
				imessage.send(REQUEST);
				tx.setRollbackOnly();
			});
			assertThat(order).containsExactly("sent", "commit", "ImessageSentEvent", "rollback");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

	}

	static class Listener {

		private final List<String> order;

		Listener(List<String> order) {
			this.order = order;
		}

		@TransactionalEventListener
		void sent(ImessageSentEvent event) {
			this.order.add(event.getClass().getSimpleName());
		}

	}

	static class InMemoryTransactionManager extends AbstractPlatformTransactionManager {

		private final transient List<String> order;

		InMemoryTransactionManager(List<String> order) {
			this.order = order;
		}

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.order.add("commit");
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.order.add("rollback");
		}

	}

}
