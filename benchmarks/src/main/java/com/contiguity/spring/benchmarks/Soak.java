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
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendRequest;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.internal.PlatformDependent;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

/**
 * Sends 200 messages per second to a server that fails occasionally, and receives 50
 * webhooks per second, for the given number of minutes. It prints the resource usage of
 * the process each minute. At the end, it compares the records of the application with
 * those of the server, and fails if they differ or if the resource usage has grown.
 */
final class Soak {

	private static final int SENDS_PER_SECOND = 200;

	private static final int WEBHOOKS_PER_SECOND = 50;

	private static final int LINES = 20;

	private static final String SECRET = "whsec_soak";

	private final int messages;

	private final Books results;

	private final Books events;

	private final BitSet received = new BitSet();

	private final AtomicInteger receivedTwice = new AtomicInteger();

	private final Semaphore underWay = new Semaphore(Integer.MAX_VALUE);

	/** Has the same number of threads at the end as at the start. */
	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.executor(Executors.newFixedThreadPool(2))
		.build();

	private Soak(int minutes) {
		this.messages = minutes * 60 * SENDS_PER_SECOND;
		this.results = new Books(this.messages);
		this.events = new Books(this.messages);
	}

	/**
	 * Run the soak test.
	 * @param args the number of minutes, 30 if not given
	 */
	public static void main(String[] args) throws Exception {
		int minutes = (args.length > 0) ? Integer.parseInt(args[0]) : 30;
		Process server = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx256m", "-cp",
				System.getProperty("java.class.path"), SoakServer.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		boolean kept;
		try {
			kept = new Soak(minutes).run(server, minutes);
		}
		finally {
			server.destroy();
		}
		System.exit((kept) ? 0 : 1);
	}

