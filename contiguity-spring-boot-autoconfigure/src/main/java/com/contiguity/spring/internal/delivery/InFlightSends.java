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
 * Counts the sends in progress, so that a shutdown can wait for them.
 */
final class InFlightSends {

	private final AtomicInteger count = new AtomicInteger();

	private final Queue<Runnable> whenIdle = new ConcurrentLinkedQueue<>();

	private volatile boolean closed;

	/**
	 * Register a send, unless registration is closed.
	 * @return whether it was registered; if so, {@link #deregister()} must be called once
	 */
	boolean register() {
		this.count.incrementAndGet();
		if (this.closed) {
			deregister();
			return false;
		}
		return true;
	}

	/**
	 * Register follow-up work of a registered send. {@link #deregister()} must be called
	 * once.
	 */
	void registerFollowUp() {
		this.count.incrementAndGet();
	}

	void deregister() {
		if (this.count.decrementAndGet() == 0) {
			idle();
		}
	}

	void open() {
		// the component that closed it does not wait any more
		this.whenIdle.clear();
		this.closed = false;
	}

	boolean isOpen() {
		return !this.closed;
	}

	/**
	 * Close the registration.
	 * @param drained called once the last send has been deregistered
	 */
	void close(Runnable drained) {
		this.closed = true;
		whenIdle(drained);
	}

	/**
	 * Call a callback once no send is registered.
	 * @param callback called once; immediately if no send is registered
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
