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

package com.contiguity.spring.internal.outbox;

import java.util.Collection;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a line may send.
 */
final class PaceAssertions {

	private PaceAssertions() {
	}

	/**
	 * Assert that no permit came before its turn, where all were asked for at once. One
	 * that a busy machine hands over late does no harm here.
	 * @param nanoseconds when the permits came
	 * @param start before they were asked for
	 * @param rate how many messages a line sends in a second
	 * @param burst how many it sends at once
	 */
	static void assertNoneBeforeItsTurn(Collection<Long> nanoseconds, long start, double rate, int burst) {
		List<Long> sorted = nanoseconds.stream().sorted().toList();
		for (int last = 0; last < sorted.size(); last++) {
			double seconds = (sorted.get(last) - start) / 1e9;
			assertThat((double) (last + 1)).isLessThanOrEqualTo(burst + seconds * rate + 0.5);
		}
	}

	/**
	 * Assert that no window of time has more than the burst and what the rate allows.
	 * @param nanoseconds when the line sent
	 * @param rate how many messages it sends in a second
	 * @param burst how many it sends at once
	 */
	static void assertWithinLimit(Collection<Long> nanoseconds, double rate, int burst) {
		List<Long> sorted = nanoseconds.stream().sorted().toList();
		for (int first = 0; first < sorted.size(); first++) {
			for (int last = first; last < sorted.size(); last++) {
				double seconds = (sorted.get(last) - sorted.get(first)) / 1e9;
				assertThat((double) (last - first + 1)).isLessThanOrEqualTo(burst + seconds * rate + 0.5);
			}
		}
	}

}