	private boolean run(Process server, int minutes) throws Exception {
		BufferedReader answers = new BufferedReader(
				new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
		int port = Integer.parseInt(answers.readLine());
		List<String> arguments = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--server.port=0",
				"--contiguity.token=contiguity_sk_soak", "--contiguity.base-url=http://localhost:" + port,
				"--contiguity.pacing.rate=" + SENDS_PER_SECOND, "--contiguity.pacing.burst=" + SENDS_PER_SECOND,
				"--contiguity.webhook.secrets=" + SECRET, "--contiguity.webhook.tolerance=20s",
				"--contiguity.webhook.event-window=1m", "--logging.level.reactor.netty=off",
				"--logging.level.com.contiguity=error"));
		IntStream.range(0, LINES)
			.forEach((line) -> arguments.add("--contiguity.lines[" + line + "]=+15550001" + (100 + line)));
		SpringApplication application = new SpringApplication(Application.class);
		application.addInitializers((context) -> ((ConfigurableApplicationContext) context).getBeanFactory()
			.registerSingleton("soak", this));
		List<Sample> samples = new ArrayList<>();
		try (ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new))) {
			System.out.println("| minute | heap MB | direct MB | threads | open files | meters |");
			System.out.println("|---|---|---|---|---|---|");
			long start = System.nanoTime();
			for (int minute = 0; minute < minutes; minute++) {
				run(context, start, minute);
				Sample sample = Sample.take(context.getBean(MeterRegistry.class));
				samples.add(sample);
				System.out.println("| " + (minute + 1) + " | " + sample);
			}
			this.underWay.tryAcquire(Integer.MAX_VALUE, 2, TimeUnit.MINUTES);
		}
		new PrintStream(server.getOutputStream(), true, StandardCharsets.UTF_8).println("list");
		String[] list = answers.readLine().split(" ");
		boolean exact = compare(Integer.parseInt(list[0]), BitSet.valueOf(Base64.getDecoder().decode(list[1])),
				minutes * 60 * WEBHOOKS_PER_SECOND);
		return exact & Sample.areFlat(samples);
	}

	private void run(ConfigurableApplicationContext context, long start, int minute) throws Exception {
		ReactiveImessageTemplate template = context.getBean(ReactiveImessageTemplate.class);
		String webhooks = "http://localhost:" + context.getEnvironment().getProperty("local.server.port")
				+ "/contiguity/webhook";
		int perWebhook = SENDS_PER_SECOND / WEBHOOKS_PER_SECOND;
		int from = minute * 60 * SENDS_PER_SECOND;
		for (int number = from; number < from + 60 * SENDS_PER_SECOND; number++) {
			long wait = start + number * (TimeUnit.SECONDS.toNanos(1) / SENDS_PER_SECOND) - System.nanoTime();
			if (wait > 0) {
				LockSupport.parkNanos(wait);
			}
			send(template, number);
			if (number % perWebhook == 0) {
				post(webhooks, number / perWebhook);
			}
		}
	}

	private void send(ReactiveImessageTemplate template, int number) {
		this.underWay.acquireUninterruptibly();
		template
			.send(SendRequest.to("+1666%07d".formatted(number % 100_000))
				.message(SoakServer.TEXT + number)
				.reference(Integer.toString(number))
				.build())
			.doFinally((signal) -> this.underWay.release())
			.subscribe((receipt) -> this.results.enter(number, Outcome.ACCEPTED),
					(failure) -> this.results.enter(number, ((ContiguityException) failure).outcome()));
	}

	// every tenth webhook is delivered twice
	private void post(String url, int number) throws GeneralSecurityException {
		String body = """
				{"id":"evt_%s","type":"imessage.incoming","timestamp":1764100000,"api_version":"v2",\
				"data":{"from":"+1555%07d","to":"+15550001100","timestamp":1764100000,"attachments":[],"body":"%s"}}"""
			.formatted(number, number % 1000, number);
		long time = Instant.now().getEpochSecond();
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		byte[] signature = mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8));
		HttpRequest request = HttpRequest.newBuilder(URI.create(url))
			.header("Contiguity-Signature", "t=" + time + ",v1=" + HexFormat.of().formatHex(signature))
			.timeout(Duration.ofMinutes(1))
			.POST(BodyPublishers.ofString(body))
			.build();
		for (int times = 0; times < ((number % 10 == 0) ? 2 : 1); times++) {
			this.http.sendAsync(request, BodyHandlers.discarding());
		}
	}

	private boolean compare(int twice, BitSet taken, int webhooks) {
		System.out.println();
		boolean exact = check("messages that the server took twice", twice, 0);
		exact &= check("results", this.results.count(), this.messages);
		exact &= check("events", this.events.count(), this.messages);
		exact &= check("results of another outcome than their events", this.results.differences(this.events), 0);
		exact &= check("accepted, but not taken", minus(this.results.of(Outcome.ACCEPTED), taken), 0);
		BitSet missing = (BitSet) taken.clone();
		missing.andNot(this.results.of(Outcome.ACCEPTED));
		missing.andNot(this.results.of(Outcome.UNKNOWN));
		exact &= check("taken, but told to be not sent", missing.cardinality(), 0);
		exact &= check("webhooks handled", this.received.cardinality(), webhooks);
		exact &= check("webhooks handled twice", this.receivedTwice.get(), 0);
		for (Outcome outcome : Outcome.values()) {
			System.out.println("- " + outcome + ": " + this.results.of(outcome).cardinality());
		}
		return exact;
	}

	private static int minus(BitSet some, BitSet others) {
		BitSet rest = (BitSet) some.clone();
		rest.andNot(others);
		return rest.cardinality();
	}

	private static boolean check(String what, int count, int expected) {
		System.out.println("- " + what + ": " + count + ((count != expected) ? ", not " + expected : ""));
		return count == expected;
	}

	private synchronized void received(int number) {
		if (this.received.get(number)) {
			this.receivedTwice.incrementAndGet();
		}
		this.received.set(number);
	}

	/**
	 * The application: a web server, metrics, and listeners.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private final Soak soak;

		Application(Soak soak) {
			this.soak = soak;
		}

		@EventListener
		void sent(ImessageSentEvent event) {
			enter(event.request(), Outcome.ACCEPTED);
		}

		@EventListener
		void notSent(ImessageNotSentEvent event) {
			enter(event.request(), event.exception().outcome());
		}

		@EventListener
		void unknown(ImessageOutcomeUnknownEvent event) {
			enter(event.request(), Outcome.UNKNOWN);
		}

		@EventListener
		void received(ImessageReceivedEvent event) {
			this.soak.received(Integer.parseInt(event.message().body()));
		}

		private void enter(SendRequest request, Outcome outcome) {
			this.soak.events.enter(Integer.parseInt(request.reference()), outcome);
		}

	}

	/**
	 * Records the outcome of each message. Its memory is allocated at the start.
	 */
	private static final class Books {

		private final byte[] outcomes;

		private int count;

		private Books(int messages) {
			this.outcomes = new byte[messages];
		}

		private synchronized void enter(int number, Outcome outcome) {
			if (this.outcomes[number] != 0) {
				throw new IllegalStateException("Message " + number + " has two outcomes");
			}
			this.outcomes[number] = (byte) (outcome.ordinal() + 1);
			this.count++;
		}

		private synchronized int count() {
			return this.count;
		}

		private synchronized BitSet of(Outcome outcome) {
			BitSet numbers = new BitSet();
			IntStream.range(0, this.outcomes.length)
				.filter((number) -> this.outcomes[number] == outcome.ordinal() + 1)
				.forEach(numbers::set);
			return numbers;
		}

		private synchronized int differences(Books others) {
			return (int) IntStream.range(0, this.outcomes.length)
				.filter((number) -> this.outcomes[number] != others.outcomes[number])
				.count();
		}

	}

	/**
	 * The resource usage of the process.
	 */
	private record Sample(double heap, double direct, int threads, long files, int meters) {

		static Sample take(MeterRegistry registry) {
			System.gc();
			double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
			long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
				.stream()
				.mapToLong(BufferPoolMXBean::getMemoryUsed)
				.sum() + Math.max(0, PlatformDependent.usedDirectMemory());
			return new Sample(heap, direct / 1e6, ManagementFactory.getThreadMXBean().getThreadCount(),
					ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount(),
					registry.getMeters().size());
		}

		/**
		 * Compare the last third with the second one, when all records that are kept for
		 * a minute have reached their final size.
		 */
		static boolean areFlat(List<Sample> samples) {
			int third = samples.size() / 3;
			List<Sample> middle = samples.subList(third, 2 * third);
			List<Sample> last = samples.subList(2 * third, samples.size());
			if (middle.isEmpty()) {
				return true;
			}
			boolean flat = isFlat("heap", middle.stream().mapToDouble(Sample::heap).max().getAsDouble(),
					last.stream().mapToDouble(Sample::heap).min().getAsDouble(), 2);
			flat &= isFlat("direct memory", middle.stream().mapToDouble(Sample::direct).max().getAsDouble(),
					last.stream().mapToDouble(Sample::direct).min().getAsDouble(), 2);
			flat &= isFlat("threads", middle.stream().mapToDouble(Sample::threads).max().getAsDouble(),
					last.stream().mapToDouble(Sample::threads).min().getAsDouble(), 2);
			flat &= isFlat("open files", middle.stream().mapToDouble(Sample::files).max().getAsDouble(),
					last.stream().mapToDouble(Sample::files).min().getAsDouble(), 10);
			return flat & isFlat("meters", middle.stream().mapToDouble(Sample::meters).max().getAsDouble(),
					last.stream().mapToDouble(Sample::meters).max().getAsDouble(), 0);
		}

		private static boolean isFlat(String what, double before, double after, double tolerance) {
			boolean flat = after <= before + tolerance;
			System.out.println("- " + what + ": " + ((flat) ? "flat" : "grows from " + before + " to " + after));
			return flat;
		}

		@Override
		public String toString() {
			return "%.1f | %.1f | %s | %s | %s |".formatted(this.heap, this.direct, this.threads, this.files,
					this.meters);
		}

	}

}
