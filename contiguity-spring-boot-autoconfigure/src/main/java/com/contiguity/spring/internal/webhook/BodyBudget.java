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

/**
 * Limits the bodies that are read at the same time, before their signatures are verified.
 * Thread-safe.
 */
final class BodyBudget {

	/** Maximum number of bytes of all bodies that are being read. */
	static final long MAX_BYTES = 16 * 1024 * 1024;

	/**
	 * Maximum number of bodies that are being read. On a servlet container, each blocks a
	 * thread.
	 */
	static final int MAX_BODIES = 64;

	private long bytes;

	private int bodies;

	/**
	 * Reserve space for a body. {@link #giveBack} must follow. A body that is larger than
	 * the whole budget is read while there is no other one.
	 * @param size its size, in bytes
	 * @return whether there was enough space
	 */
	synchronized boolean reserve(int size) {
		boolean fits = this.bodies == 0 || (this.bodies < MAX_BODIES && this.bytes + size <= MAX_BYTES);
		if (fits) {
			this.bodies++;
			this.bytes += size;
		}
		return fits;
	}

	synchronized void giveBack(int size) {
		this.bodies--;
		this.bytes -= size;
	}

}
