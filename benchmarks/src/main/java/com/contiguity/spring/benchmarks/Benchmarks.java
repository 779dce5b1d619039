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

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

import com.contiguity.spring.internal.webhook.WebhookBenchmark;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs the benchmarks and writes the results to docs/performance.md. Each round measures
 * all rows once, so that other load on the machine affects all of them.
 */
public final class Benchmarks {

	private static final List<Row> ROWS = List.of(new Row(Senders.REACTOR_NETTY, "none", 32, false),
			new Row(Senders.WEB_CLIENT, "none", 32, false), new Row(Senders.REACTIVE_TEMPLATE, "none", 32, false),
			new Row(Senders.TEMPLATE, "none", 32, false), new Row(Senders.PACED_TEMPLATE, "none", 32, false),
			new Row(Senders.REST_CLIENT, "none", 32, false), new Row(Senders.TWILIO, "none", 32, false),
			new Row(Senders.WEB_CLIENT, "meters", 32, false), new Row(Senders.REACTIVE_TEMPLATE, "meters", 32, false),
			new Row(Senders.TEMPLATE, "meters", 32, false), new Row(Senders.REST_CLIENT, "meters", 32, false),
			new Row(Senders.WEB_CLIENT, "tracing", 32, false), new Row(Senders.REACTIVE_TEMPLATE, "tracing", 32, false),
			new Row(Senders.WEB_CLIENT, "none", 1, false), new Row(Senders.TEMPLATE, "none", 1, false),
			new Row(Senders.REACTIVE_TEMPLATE, "none", 256, false), new Row(Senders.TEMPLATE, "none", 256, false),
			new Row(Senders.TEMPLATE, "none", 256, true));

	private final int rounds;

	private final int seconds;

	private final int port;

	private Benchmarks(int rounds, int seconds, int port) {
		this.rounds = rounds;
		this.seconds = seconds;
		this.port = port;
	}

	/**
	 * Run all benchmarks.
	 * @param args the number of rounds (3 if not given), and the seconds of each
	 * measurement (6 if not given)
	 */
	public static void main(String[] args) throws Exception {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : 3;
		int seconds = (args.length > 1) ? Integer.parseInt(args[1]) : 6;
		Process stub = java(List.of(), StubServer.class).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		try {
			int port = Integer.parseInt(firstLine(stub, ""));
			Benchmarks benchmarks = new Benchmarks(rounds, seconds, port);
			Report report = new Report(benchmarks.sends(), benchmarks.times(), benchmarks.bulk(), benchmarks.starts(),
					rounds, seconds);
			System.out.println(report.write(Path.of("docs")));
		}
		finally {
			stub.destroy();
		}
	}

	private Map<Row, Figures> sends() throws RunnerException {
		Map<Row, List<Figures>> all = new LinkedHashMap<>();
		for (int round = 1; round <= this.rounds; round++) {
			for (Row row : ROWS) {
				ChainedOptionsBuilder options = options(SendBenchmark.class).param("sender", row.sender().name())
					.param("watching", row.watching())
					.threads(row.callers())
					.addProfiler(GCProfiler.class)
					.addProfiler(CallProfiler.class);
				List<String> arguments = new ArrayList<>(List.of("-Dstub.port=" + this.port, "-Xmx1g"));
				if (row.virtual()) {
					arguments.add("-Djmh.executor=VIRTUAL");
				}
				options.jvmArgs(arguments.toArray(String[]::new));
				RunResult result = new Runner(options.build()).run().iterator().next();
				Figures figures = Figures.of(result);
				System.out.println("Round " + round + ": " + row + ": " + figures);
				all.computeIfAbsent(row, (key) -> new ArrayList<>()).add(figures);
			}
		}
		Map<Row, Figures> medians = new LinkedHashMap<>();
		all.forEach((row, figures) -> medians.put(row, Figures.median(figures)));
		return medians;
	}

	private Map<String, Double> times() throws RunnerException {
		Map<String, Double> times = new LinkedHashMap<>();
		for (Class<?> benchmark : List.of(WebhookBenchmark.class, LineBenchmark.class)) {
			for (RunResult result : new Runner(options(benchmark).forks(3).build()).run()) {
				String parameter = result.getParams().getParamsKeys().iterator().next();
				times.put(benchmark.getSimpleName() + " " + result.getParams().getParam(parameter),
						result.getPrimaryResult().getScore());
			}
		}
		return times;
	}

	private ChainedOptionsBuilder options(Class<?> benchmark) {
		return new OptionsBuilder().include(benchmark.getName().replace(".", "\\.") + "\\.")
			.forks(1)
			.shouldFailOnError(true)
			.warmupIterations(1)
			.warmupTime(TimeValue.seconds(this.seconds))
			.measurementIterations(1)
			.measurementTime(TimeValue.seconds(this.seconds));
	}

	private Map<Integer, Double> bulk() throws IOException {
		Map<Integer, Double> megabytes = new LinkedHashMap<>();
		for (int messages : new int[] { 1000, 100_000 }) {
			Process process = java(List.of("-Dstub.port=" + this.port, "-Xmx1g", "-XX:+UseSerialGC"), BulkMemory.class,
					Integer.toString(messages))
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			megabytes.put(messages, Long.parseLong(firstLine(process, "")) / 1e6);
		}
		return megabytes;
	}

