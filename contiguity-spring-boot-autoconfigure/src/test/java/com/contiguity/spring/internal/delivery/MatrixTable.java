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

package com.contiguity.spring.internal.delivery;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.contiguity.spring.Outcome;

/**
 * The observed results of each fault, with each transport, on a new and on a reused
 * connection.
 */
final class MatrixTable {

	private static final String NONE = "–";

	private final Map<Fault, Map<Connector, Map<Connection, Cell>>> cells = new EnumMap<>(Fault.class);

	void add(Fault fault, Connector connector, Connection connection, int posts, Outcome outcome) {
		this.cells.computeIfAbsent(fault, (key) -> new EnumMap<>(Connector.class))
			.computeIfAbsent(connector, (key) -> new EnumMap<>(Connection.class))
			.put(connection, new Cell(posts, outcome));
	}

	String toMarkdown() {
		StringBuilder markdown = new StringBuilder("| What happens | Outcome |");
		for (Connector connector : Connector.values()) {
			markdown.append(' ').append(connector.label()).append(" |");
		}
		markdown.append("\n|---|---|").append("---|".repeat(Connector.values().length)).append('\n');
		this.cells.forEach((fault, row) -> {
			markdown.append("| ").append(fault.label()).append(" | ").append(outcomes(row)).append(" |");
			for (Connector connector : Connector.values()) {
				Map<Connection, Cell> cell = row.getOrDefault(connector, Map.of());
				markdown.append(' ')
					.append(posts(cell.get(Connection.FRESH)))
					.append(" / ")
					.append(posts(cell.get(Connection.REUSED)))
					.append(" |");
			}
			markdown.append('\n');
		});
		return markdown.toString();
	}

	private static String outcomes(Map<Connector, Map<Connection, Cell>> row) {
		Set<String> outcomes = new TreeSet<>();
		row.values().forEach((cells) -> cells.values().forEach((cell) -> outcomes.add("`" + cell.outcome() + "`")));
		return String.join(", ", outcomes);
	}

	private static String posts(Cell cell) {
		return (cell != null) ? String.valueOf(cell.posts()) : NONE;
	}

	/**
	 * Kinds of connections.
	 */
	enum Connection {

		FRESH, REUSED

	}

	private record Cell(int posts, Outcome outcome) {
	}

}
