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

package com.contiguity.spring.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/**
 * The pending faults. Thread-safe.
 */
final class SandboxFaults {

	/** The faults that occur at random. */
	private static final List<Fault> RANDOM_FAULTS = List.of(Fault.status(500),
			Fault.status(503, Duration.ofSeconds(1)), Fault.dropBeforeAccepting(), Fault.dropAfterAccepting());

	private final Queue<Fault> scripted = new ArrayDeque<>();

	private final Queue<Fault> scriptedForSends = new ArrayDeque<>();

	private Random random = new Random(0);

	private double probability;

	synchronized void clear() {
		this.scripted.clear();
		this.scriptedForSends.clear();
		this.probability = 0;
	}

	synchronized void script(Fault... faults) {
		this.scripted.addAll(Arrays.asList(faults));
	}

	synchronized void scriptSends(Fault... faults) {
		this.scriptedForSends.addAll(Arrays.asList(faults));
	}

	synchronized void failing(double probability, long seed) {
		this.probability = probability;
		this.random = new Random(seed);
	}

	synchronized Fault next(boolean send) {
		Fault fault = (send) ? this.scriptedForSends.poll() : null;
		if (fault == null) {
			fault = this.scripted.poll();
		}
		if (fault != null) {
			return fault;
		}
		if (this.probability > 0 && this.random.nextDouble() < this.probability) {
			return RANDOM_FAULTS.get(this.random.nextInt(RANDOM_FAULTS.size()));
		}
		return Fault.none();
	}

}
