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

package com.contiguity.spring.webhook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Brings events to their handler on other threads: those of a conversation in order,
 * those of different ones side by side. Holds as many as it has room for. When the
 * application stops, it handles what it holds, for as long as the phase may take.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookDispatcher implements SmartLifecycle, DisposableBean {

	/**
	 * Room for events, unless told otherwise.
	 */
	public static final int DEFAULT_CAPACITY = 10_000;

	/**
	 * Stops after the web server, which brings the events, and before the executor, which
	 * handles them.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

	private static final Log logger = LogFactory.getLog(WebhookDispatcher.class);

	/** Threads of a dispatcher that has to bring its own. */
	private static final int OWN_THREADS = 8;

	private final WebhookHandler handler;

	private final Executor executor;

	private final @Nullable ThreadPoolExecutor ownExecutor;

	private final int capacity;

	private final Semaphore room;

	// one at a time, so that nothing can be behind an event that the executor refuses;
	// never taken by those who handle
	private final ReentrantLock offering = new ReentrantLock();

	// those being handled have a queue, be it an empty one; guarded by itself
	private final Map<Object, Deque<Arrival>> conversations = new HashMap<>();

	private final AtomicReference<@Nullable Runnable> whenEmpty = new AtomicReference<>();

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
		this.room = new Semaphore(capacity);
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
	 * Reserve room for an event. {@link #dispatch} or {@link #giveBack} follows.
	 * @return whether there was some
	 */
	boolean reserve() {
		if (!this.room.tryAcquire()) {
			return false;
		}
		if (!this.running) {
			giveBack();
			return false;
		}
		return true;
	}

	void giveBack() {
		this.room.release();
		Runnable callback = (pending() == 0) ? this.whenEmpty.getAndSet(null) : null;
		if (callback != null) {
			callback.run();
		}
	}

	int pending() {
		return this.capacity - this.room.availablePermits();
	}

	/**
	 * Hand an event over, for which room was reserved.
	 * @param arrival the event
	 * @return whether it will be handled; if not, the room is given back
	 */
	boolean dispatch(Arrival arrival) {
		Object conversation = arrival.conversation();
		this.offering.lock();
		try {
			if (enqueue(conversation, arrival)) {
				return true;
			}
			this.executor.execute(() -> work(conversation));
			return true;
		}
		catch (RuntimeException | Error ex) {
			logger.warn("An event cannot be handled now and is refused: the executor failed with "
					+ ex.getClass().getName());
			synchronized (this.conversations) {
				this.conversations.remove(conversation);
			}
			giveBack();
			return false;
		}
		finally {
			this.offering.unlock();
		}
	}

	private boolean enqueue(Object conversation, Arrival arrival) {
		synchronized (this.conversations) {
			Deque<Arrival> queue = this.conversations.get(conversation);
			boolean busy = queue != null;
			if (queue == null) {
				queue = new ArrayDeque<>(2);
				this.conversations.put(conversation, queue);
			}
			queue.add(arrival);
			return busy;
		}
	}

	private void work(Object conversation) {
		if (this.offering.isHeldByCurrentThread()) {
			throw new RejectedExecutionException("Listeners must not hold up the answer");
		}
		for (Arrival next = next(conversation); next != null; next = next(conversation)) {
			try {
				this.handler.handle(next.event(), next.parent());
			}
			catch (RuntimeException | Error ex) {
				// those behind it are not to suffer
				this.handler.failed(next.event(), ex);
			}
			finally {
				giveBack();
			}
		}
	}

	private @Nullable Arrival next(Object conversation) {
		synchronized (this.conversations) {
			Deque<Arrival> queue = this.conversations.get(conversation);
			Arrival next = (queue != null) ? queue.poll() : null;
			if (next == null) {
				this.conversations.remove(conversation);
			}
			return next;
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
		this.running = false;
	}

	@Override
	public void stop(Runnable callback) {
		stop();
		this.whenEmpty.set(callback);
		if (pending() == 0 && this.whenEmpty.compareAndSet(callback, null)) {
			callback.run();
		}
	}

	@Override
	public void destroy() {
		stop();
		List<ContiguityWebhookEvent> left = new ArrayList<>();
		synchronized (this.conversations) {
			this.conversations.values().forEach((queue) -> queue.forEach((arrival) -> left.add(arrival.event())));
			this.conversations.values().forEach(Deque::clear);
		}
		left.forEach((event) -> {
			this.handler.abandon(event);
			giveBack();
		});
		if (pending() > 0) {
			logger.error("The application ends while %d events are still being handled".formatted(pending()));
		}
		if (this.ownExecutor != null) {
			this.ownExecutor.shutdownNow();
		}
	}

}
