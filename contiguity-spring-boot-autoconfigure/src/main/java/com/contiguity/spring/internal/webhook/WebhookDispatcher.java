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

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Dispatches events to the handler on the threads of an executor. Events of a
 * conversation are handled in order, and conversations are handled in parallel. The
 * dispatcher queues events itself, up to its capacity, because the queue of an executor
 * knows neither conversations nor the size of events. When the application stops, the
 * {@link WebhookReceiver} accepts no further events and waits until none is pending, up
 * to the timeout of its shutdown phase. The dispatcher stops in the next phase and gives
 * up the remaining events, because components that listeners need stop after it.
 * Thread-safe. No foreign code is called while the lock is held.
 *
 * @since 0.1.0
 */
public final class WebhookDispatcher implements SmartLifecycle, DisposableBean {

	/**
	 * Maximum size of the bodies of all events together, in bytes. A larger event is
	 * accepted while there is no other one.
	 */
	public static final long MAX_BYTES = 64 * 1024 * 1024;

	private static final Log logger = LogFactory.getLog(WebhookDispatcher.class);

	private final WebhookHandler handler;

	private final Executor executor;

	private final int capacity;

	private final ReentrantLock lock = new ReentrantLock();

	/** Signalled when no event is pending. */
	private final Condition idle = this.lock.newCondition();

	// guarded by the lock, as all fields below: the first event of a conversation is
	// being handled, the others wait for it
	private final Map<Object, Deque<QueuedEvent>> conversations = new HashMap<>();

	private int reserved;

	private long reservedBytes;

	private boolean open = true;

	private boolean ended;

	private @Nullable Runnable whenEmpty;

	/**
	 * Create a dispatcher.
	 * @param handler handles events
	 * @param executor runs the handler; it must accept as many events as the capacity
	 * @param capacity the maximum number of pending events, including those being handled
	 */
	public WebhookDispatcher(WebhookHandler handler, Executor executor, int capacity) {
		Assert.notNull(handler, "'handler' must not be null");
		Assert.notNull(executor, "'executor' must not be null");
		Assert.isTrue(capacity > 0, "'capacity' must be positive");
		this.handler = handler;
		this.executor = executor;
		this.capacity = capacity;
	}

	WebhookHandler handler() {
		return this.handler;
	}

	/**
	 * Reserve space for an event. {@link #accept} or {@link #giveBack} must follow.
	 * @param size the size of its body, in bytes
	 * @return whether there was enough space
	 */
	boolean reserve(int size) {
		this.lock.lock();
		try {
			boolean fits = this.reserved == 0
					|| (this.reserved < this.capacity && this.reservedBytes + size <= MAX_BYTES);
			if (!this.open || !fits) {
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
	 * Wait until no event is pending, for tests that share an application.
	 * @param timeout the maximum time to wait
	 * @return whether no event is pending
	 * @throws InterruptedException if the thread is interrupted
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
	 * Add an event, for which space was reserved, to the queue of its conversation.
	 * {@link #answered} must follow.
	 * @param queued the event
	 * @return whether it will be handled; if not, the application has stopped
	 */
	boolean accept(QueuedEvent queued) {
		this.lock.lock();
		try {
			if (!this.ended) {
				this.conversations.computeIfAbsent(queued.conversation(), (key) -> new ArrayDeque<>(2)).add(queued);
			}
			return !this.ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Record that the delivery of an event was answered, or never can be, so that
	 * listeners may receive the event. Further calls have no effect.
	 * @param queued the event
	 */
	void answered(QueuedEvent queued) {
		boolean first;
		this.lock.lock();
		try {
			Deque<QueuedEvent> queue = this.conversations.get(queued.conversation());
			first = queued.answer() && queue != null && queue.peek() == queued;
		}
		finally {
			this.lock.unlock();
		}
		if (first) {
			execute(queued);
		}
	}

	private void execute(@Nullable QueuedEvent first) {
		QueuedEvent queued = first;
		while (queued != null && !offer(queued)) {
			queued = finish(queued);
		}
	}

	// an executor that rejects a task has been shut down or has no thread left
	private boolean offer(QueuedEvent queued) {
		try {
			this.executor.execute(() -> handle(queued));
			return true;
		}
		catch (Throwable ex) {
			// the executor may still run a rejected task
			boolean refused = begin(queued);
			if (refused) {
				this.handler.refused(queued.event(), ex);
			}
			return !refused;
		}
	}

	private void handle(QueuedEvent queued) {
		if (begin(queued)) {
			try {
				this.handler.handle(queued.event(), queued.parent());
			}
			finally {
				execute(finish(queued));
			}
		}
	}

	private boolean begin(QueuedEvent queued) {
		this.lock.lock();
		try {
			return queued.begin();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Remove an event from its conversation.
	 * @param queued the event
	 * @return the next event of the conversation if it can be handled now, or {@code
	 * null}
	 */
	private @Nullable QueuedEvent finish(QueuedEvent queued) {
		QueuedEvent next;
		this.lock.lock();
		try {
			Deque<QueuedEvent> queue = this.conversations.get(queued.conversation());
			Assert.state(queue != null && queue.poll() == queued, "An event was not the first of its conversation");
			next = queue.peek();
			if (next == null) {
				this.conversations.remove(queued.conversation());
			}
			else if (!next.isAnswered()) {
				next = null;
			}
		}
		finally {
			this.lock.unlock();
		}
		giveBack(queued.size());
		return next;
	}

	boolean isOpen() {
		this.lock.lock();
		try {
			return this.open;
		}
		finally {
			this.lock.unlock();
		}
	}

	void open() {
		this.lock.lock();
		this.open = true;
		this.lock.unlock();
	}

	/**
	 * Accept no further events.
	 * @param callback called once no event is pending
	 */
	void close(Runnable callback) {
		boolean empty;
		this.lock.lock();
		try {
			this.open = false;
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

	@Override
	public int getPhase() {
		return WebhookReceiver.PHASE - 1;
	}

	@Override
	public boolean isRunning() {
		this.lock.lock();
		try {
			return !this.ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void start() {
		this.lock.lock();
		this.ended = false;
		this.lock.unlock();
	}

	@Override
	public void stop() {
		abandonAll().forEach((queued) -> {
			this.handler.abandon(queued.event());
			giveBack(queued.size());
		});
	}

	@Override
	public void destroy() {
		stop();
		int pending = pending();
		if (pending > 0) {
			logger.error("Shut down while " + pending + " events were still being handled");
		}
	}

	private List<QueuedEvent> abandonAll() {
		List<QueuedEvent> left = new ArrayList<>();
		this.lock.lock();
		try {
			this.open = false;
			this.ended = true;
			// events that are being handled remain
			this.conversations.values()
				.forEach((queue) -> queue.removeIf((queued) -> queued.begin() && left.add(queued)));
			this.conversations.values().removeIf(Deque::isEmpty);
			return left;
		}
		finally {
			this.lock.unlock();
		}
	}

}
