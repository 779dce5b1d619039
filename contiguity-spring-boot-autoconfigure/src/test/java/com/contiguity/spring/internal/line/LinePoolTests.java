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

package com.contiguity.spring.internal.line;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.testsupport.Canaries;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LinePool}.
 */
class LinePoolTests {

	private static final String FIRST = "+15550001001";

	private static final String SECOND = "+15550001002";

	private static final String THIRD = "+15550001003";

	private final LinePool pool = new LinePool(List.of());

	private void lease(String... numbers) {
		this.pool.update(Arrays.stream(numbers).map((number) -> line(number, "active", "imessage")).toList());
	}

	private static LeasedLine line(String number, String status, String... channels) {
		return new LeasedLine(number, status, Set.of(channels), 0.9);
	}

	private List<String> aliases() {
		return this.pool.lines().stream().map((line) -> line.number() + " " + line.alias()).toList();
	}

	@Test
	void namesConfiguredLinesInTheirOrder() {
		LinePool configured = new LinePool(List.of(SECOND, FIRST, SECOND));
		assertThat(configured.lines()).containsExactly(new Line(SECOND, "line-1", null, null, Set.of()),
				new Line(FIRST, "line-2", null, null, Set.of()));
		assertThat(configured.alias(FIRST)).isEqualTo("line-2");
		assertThat(configured.alias(THIRD)).isEqualTo("other");
		assertThat(configured.alias(null)).isEqualTo("other");
		assertThat(configured.unusable()).isNull();
	}

	@Test
	void tellsWhatTheAccountSaysOfALine() {
		this.pool.update(List.of(line(SECOND, "active", "imessage", "sms"), line(FIRST, "active", "sms")));
		assertThat(this.pool.lines())
			.containsExactly(new Line(SECOND, "line-1", "active", 0.9, Set.of("imessage", "sms")));
	}

	@Test
	void aLineKeepsItsAliasWhateverIsLeasedOrDropped() {
		lease(SECOND);
		assertThat(aliases()).containsExactly(SECOND + " line-1");
		lease(FIRST, SECOND, THIRD);
		assertThat(aliases()).containsExactly(FIRST + " line-2", SECOND + " line-1", THIRD + " line-3");
		lease(THIRD);
		assertThat(aliases()).containsExactly(THIRD + " line-3");
		assertThat(this.pool.alias(SECOND)).as("a send that is under way").isEqualTo("line-1");
		assertThat(this.pool.number(1)).isNull();
		assertThat(this.pool.number(3)).isEqualTo(THIRD);
		this.pool.clear();
		lease(FIRST, SECOND);
		assertThat(aliases()).containsExactly(FIRST + " line-2", SECOND + " line-1");
		assertThat(this.pool.number(1)).isEqualTo(SECOND);
		assertThat(this.pool.aliases()).isEqualTo(3);
	}

	@Test
	void remembersNotMoreThanAThousandAliases() {
		for (int i = 0; i < 10_000; i++) {
			lease(FIRST, "+1666%07d".formatted(i));
		}
		assertThat(this.pool.aliases()).isEqualTo(1000);
		assertThat(this.pool.alias(FIRST)).isEqualTo("line-1");
		assertThat(IntStream.range(9_001, 10_000).mapToObj((i) -> this.pool.alias("+1666%07d".formatted(i))))
			.doesNotHaveDuplicates()
			.doesNotContain("other", "line-1");
		assertThat(this.pool.alias("+16660009000")).isEqualTo("other");
	}

	@Test
	void namesAllLinesHoweverManyThereAre() {
		lease(IntStream.range(0, 1500).mapToObj("+1666%07d"::formatted).toArray(String[]::new));
		assertThat(this.pool.lines()).extracting(Line::alias).doesNotHaveDuplicates().contains("line-1", "line-1500");
	}

	@Test
	void reportsWhyNoLineCanSend() {
		this.pool.update(List.of());
		assertThat(this.pool.unusable()).isEqualTo("The account leases no lines");
		this.pool.update(List.of(line(FIRST, null, "imessage"), line(SECOND, "active", "sms"),
				line(THIRD, "seized " + Canaries.RECIPIENT, "imessage")));
		assertThat(this.pool.unusable())
			.startsWith("None of the account's leased lines (3, lease status active, null, seized ")
			.doesNotContain(Canaries.RECIPIENT);
		lease(FIRST);
		assertThat(this.pool.unusable()).isNull();
		this.pool.clear();
		assertThat(this.pool.unusable()).as("not known").isNull();
	}

}
