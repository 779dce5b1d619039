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

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ResponseBytes}.
 */
class ResponseBytesTests {

	private static final NettyDataBufferFactory NETTY = new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT);

	private static DataBuffer buffer(String text) {
		return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes());
	}

	@Test
	void isEmptyWithoutBuffers() {
		assertThat(new ResponseBytes(10).bytes()).isEmpty();
	}

	@Test
	void putsBuffersTogetherInOrder() {
		ResponseBytes body = new ResponseBytes(10);
		body.add(buffer("ab"));
		body.add(buffer(""));
		body.add(buffer("c"));
		body.add(buffer("defgh"));
		body.add(buffer("ij"));
		assertThat(body.bytes()).asString().isEqualTo("abcdefghij");
	}

	@Test
	void refusesWhatIsTooLong() {
		ResponseBytes body = new ResponseBytes(3);
		body.add(buffer("ab"));
		assertThatExceptionOfType(DataBufferLimitException.class).isThrownBy(() -> body.add(buffer("cd")));
	}

	@Test
	void releasesEachBufferEvenOneThatIsTooMuch() {
		ByteBuf first = Unpooled.copiedBuffer(new byte[2]);
		ByteBuf second = Unpooled.copiedBuffer(new byte[2]);
		ResponseBytes body = new ResponseBytes(3);
		body.add(NETTY.wrap(first));
		assertThatExceptionOfType(DataBufferLimitException.class).isThrownBy(() -> body.add(NETTY.wrap(second)));
		assertThat(first.refCnt()).isZero();
		assertThat(second.refCnt()).isZero();
	}

	@Test
	void copiesALongBodyAFewTimesHoweverManyBuffersItComesIn() {
		byte[] kilobyte = new byte[1024];
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
		ResponseBytes body = new ResponseBytes(16 * 1024 * 1024);
		for (int i = 0; i < 8 * 1024; i++) {
			body.add(DefaultDataBufferFactory.sharedInstance.wrap(kilobyte));
		}
		assertThat(body.bytes()).hasSize(8 * 1024 * 1024);
		assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before)
			.isLessThan(64 * 1024 * 1024);
	}

}
