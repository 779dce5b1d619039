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

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.contiguity.spring.line.Line;
import com.contiguity.spring.line.LineSelection;
import com.contiguity.spring.line.StickyLineSelector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The choice of a line.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LineBenchmark {

	/** How many lines there are. */
	@Param({ "1", "20", "1000" })
	public int lines;

	private final StickyLineSelector selector = new StickyLineSelector();

	private LineSelection selection;

	@Setup
	public void setUp() {
		List<Line> all = IntStream.range(0, this.lines)
			.mapToObj((number) -> new Line("+1555%07d".formatted(number), "line-" + number, null, null, Set.of()))
			.toList();
		this.selection = new LineSelection(Sender.TO, null, all);
	}

	@Benchmark
	public String select() {
		return this.selector.select(this.selection);
	}

}
