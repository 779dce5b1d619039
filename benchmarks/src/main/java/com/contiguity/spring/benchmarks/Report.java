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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

import com.contiguity.spring.benchmarks.Benchmarks.Figures;
import com.contiguity.spring.benchmarks.Benchmarks.Row;

import org.springframework.boot.SpringBootVersion;

/**
 * The results of the benchmarks, as tables in docs/performance.md and as a picture.
 *
 * @param sends the figures of sends
 * @param times the microseconds of other operations
 * @param bulk the megabytes of heap that {@code sendAll} needs, by the number of messages
 * @param starts the milliseconds, milliseconds of CPU and beans of starts
 * @param rounds the number of rounds
 * @param seconds the duration of a measurement in seconds
 */
record Report(Map<Row, Figures> sends, Map<String, Double> times, Map<Integer, Double> bulk,
		Map<String, double[]> starts, int rounds, int seconds) {

	private static final String BEGIN = "<!-- figures, written by the benchmarks -->";

	private static final String END = "<!-- end of the figures -->";

	/**
	 * Write the report.
	 * @param docs the directory of the documentation
	 * @return the tables
	 */
	String write(Path docs) throws IOException {
		String tables = tables();
		Path page = docs.resolve("performance.md");
		String before = Files.readString(page);
		int begin = before.indexOf(BEGIN) + BEGIN.length();
		Files.writeString(page,
				before.substring(0, begin) + "\n\n" + tables + "\n" + before.substring(before.indexOf(END)));
		Path images = Files.createDirectories(docs.resolve("images"));
		Files.writeString(images.resolve("performance.svg"), picture());
		return tables;
	}

	private String tables() {
		StringBuilder text = new StringBuilder();
		line(text, "![Calls per second of 32 callers](images/performance.svg)");
		line(text, "");
		line(text, "Measured on %s, Java %s, %d processors, Spring Boot %s; medians of %d rounds of %d s each.",
				System.getProperty("os.name"), System.getProperty("java.version"),
				Runtime.getRuntime().availableProcessors(), SpringBootVersion.getVersion(), this.rounds, this.seconds);
		line(text, "");
		goals(text);
		line(text, "");
		line(text,
				"| client | observed by | callers | calls/s | p50 µs | p99 µs | p99.9 µs | KB per call | CPU µs per call |");
		line(text, "|---|---|---|---|---|---|---|---|---|");
		this.sends.forEach((row, figures) -> line(text,
				"| %s | %s | %s | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %.1f |", name(row.sender()), row.watching(),
				row.callers() + (row.virtual() ? " virtual" : ""), figures.calls(), figures.p50(), figures.p99(),
				figures.p999(), figures.bytes() / 1000, figures.cpu()));
		line(text, "");
		line(text, "| application | start ms | CPU ms | beans |");
		line(text, "|---|---|---|---|");
		this.starts.forEach((application, start) -> line(text, "| %s | %.0f | %.0f | %.0f |", application, start[0],
				start[1], start[2]));
		line(text, "");
		line(text, "| lines to choose from | µs per choice |");
		line(text, "|---|---|");
		this.times.forEach((name, time) -> {
			if (name.startsWith("LineBenchmark")) {
				line(text, "| %s | %.2f |", name.substring(name.indexOf(' ') + 1), time);
			}
		});
		return text.toString();
	}

	private void goals(StringBuilder text) {
		line(text, "| goal | measured |  |");
		line(text, "|---|---|---|");
		for (String watching : new String[] { "none", "meters" }) {
			boolean watched = watching.equals("meters");
			Figures byHand = send(Senders.WEB_CLIENT, watching, 32, false);
			Figures template = send(Senders.REACTIVE_TEMPLATE, watching, 32, false);
			String suffix = (watched) ? " with meters" : " without meters";
			goal(text,
					"calls per second of `ReactiveImessageTemplate`, compared with a hand-written `WebClient`" + suffix,
					template.calls() / byHand.calls(), (watched) ? 0.95 : 1.05, true, "×");
			goal(text, "CPU per call of `ReactiveImessageTemplate`, compared with a hand-written `WebClient`" + suffix,
					template.cpu() / byHand.cpu(), (watched) ? 1.05 : 0.95, false, "×");
			goal(text,
					"additional memory per call of `ReactiveImessageTemplate`, compared with a hand-written `WebClient`"
							+ suffix,
					(template.bytes() - byHand.bytes()) / 1000, (watched) ? 5 : 2, false, "KB");
		}
		goal(text,
				"calls per second of `ImessageTemplate` on 256 virtual threads, compared with `ReactiveImessageTemplate`",
				send(Senders.TEMPLATE, "none", 256, true).calls()
						/ send(Senders.REACTIVE_TEMPLATE, "none", 256, false).calls(),
				0.9, true, "×");
		Figures twilio = send(Senders.TWILIO, "none", 32, false);
		Figures template = send(Senders.TEMPLATE, "none", 32, false);
		goal(text, "calls per second of `ImessageTemplate`, compared with Twilio's helper",
				template.calls() / twilio.calls(), 2, true, "×");
		goal(text, "CPU per call of `ImessageTemplate`, compared with Twilio's helper", template.cpu() / twilio.cpu(),
				0.5, false, "×");
		goal(text, "time for a webhook of 1 KB", this.times.get("WebhookBenchmark 1000"), 15, false, "µs");
		goal(text, "time for a webhook of 100 KB", this.times.get("WebhookBenchmark 100000"), 400, false, "µs");
		goal(text, "additional heap for a `sendAll` of 100,000 messages, compared with 1,000",
				this.bulk.get(100_000) - this.bulk.get(1000), 20, false, "MB");
		double[] start = this.starts.get("starter");
		goal(text, "startup time, compared with a hand-written `WebClient`", start[0] / this.starts.get("by-hand")[0],
				1.02, false, "×");
		goal(text, "startup time, compared with the starter of `WebClient` alone",
				start[0] / this.starts.get("webclient-starter")[0], 1.05, false, "×");
		goal(text, "additional beans, compared with the starter of `WebClient` alone",
				start[2] - this.starts.get("webclient-starter")[2], 25, false, "");
	}

	private Figures send(Senders sender, String watching, int callers, boolean virtual) {
		return this.sends.get(new Row(sender, watching, callers, virtual));
	}

	private static void goal(StringBuilder text, String what, double measured, double goal, boolean atLeast,
			String unit) {
		boolean met = (atLeast) ? measured >= goal : measured <= goal;
		line(text, "| %s: %s %s %s | %.2f %s | %s |", what, (atLeast) ? "≥" : "≤", plain(goal), unit, measured, unit,
				(met) ? "met" : "missed");
	}

	private static String plain(double number) {
		return (number == Math.rint(number)) ? Long.toString((long) number) : Double.toString(number);
	}

	private static String name(Senders sender) {
		return switch (sender) {
			case REACTOR_NETTY -> "Reactor Netty and JSON";
			case WEB_CLIENT -> "hand-written `WebClient`";
			case REACTIVE_TEMPLATE -> "`ReactiveImessageTemplate`";
			case TEMPLATE -> "`ImessageTemplate`";
			case PACED_TEMPLATE -> "`ImessageTemplate`, paced";
			case REST_CLIENT -> "hand-written `RestClient`";
			case TWILIO -> "Twilio's helper";
		};
	}

	/**
	 * Draw bars for the calls per second of 32 callers, readable on light and dark
	 * backgrounds.
	 */
	private String picture() {
		StringBuilder bars = new StringBuilder();
		int y = 30;
		double most = this.sends.values().stream().mapToDouble(Figures::calls).max().orElse(1);
		for (Map.Entry<Row, Figures> send : this.sends.entrySet()) {
			Row row = send.getKey();
			if (row.callers() == 32 && !row.watching().equals("tracing")) {
				double calls = send.getValue().calls();
				boolean ours = row.sender().name().contains("TEMPLATE");
				line(bars, "<text x=\"250\" y=\"%d\" text-anchor=\"end\">%s%s</text>", y + 13,
						name(row.sender()).replace("`", ""), (row.watching().equals("meters")) ? ", meters" : "");
				line(bars, "<rect x=\"260\" y=\"%d\" width=\"%.0f\" height=\"18\" rx=\"3\" fill=\"%s\"/>", y,
						calls / most * 320, (ours) ? "#2f81f7" : "#8b949e");
				line(bars, "<text x=\"%.0f\" y=\"%d\">%,.0f</text>", 266 + calls / most * 320, y + 13, calls);
				y += 26;
			}
		}
		return String.format(Locale.ROOT,
				"""
						<svg xmlns="http://www.w3.org/2000/svg" width="660" height="%d" font-family="sans-serif" font-size="13" \
						role="img" aria-label="Calls per second of 32 callers">
						<style>text { fill: #1f2328 } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
						<text x="260" y="18" font-weight="bold">Calls per second, 32 callers</text>
						%s</svg>
						""",
				y + 10, bars);
	}

	private static void line(StringBuilder text, String format, Object... args) {
		text.append((args.length > 0) ? String.format(Locale.ROOT, format, args) : format).append('\n');
	}

}
