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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.line.Line;
import org.jspecify.annotations.Nullable;

/**
 * The lines to choose from, and their aliases. A line keeps its alias, and therefore its
 * time series, when other lines are leased or released. Thread-safe.
 */
public final class LinePool {

	private static final String OTHER = "other";

	/**
	 * Maximum number of aliases, unless there are more lines at the same time. If it is
	 * reached, a new line takes over the alias of the line that was released longest ago.
	 */
	static final int MAX_ALIASES = 1000;

	private final Map<String, String> aliases = new ConcurrentHashMap<>();

	/** Released lines that keep their alias, longest ago first. */
	private final LinkedHashSet<String> dropped = new LinkedHashSet<>();

	private volatile Lines current;

	/**
	 * Create a pool.
	 * @param numbers the numbers of the configured lines in E.164 format; empty if lines
	 * are read from the account or if Contiguity chooses
	 */
	public LinePool(List<String> numbers) {
		this.current = new Lines(numbers.stream()
			.distinct()
			.map((number) -> new Line(number, addAlias(number), null, null, Set.of()))
			.toList(), null);
	}

	/**
	 * Return the lines.
	 * @return the lines to choose from; empty if they are not known yet
	 */
	public List<Line> lines() {
		return this.current.list();
	}

	/**
	 * Return why no message can be sent without naming a line.
	 * @return the reason, or {@code null} if there are lines, if they are not known yet
	 * or if Contiguity chooses
	 */
	public @Nullable String unusable() {
		return this.current.unusable();
	}

	/**
	 * Return the alias of a line.
	 * @param number the line's number, or {@code null} if Contiguity chooses
	 * @return the alias, such as {@code line-1}, or {@code other} if the line has never
	 * been in the pool
	 */
	public String alias(@Nullable String number) {
		return (number != null) ? this.aliases.getOrDefault(number, OTHER) : OTHER;
	}

	/**
	 * Return the number of assigned aliases.
	 * @return the number of aliases, which are numbered from {@code line-1} without gaps
	 */
	public int aliases() {
		return this.aliases.size();
	}

	/**
	 * Return the line that currently has an alias.
	 * @param place the number of the alias, from 1
	 * @return the line's number, or {@code null} if it is currently not in the pool
	 */
	public @Nullable String number(int place) {
		Line line = this.current.byAlias().get(alias(place));
		return (line != null) ? line.number() : null;
	}

	/**
	 * Return the alias with a number.
	 * @param place the number of the alias, from 1
	 * @return the alias
	 */
	public static String alias(int place) {
		return "line-" + place;
	}

	/**
	 * Update the pool with the lines that the account currently leases.
	 * @param leased all leased lines
	 */
	synchronized void update(List<LeasedLine> leased) {
		List<LeasedLine> usable = leased.stream()
			.filter(LeasedLine::sendsImessages)
			.sorted(Comparator.comparing(LeasedLine::number))
			.toList();
		drop();
		usable.forEach((line) -> this.dropped.remove(line.number()));
		List<Line> lines = new ArrayList<>();
		for (LeasedLine line : usable) {
			String alias = this.aliases.get(line.number());
			lines.add(new Line(line.number(), (alias != null) ? alias : addAlias(line.number()), line.status(),
					line.reputation(), line.channels()));
		}
		this.current = new Lines(lines, (lines.isEmpty()) ? reason(leased) : null);
	}

	private static String reason(List<LeasedLine> leased) {
		if (leased.isEmpty()) {
			return "The account leases no lines";
		}
		Set<String> statuses = leased.stream()
			.map((line) -> String.valueOf(line.status()))
			.collect(Collectors.toCollection(TreeSet::new));
		return "None of the account's leased lines (%s, lease status %s) can send iMessages".formatted(leased.size(),
				Masking.foreignText(String.join(", ", statuses)));
	}

	private String addAlias(String number) {
		String longestAgo = (this.aliases.size() >= MAX_ALIASES && !this.dropped.isEmpty())
				? this.dropped.iterator().next() : null;
		String alias = (longestAgo != null) ? this.aliases.remove(longestAgo) : null;
		this.dropped.remove(longestAgo);
		if (alias == null) {
			alias = alias(this.aliases.size() + 1);
		}
		this.aliases.put(number, alias);
		return alias;
	}

	/**
	 * Remove the lines until they are read again.
	 */
	synchronized void clear() {
		drop();
		this.current = Lines.NONE;
	}

	private void drop() {
		this.current.list().forEach((line) -> this.dropped.add(line.number()));
	}

	/**
	 * Remove the lines and discard their aliases.
	 */
	synchronized void forget() {
		this.current = Lines.NONE;
		this.dropped.clear();
		this.aliases.clear();
	}

	/**
	 * The lines at a point in time.
	 *
	 * @param list the lines
	 * @param byAlias the same lines by alias
	 * @param unusable why there are none, or {@code null}
	 */
	private record Lines(List<Line> list, Map<String, Line> byAlias, @Nullable String unusable) {

		private static final Lines NONE = new Lines(List.of(), null);

		Lines(List<Line> list, @Nullable String unusable) {
			this(List.copyOf(list), list.stream().collect(Collectors.toMap(Line::alias, Function.identity())),
					unusable);
		}

	}

}