	/**
	 * Start three applications repeatedly.
	 * @return the medians of the milliseconds, the milliseconds of CPU, and the beans
	 */
	private Map<String, double[]> starts() throws IOException {
		Map<String, List<double[]>> all = new LinkedHashMap<>();
		for (int round = 0; round < 5 * this.rounds; round++) {
			for (String application : List.of("webclient-starter", "by-hand", "starter")) {
				String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
					.filter((entry) -> isPartOf(application, entry))
					.collect(Collectors.joining(File.pathSeparator));
				Process process = java(classPath, List.of("-Xmx512m"), StartTime.class, application)
					.redirectError(ProcessBuilder.Redirect.DISCARD)
					.start();
				String[] parts = firstLine(process, "started ").split(" ");
				all.computeIfAbsent(application, (key) -> new ArrayList<>())
					.add(Arrays.stream(parts).skip(1).mapToDouble(Double::parseDouble).toArray());
			}
		}
		Map<String, double[]> medians = new LinkedHashMap<>();
		all.forEach((application, runs) -> medians.put(application,
				new double[] { median(runs, 0), median(runs, 1), median(runs, 2) }));
		return medians;
	}

	private static double median(List<double[]> runs, int index) {
		double[] sorted = runs.stream().mapToDouble((run) -> run[index]).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	private static boolean isPartOf(String application, String entry) {
		String name = entry.toLowerCase(Locale.ROOT);
		boolean ofBenchmarks = List
			.of("twilio", "jmh", "jopt", "commons-math", "opentelemetry", "tracing", "prometheus", "reactor-test",
					"httpclient5", "httpcore5", "restclient", "jjwt", "lombok", "spring-boot-webflux",
					"spring-boot-web-server", "spring-boot-starter-webflux", "actuator", "spring-boot-health")
			.stream()
			.anyMatch(name::contains);
		boolean ofStarter = (name.contains("contiguity-spring-boot-autoconfigure")
				|| name.contains("contiguity-spring-boot-starter") || name.contains("spring-retry")
				|| name.contains("bucket4j"));
		return !ofBenchmarks && (!ofStarter || application.equals("starter"));
	}

	private static ProcessBuilder java(List<String> options, Class<?> main, String... args) {
		return java(System.getProperty("java.class.path"), options, main, args);
	}

	private static ProcessBuilder java(String classPath, List<String> options, Class<?> main, String... args) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(List.of(args));
		return new ProcessBuilder(command);
	}

	private static String firstLine(Process process, String prefix) throws IOException {
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			if (line.startsWith(prefix) && (!prefix.isEmpty() || line.matches("\\d+"))) {
				return line;
			}
		}
		throw new IllegalStateException("A process ended without its result");
	}

	/**
	 * A row of the table.
	 *
	 * @param sender the way to send
	 * @param watching the observation of the calls
	 * @param callers how many callers send at the same time
	 * @param virtual whether the callers are virtual threads
	 */
	record Row(Senders sender, String watching, int callers, boolean virtual) {
	}

	/**
	 * The figures of a row.
	 *
	 * @param calls the calls per second
	 * @param p50 the median latency in microseconds
	 * @param p99 the 99th percentile of the latency in microseconds
	 * @param p999 the 99.9th percentile of the latency in microseconds
	 * @param bytes the bytes allocated per call
	 * @param cpu the microseconds of CPU per call
	 */
	record Figures(double calls, double p50, double p99, double p999, double bytes, double cpu) {

		static Figures of(RunResult result) {
			Statistics latency = result.getPrimaryResult().getStatistics();
			Map<String, ? extends Result<?>> others = secondary(result);
			return new Figures(score(others, CallProfiler.CALLS), latency.getPercentile(50), latency.getPercentile(99),
					latency.getPercentile(99.9), score(others, "gc.alloc.rate.norm"), score(others, CallProfiler.CPU));
		}

		@SuppressWarnings("unchecked")
		private static Map<String, ? extends Result<?>> secondary(RunResult result) {
			return (Map<String, ? extends Result<?>>) (Map<String, ?>) result.getSecondaryResults();
		}

		private static double score(Map<String, ? extends Result<?>> results, String name) {
			return results.entrySet()
				.stream()
				.filter((result) -> result.getKey().equals(name) || result.getKey().endsWith("·" + name)
						|| result.getKey().endsWith(":" + name))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("No " + name + " in " + results.keySet()))
				.getValue()
				.getScore();
		}

		static Figures median(List<Figures> all) {
			return new Figures(median(all, Figures::calls), median(all, Figures::p50), median(all, Figures::p99),
					median(all, Figures::p999), median(all, Figures::bytes), median(all, Figures::cpu));
		}

		private static double median(List<Figures> all, ToDoubleFunction<Figures> figure) {
			double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
			return sorted[sorted.length / 2];
		}

	}

}
