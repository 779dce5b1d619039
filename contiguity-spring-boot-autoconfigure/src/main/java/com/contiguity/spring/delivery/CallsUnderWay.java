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

package com.contiguity.spring.delivery;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Counts the sends under way, so that a shutdown can wait for them.
 */
final class CallsUnderWay {

	private final AtomicInteger count = new AtomicInteger();

	private final AtomicReference<@Nullable Runnable> drained = new AtomicReference<>();

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
		if (this.count.decrementAndGet() == 0 && this.closed) {
			drained();
		}
	}

	void open() {
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
		this.drained.set(drained);
		this.closed = true;
		if (this.count.get() == 0) {
			drained();
		}
	}

	private void drained() {
		Runnable callback = this.drained.getAndSet(null);
		if (callback != null) {
			callback.run();
		}
	}

}
