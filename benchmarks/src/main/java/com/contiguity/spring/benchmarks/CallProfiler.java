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

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Measures the calls per second, and the CPU time of the whole process per call,
 * including event loops.
 */
public class CallProfiler implements InternalProfiler {

	static final String CALLS = "calls";

	static final String CPU = "cpu";

	private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

	private long cpu;

	private long time;

	@Override
	public String getDescription() {
		return "Calls a second and CPU time a call";
	}

	@Override
	public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
		this.cpu = this.system.getProcessCpuTime();
		this.time = System.nanoTime();
	}

	@Override
	public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
			IterationResult result) {
		double elapsed = System.nanoTime() - this.time;
		double spent = this.system.getProcessCpuTime() - this.cpu;
		long calls = result.getMetadata().getAllOps();
		return List.of(new ScalarResult(CALLS, calls / elapsed * 1e9, "1/s", AggregationPolicy.AVG),
				new ScalarResult(CPU, spent / calls / 1e3, "us/op", AggregationPolicy.AVG));
	}

}
