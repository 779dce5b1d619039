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

package com.contiguity.spring.testsupport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict parser for scrapes in Prometheus' text format. Any deviation is an
 * {@link AssertionError}.
 */
public final class Exposition {

	private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*)(?: (.*))?");

	private static final Pattern SAMPLE = Pattern
		.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (NaN|[+-]Inf|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)");

	private static final Pattern LABEL = Pattern
		.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\n\"])*)\"(?:,|$)");

	private static final Set<String> TYPES = Set.of("counter", "gauge", "summary", "histogram", "untyped");

	private final Map<String, String> types = new HashMap<>();

	private final Set<String> helps = new HashSet<>();

	private final Map<String, Set<String>> labelNames = new HashMap<>();

	private final Set<String> series = new HashSet<>();

	private Exposition() {
	}

	/**
	 * Parse a scrape.
	 * @param text the scrape
	 * @return the parsed scrape
	 */
	public static Exposition parse(String text) {
		require(text.endsWith("\n"), "The last line has no end");
		Exposition exposition = new Exposition();
		text.lines().forEach(exposition::line);
		require(exposition.helps.containsAll(exposition.types.keySet()), "Not every metric has a HELP");
		return exposition;
	}

	private void line(String line) {
		Matcher comment = COMMENT.matcher(line);
		if (comment.matches()) {
			comment(comment.group(1), comment.group(2), comment.group(3));
			return;
		}
		Matcher sample = SAMPLE.matcher(line);
		require(sample.matches(), "No sample: " + line);
		String name = sample.group(1);
		String type = this.types.get(family(name));
		require(type != null, "No TYPE before " + line);
		Set<String> names = labels((sample.group(2) != null) ? sample.group(2) : "");
		require(this.series.add(name + "{" + sample.group(2) + "}"), "Twice: " + line);
		names.remove("le");
		names.remove("quantile");
		Set<String> before = this.labelNames.putIfAbsent(name, names);
		require(before == null || before.equals(names), name + " has labels " + names + " and " + before);
	}

	private void comment(String kind, String name, String text) {
		if (kind.equals("HELP")) {
			require(this.helps.add(name), "Two HELPs for " + name);
		}
		else {
			require(TYPES.contains(text), "No type: " + text);
			require(this.types.put(name, text) == null, "Two TYPEs for " + name);
		}
	}

	private String family(String name) {
		for (String suffix : List.of("_sum", "_count", "_bucket", "")) {
			String family = (name.endsWith(suffix)) ? name.substring(0, name.length() - suffix.length()) : name;
			if (this.types.containsKey(family)) {
				return family;
			}
		}
		return name;
	}

	private static Set<String> labels(String text) {
		List<String> names = new ArrayList<>();
		Matcher label = LABEL.matcher(text);
		int end = 0;
		while (end < text.length()) {
			require(label.find(end) && label.start() == end, "No labels: " + text);
			names.add(label.group(1));
			end = label.end();
		}
		Set<String> distinct = new TreeSet<>(names);
		require(distinct.size() == names.size(), "A label twice: " + text);
		return distinct;
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new AssertionError(message);
		}
	}

	/**
	 * Return the names of the samples.
	 * @return the names, with the suffixes of summaries
	 */
	public Set<String> names() {
		return this.labelNames.keySet();
	}

	/**
	 * Return the names of the labels that all samples of a name have.
	 * @param name the name
	 * @return the labels' names, sorted
	 */
	public Set<String> labelsOf(String name) {
		return this.labelNames.get(name);
	}

}
