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

package com.contiguity.spring.internal.client;

import java.util.Arrays;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * The body of a response, assembled from buffers. Most responses arrive in one buffer,
 * whose bytes are copied once.
 */
final class ResponseBytes {

	private final int maxBytes;

	private byte[] bytes = {};

	private int length;

	/**
	 * Create an empty body.
	 * @param maxBytes the maximum number of bytes
	 */
	ResponseBytes(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Add a buffer and release it.
	 * @param buffer the buffer
	 * @throws DataBufferLimitException if there are too many bytes
	 */
	void add(DataBuffer buffer) {
		try {
			int count = buffer.readableByteCount();
			if (count > this.maxBytes - this.length) {
				throw new DataBufferLimitException("The body is larger than " + this.maxBytes + " bytes");
			}
			int required = this.length + count;
			if (required > this.bytes.length) {
				// doubled, so that a long body is not copied for each buffer
				this.bytes = Arrays.copyOf(this.bytes, Math.max(required, 2 * this.length));
			}
			buffer.read(this.bytes, this.length, count);
			this.length = required;
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	/**
	 * Return the bytes of all buffers.
	 * @return the bytes
	 */
	byte[] bytes() {
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.length);
	}

}
