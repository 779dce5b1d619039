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
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link StickyLineSelector}.
 */
class StickyLineSelectorTests {

	private static final int RECIPIENTS = 1_000_000;

	private final StickyLineSelector selector = new StickyLineSelector();

	private static List<Line> lines(int count) {
		return IntStream.range(0, count)
			.mapToObj((number) -> new Line("+1555000%04d".formatted(number), "line-" + number, null, null, Set.of()))
			.toList();
	}

	private static String recipient(int number) {
		return "+1917" + (1_000_000 + number);
	}

	private String select(String recipient, List<Line> lines) {
		return this.selector.select(new LineSelection(recipient, null, lines));
	}

	@Test
	void aRecipientKeepsItsLineWhileThePoolStands() {
		List<Line> lines = lines(20);
		List<Line> shuffled = new ArrayList<>(lines);
		Collections.reverse(shuffled);
		int changes = 0;
		Map<String, Integer> shares = new HashMap<>();
		for (int i = 0; i < RECIPIENTS; i++) {
			String line = select(recipient(i), lines);
			shares.merge(line, 1, Integer::sum);
			changes += (line.equals(select(recipient(i), shuffled))) ? 0 : 1;
		}
		assertThat(changes).isZero();
		assertThat(shares).hasSize(20);
		assertThat(shares.values())
			.allSatisfy((share) -> assertThat(share.doubleValue() / RECIPIENTS).isCloseTo(0.05, within(0.005)));
	}

	@Test
	void aLineThatLeavesMovesNoneButItsOwnRecipients() {
		List<Line> before = lines(20);
		List<Line> after = new ArrayList<>(before);
		String gone = after.remove(7).number();
		int moved = 0;
		int movedWithoutNeed = 0;
		for (int i = 0; i < RECIPIENTS; i++) {
			String line = select(recipient(i), before);
			if (!line.equals(select(recipient(i), after))) {
				moved++;
				movedWithoutNeed += (line.equals(gone)) ? 0 : 1;
			}
		}
		assertThat(moved * 100.0 / RECIPIENTS).isCloseTo(5, within(0.5));
		assertThat(movedWithoutNeed).isZero();
	}

	@Test
	void choosesTheOnlyLine() {
		assertThat(select(recipient(1), lines(1))).isEqualTo("+15550000000");
	}

	@Test
	void leavesTheChoiceToContiguityIfThereIsNoLine() {
		assertThat(select(recipient(1), List.of())).isNull();
	}

	@Test
	void choosesAsEveryOtherInstanceAndVersionDoes() {
		List<Line> lines = lines(20);
		assertThat(IntStream.range(0, 5).mapToObj((number) -> select(recipient(number), lines)))
			.containsExactly("+15550000013", "+15550000004", "+15550000002", "+15550000010", "+15550000008");
	}

}
