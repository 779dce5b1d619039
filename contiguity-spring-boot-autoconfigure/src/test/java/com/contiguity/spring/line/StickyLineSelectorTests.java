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

package com.contiguity.spring.line;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link StickyLineSelector}.
 */
class StickyLineSelectorTests {

	private static final int RECIPIENTS = 1_000_000;

	private static List<String> lines(int count) {
		return IntStream.range(0, count).mapToObj((number) -> "+1555000%04d".formatted(number)).toList();
	}

	private static String recipient(int number) {
		return "+1917" + (1_000_000 + number);
	}

	@Test
	void aRecipientKeepsItsLineWhileThePoolStands() {
		List<String> lines = lines(20);
		List<String> shuffled = new ArrayList<>(lines);
		Collections.reverse(shuffled);
		StickyLineSelector one = new StickyLineSelector(() -> lines);
		StickyLineSelector other = new StickyLineSelector(() -> shuffled);
		int changes = 0;
		Map<String, Integer> shares = new HashMap<>();
		for (int i = 0; i < RECIPIENTS; i++) {
			String line = one.select(recipient(i));
			shares.merge(line, 1, Integer::sum);
			changes += (line.equals(other.select(recipient(i)))) ? 0 : 1;
		}
		assertThat(changes).isZero();
		assertThat(shares).hasSize(20);
		assertThat(shares.values())
			.allSatisfy((share) -> assertThat(share.doubleValue() / RECIPIENTS).isCloseTo(0.05, within(0.005)));
	}

	@Test
	void aLineThatLeavesMovesNoneButItsOwnRecipients() {
		List<String> before = lines(20);
		List<String> after = new ArrayList<>(before);
		String gone = after.remove(7);
		StickyLineSelector selectorBefore = new StickyLineSelector(() -> before);
		StickyLineSelector selectorAfter = new StickyLineSelector(() -> after);
		int moved = 0;
		int movedWithoutNeed = 0;
		for (int i = 0; i < RECIPIENTS; i++) {
			String line = selectorBefore.select(recipient(i));
			if (!line.equals(selectorAfter.select(recipient(i)))) {
				moved++;
				movedWithoutNeed += (line.equals(gone)) ? 0 : 1;
			}
		}
		assertThat(moved * 100.0 / RECIPIENTS).isCloseTo(5, within(0.5));
		assertThat(movedWithoutNeed).isZero();
	}

	@Test
	void choosesTheOnlyLine() {
		assertThat(new StickyLineSelector(() -> lines(1)).select(recipient(1))).isEqualTo("+15550000000");
	}

	@Test
	void leavesTheChoiceToContiguityIfThereIsNoLine() {
		assertThat(new StickyLineSelector(Collections::emptyList).select(recipient(1))).isNull();
	}

	@Test
	void choosesAsEveryOtherInstanceAndVersionDoes() {
		StickyLineSelector selector = new StickyLineSelector(() -> lines(20));
		assertThat(IntStream.range(0, 5).mapToObj((number) -> selector.select(recipient(number))))
			.containsExactly("+15550000013", "+15550000004", "+15550000002", "+15550000010", "+15550000008");
	}

}
