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

package com.contiguity.spring.internal.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the sends under way, so that a shutdown can wait for them.
 */
final class CallsUnderWay {

	private final AtomicInteger count = new AtomicInteger();

	private final Queue<Runnable> whenIdle = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	/**
	 * Enter, if it is open.
	 * @return whether it is; if so {@link #leave()} must be called once
	 */
	boolean enter() {
		this.count.incrementAndGet();
		if (this.closed) {
			leave();
			return false;
		}
		return true;
	}

	/**
	 * Stay for a while longer, after one that entered has left. {@link #leave()} must be
	 * called once.
	 */
	void stay() {
		this.count.incrementAndGet();
	}

	void leave() {
		if (this.count.decrementAndGet() == 0) {
			idle();
		}
	}

	void open() {
		// whoever closed it does not wait any more
		this.whenIdle.clear();
		this.closed = false;
	}

	boolean isOpen() {
		return !this.closed;
	}

	/**
	 * Let nobody enter any more.
	 * @param drained run once the last has left
	 */
	void close(Runnable drained) {
		this.closed = true;
		whenIdle(drained);
	}

	/**
	 * Run something once nobody is there.
	 * @param callback what to run, once; at once if nobody is there now
	 */
	void whenIdle(Runnable callback) {
		this.whenIdle.add(callback);
		if (this.count.get() == 0) {
			idle();
		}
	}

	private void idle() {
		for (Runnable callback = this.whenIdle.poll(); callback != null; callback = this.whenIdle.poll()) {
			callback.run();
		}
	}

}
