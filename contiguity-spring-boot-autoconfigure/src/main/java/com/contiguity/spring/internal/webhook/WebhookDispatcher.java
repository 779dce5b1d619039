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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.contiguity.spring.internal.webhook.Arrival.State;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Brings events to their handler on the threads of an executor: those of a conversation
 * in order, those of different ones side by side. Holds as many as it has room for. When
 * the application stops, it handles what it holds, for as long as the phase may take; its
 * {@link #end()} gives up the rest.
 * <p>
 * A thread of its own, started with the first event, gives events to the executor. An
 * executor that blocks, or runs them on its caller, holds up that thread alone; one that
 * refuses is given them again. Thread-safe; nothing foreign is called with a lock held.
 *
 * @since 0.1.0
 */
public final class WebhookDispatcher implements SmartLifecycle, DisposableBean {

	/**
	 * Room for the bodies of all events together, in bytes. A larger event is taken while
	 * there is no other.
	 */
	public static final long MAX_BYTES = 64 * 1024 * 1024;

	/**
	 * Stops after the web server, which brings the events, and before the executor, which
	 * handles them.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Log logger = LogFactory.getLog(WebhookDispatcher.class);

	/** Threads of a dispatcher that has to bring its own. */
	private static final int OWN_THREADS = 8;

	/** How long an executor that refuses is left alone, unless an event was handled. */
	private static final long PAUSE_MILLIS = 10;

	private final WebhookHandler handler;

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor ownExecutor;

	private final int capacity;

	private final @Nullable ClassLoader classLoader = ClassUtils.getDefaultClassLoader();

	private final LogThrottle refusals = new LogThrottle(Clock.systemUTC());

	private final ReentrantLock lock = new ReentrantLock();

	/** There is something for the dispatching thread to do. */
	private final Condition work = this.lock.newCondition();

	/** The executor may have a thread to spare. */
	private final Condition handled = this.lock.newCondition();

	/** No event is held. */
	private final Condition idle = this.lock.newCondition();

	// guarded by the lock, as all that follows: the first of a conversation is on its
	// way, the others wait for it
	private final Map<Object, Deque<Arrival>> conversations = new HashMap<>();

	private final Deque<Arrival> ready = new ArrayDeque<>();

	private int reserved;

	private long reservedBytes;

	private @Nullable Thread thread;

	private @Nullable Runnable whenEmpty;

	private volatile boolean ended;

	private volatile boolean running = true;

	/**
	 * Create a dispatcher.
	 * @param handler handles events
	 * @param executor runs the handler, or {@code null} for a few threads of its own
	 * @param capacity how many events it has room for, those being handled included
	 */
	public WebhookDispatcher(WebhookHandler handler, @Nullable Executor executor, int capacity) {
		Assert.notNull(handler, "'handler' must not be null");
		Assert.isTrue(capacity > 0, "'capacity' must be positive");
		this.handler = handler;
		if (executor != null) {
			this.ownExecutor = null;
			this.executor = executor;
		}
		else {
			this.ownExecutor = ownExecutor();
			this.executor = this.ownExecutor;
		}
		this.capacity = capacity;
	}

	private static ThreadPoolExecutor ownExecutor() {
		// the room for events bounds the queue
		ThreadPoolExecutor executor = new ThreadPoolExecutor(OWN_THREADS, OWN_THREADS, 60, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), new CustomizableThreadFactory("contiguity-webhook-"));
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	WebhookHandler handler() {
		return this.handler;
	}

	/**
	 * Reserve room for an event. {@link #accept} or {@link #giveBack} follows.
	 * @param size the size of its body, in bytes
	 * @return whether there was some
	 */
	boolean reserve(int size) {
		this.lock.lock();
		try {
			boolean fits = this.reserved == 0
					|| (this.reserved < this.capacity && this.reservedBytes + size <= MAX_BYTES);
			if (!this.running || !fits) {
				return false;
			}
			this.reserved++;
			this.reservedBytes += size;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	void giveBack(int size) {
		Runnable callback = null;
		this.lock.lock();
		try {
			this.reserved--;
			this.reservedBytes -= size;
			if (this.reserved == 0) {
				callback = this.whenEmpty;
				this.whenEmpty = null;
				this.idle.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
		if (callback != null) {
			callback.run();
		}
	}

	/**
	 * Wait until no event is held. For tests that share an application.
	 * @param timeout how long to wait at most
	 * @return whether there is none
	 * @throws InterruptedException if the thread is interrupted meanwhile
	 */
	public boolean awaitIdle(Duration timeout) throws InterruptedException {
		long nanos = timeout.toNanos();
		this.lock.lock();
		try {
			while (this.reserved > 0 && nanos > 0) {
				nanos = this.idle.awaitNanos(nanos);
			}
			return this.reserved == 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	int pending() {
		this.lock.lock();
		try {
			return this.reserved;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give an event, for which room was reserved, its place behind those of its
	 * conversation. {@link #answered} follows.
	 * @param arrival the event
	 * @return whether it will be handled; if not, the application has ended
	 */
	boolean accept(Arrival arrival) {
		this.lock.lock();
		try {
			if (!this.ended) {
				this.conversations.computeIfAbsent(arrival.conversation(), (key) -> new ArrayDeque<>(2)).add(arrival);
			}
			return !this.ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The delivery of an event was answered, or never can be: listeners may be told of
	 * it. To say so again changes nothing.
	 * @param arrival the event
	 */
	void answered(Arrival arrival) {
		this.lock.lock();
		try {
			Deque<Arrival> queue = this.conversations.get(arrival.conversation());
			if (arrival.advance(State.ACCEPTED, State.ANSWERED) && queue != null && queue.peek() == arrival) {
				ready(arrival);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void ready(Arrival arrival) {
		this.ready.add(arrival);
		this.work.signal();
		if (this.thread == null) {
			this.thread = startThread();
		}
	}

	private Thread startThread() {
		// inherits nothing of the request
		Thread thread = new Thread(null, this::dispatch, "contiguity-webhook-dispatcher", 0, false);
		thread.setContextClassLoader(this.classLoader);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private void dispatch() {
		try {
			for (Arrival arrival = next(); arrival != null; arrival = next()) {
				offer(arrival);
			}
		}
		finally {
			this.lock.lock();
			if (this.thread == Thread.currentThread()) {
				this.thread = null;
			}
			this.lock.unlock();
		}
	}

	private @Nullable Arrival next() {
		this.lock.lock();
		try {
			while (!this.ended) {
				Arrival next = this.ready.poll();
				if (next != null) {
					next.advance(State.ANSWERED, State.OFFERED);
					return next;
				}
				await(this.work, Long.MAX_VALUE);
			}
			// what comes after a restart has a thread of its own
			this.thread = null;
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void await(Condition condition, long millis) {
		try {
			condition.await(millis, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			// the end, which the caller looks for, or what an executor left behind
		}
	}

	private void offer(Arrival arrival) {
		try {
			this.executor.execute(() -> handle(arrival));
		}
		catch (Throwable ex) {
			// not now: it is full, or at its end as the application may be
			if (this.refusals.count() > 0) {
				logger.warn("The executor refused an event with %s; it is given it again. %d events are held"
					.formatted(ex.getClass().getName(), pending()));
			}
			offerAgain(arrival);
		}
	}

	private void offerAgain(Arrival arrival) {
		this.lock.lock();
		try {
			if (arrival.advance(State.OFFERED, State.ANSWERED)) {
				this.ready.addFirst(arrival);
			}
			if (!this.ended) {
				await(this.handled, PAUSE_MILLIS);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void handle(Arrival arrival) {
		if (!begin(arrival)) {
			// an executor that refused it ran it all the same, or too late
			return;
		}
		try {
			this.handler.handle(arrival.event(), arrival.parent());
		}
		finally {
			try {
				finish(arrival);
			}
			finally {
				giveBack(arrival.size());
			}
		}
	}

	private boolean begin(Arrival arrival) {
		this.lock.lock();
		try {
			return arrival.advance(State.OFFERED, State.HANDLED);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void finish(Arrival arrival) {
		this.lock.lock();
		try {
			this.conversations.computeIfPresent(arrival.conversation(), (key, queue) -> {
				queue.poll();
				Arrival next = queue.peek();
				if (next != null && next.is(State.ANSWERED)) {
					ready(next);
				}
				return (next != null) ? queue : null;
			});
			this.handled.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
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
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		boolean empty;
		this.lock.lock();
		try {
			this.running = false;
			empty = this.reserved == 0;
			if (!empty) {
				this.whenEmpty = callback;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (empty) {
			callback.run();
		}
	}

	/**
	 * Return what ends the dispatcher when its phase is over, in time or not: of the
	 * events that are left, listeners are told no more, since what they need stops next.
	 * To be managed with the dispatcher, but not as its dependent, which would stop
	 * first.
	 * @return the end of the dispatcher
	 */
	public SmartLifecycle end() {
		return new End();
	}

	@Override
	public void destroy() {
		giveUp();
		interrupt();
		int pending = pending();
		if (pending > 0) {
			logger.error("The application ends while %d events are still being handled".formatted(pending));
		}
		if (this.ownExecutor != null) {
			this.ownExecutor.shutdownNow();
		}
	}

	private void giveUp() {
		abandonAll().forEach((arrival) -> {
			this.handler.abandon(arrival.event());
			giveBack(arrival.size());
		});
	}

	private List<Arrival> abandonAll() {
		List<Arrival> left = new ArrayList<>();
		this.lock.lock();
		try {
			this.running = false;
			this.ended = true;
			// those that are being handled keep their place: there may be a restart
			this.conversations.values().removeIf((queue) -> {
				queue.removeIf((arrival) -> arrival.abandon() && left.add(arrival));
				return queue.isEmpty();
			});
			this.ready.clear();
			this.work.signalAll();
			this.handled.signalAll();
			return left;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void interrupt() {
		this.lock.lock();
		try {
			if (this.thread != null) {
				// wherever it waits, be it within the executor
				this.thread.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the dispatcher, right after its phase.
	 */
	private final class End implements SmartLifecycle {

		@Override
		public int getPhase() {
			return PHASE - 1;
		}

		@Override
		public boolean isRunning() {
			return !WebhookDispatcher.this.ended;
		}

		@Override
		public void start() {
			WebhookDispatcher.this.ended = false;
		}

		@Override
		public void stop() {
			giveUp();
		}

	}

}
