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

package com.contiguity.spring.benchmarks;

import java.util.concurrent.TimeUnit;

import com.contiguity.spring.benchmarks.Senders.Watching;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Each caller sends one message after the other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SendBenchmark {

	private static final int CALLS_OF_WARM_UP = 40_000;

	/** The way to send, one of {@link Senders}. */
	@Param("WEB_CLIENT")
	public String sender;

	/** The observation: {@code none}, {@code meters} or {@code tracing}. */
	@Param("none")
	public String watching;

	private Sender open;

	@Setup
	public void open() {
		this.open = Senders.valueOf(this.sender).create(Integer.getInteger("stub.port"), Watching.of(this.watching));
		// a single caller leaves a processor to the compiler
		for (int call = 0; call < CALLS_OF_WARM_UP; call++) {
			this.open.send();
		}
	}

	@TearDown
	public void close() {
		this.open.close();
	}

	@Benchmark
	public String send() {
		return this.open.send();
	}

}
