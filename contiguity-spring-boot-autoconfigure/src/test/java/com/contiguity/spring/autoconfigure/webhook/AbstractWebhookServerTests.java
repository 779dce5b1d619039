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

package com.contiguity.spring.autoconfigure.webhook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests on the wire that apply to all servers.
 */
abstract class AbstractWebhookServerTests {

	static final byte[] MEGABYTE = new byte[1024 * 1024];

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String PATH = "/contiguity/webhook";

	private ConfigurableApplicationContext context;

	/**
	 * Create a context that has not been refreshed.
	 * @return the context
	 */
	abstract ConfigurableApplicationContext createContext();

	/**
	 * Return the auto-configurations of the server.
	 * @return the classes
	 */
	abstract List<Class<?>> server();

	/**
	 * Return an application that responds to every path with 410.
	 * @return the configuration
	 */
	abstract Class<?> catchAll();

	/**
	 * Return an application with {@link AnswersHeldUp}.
	 * @return the configuration
	 */
	abstract Class<?> holdsUpAnswers();

	/**
	 * Return the property for the context path.
	 * @return the name of the property
	 */
	abstract String contextPathProperty();

	/**
	 * Return the prefixes of the loggers of the server itself, which log everything they
	 * receive.
	 * @return the prefixes
	 */
	abstract List<String> serverLoggers();

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	final Listener start(List<Class<?>> configurations, String... properties) {
		this.context = createContext();
		TestPropertyValues
			.of("server.port=0", "server.tomcat.max-keep-alive-requests=-1",
					"contiguity.webhook.secrets=whsec_other," + Deliveries.SECRET)
			.and(properties)
			.applyTo(this.context);
		List<Class<?>> autoConfigurations = new ArrayList<>(server());
		autoConfigurations.addAll(List.of(LifecycleAutoConfiguration.class, TaskExecutionAutoConfiguration.class,
				ContiguityWebhookAutoConfiguration.class));
		AnnotationConfigRegistry registry = (AnnotationConfigRegistry) this.context;
		registry.register(Listener.class);
		configurations.forEach(registry::register);
		registry.register(
				AutoConfigurations.getClasses(AutoConfigurations.of(autoConfigurations.toArray(Class<?>[]::new))));
		this.context.refresh();
		return this.context.getBean(Listener.class);
	}

	final Listener start(String... properties) {
		return start(List.of(), properties);
	}

	final int port() {
		return ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	final ConfigurableApplicationContext context() {
		return this.context;
	}

	final int post(byte[] body, String... headers) throws IOException {
		return post(PATH, body, headers);
	}

	final int post(String path, byte[] body, String... headers) throws IOException {
		try (RawExchange exchange = new RawExchange(port())) {
			return exchange.post(path, headers(headers, "Content-Length: " + body.length)).write(body).status();
		}
	}

	private static String[] headers(String[] headers, String header) {
		String[] all = Arrays.copyOf(headers, headers.length + 1);
		all[headers.length] = header;
		return all;
	}

	static String signature(byte[] body) {
		return "Contiguity-Signature: " + Deliveries.sign(body);
	}

	static byte[] incoming(String id) {
		return Deliveries.incoming(id, Canaries.RECIPIENT, "Hello");
	}

	@Test
	void notifiesListenersOnceOfSignedEvents() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body), "Content-Type: application/json")).isEqualTo(200);
		assertThat(post(body, signature(body), "Content-Type: application/json")).isEqualTo(200);
		ContiguityWebhookEvent event = listener.next();
		assertThat(event).isInstanceOf(ImessageReceivedEvent.class);
		assertThat(event.raw()).isEqualTo(new String(body, StandardCharsets.UTF_8));
		byte[] other = incoming("evt_2");
		assertThat(post(other, signature(other))).isEqualTo(200);
		assertThat(listener.next().id()).isEqualTo("evt_2");
	}

	@Test
	void acceptsTheBytesWithAnyContentType() throws Exception {
		Listener listener = start();
		for (String type : List.of("application/x-www-form-urlencoded", "text/plain;charset=utf-16", "nonsense",
				"application/octet-stream", "application/json; charset=iso-8859-1")) {
			byte[] body = Deliveries.incoming("evt_" + type.hashCode(), Canaries.RECIPIENT, "Grüße 👋 %00 &a=b");
			assertThat(post(body, signature(body), "Content-Type: " + type)).as(type).isEqualTo(200);
			assertThat(((ImessageReceivedEvent) listener.next()).message().body()).isEqualTo("Grüße 👋 %00 &a=b");
		}
	}

	@Test
	void rejectsUnsignedAndStaleWebhooks() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		assertThat(post(body)).isEqualTo(401);
		assertThat(post(body, "Contiguity-Signature: ")).isEqualTo(401);
		assertThat(post(body, signature(incoming("evt_2")))).isEqualTo(401);
		long now = Instant.now().getEpochSecond();
		assertThat(post(body, "Contiguity-Signature: " + Deliveries.sign("whsec_x", now, body))).isEqualTo(401);
		for (long time : new long[] { now - 3600, now + 3600 }) {
			assertThat(post(body, "Contiguity-Signature: " + Deliveries.sign(Deliveries.SECRET, time, body)))
				.isEqualTo(401);
		}
		assertThat(listener.events).isEmpty();
	}

	@Test
	void rejectsBodiesThatAreNotEvents() throws Exception {
		start();
		for (byte[] body : List.of(new byte[0], new byte[] { 0x1f, (byte) 0x8b, 8, 0, 1, 2, 3 },
				"[]".getBytes(StandardCharsets.UTF_8))) {
			assertThat(post(body)).isEqualTo(401);
			assertThat(post(body, signature(body), "Content-Encoding: gzip")).isEqualTo(400);
		}
	}

	@Test
	void readsChunks() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		for (int size : new int[] { 1, 7, 100_000 }) {
			try (RawExchange exchange = new RawExchange(port())) {
				exchange.post(PATH, signature(body), "Transfer-Encoding: chunked").writeChunked(body, size);
				assertThat(exchange.status()).isEqualTo(200);
			}
		}
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void asksForTheBodyThatIsHeldBack() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post(PATH, signature(body), "Expect: 100-continue", "Content-Length: " + body.length);
			assertThat(exchange.status()).isEqualTo(100);
			assertThat(exchange.write(body).status()).isEqualTo(200);
		}
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void refusesWhatIsTooLargeWithoutReadingOn() throws Exception {
		start();
		byte[] body = new byte[10 * 1024 * 1024];
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post(PATH, signature(body), "Content-Length: " + body.length).write(new byte[1000]);
			assertThat(exchange.status()).isEqualTo(413);
		}
		try (RawExchange exchange = new RawExchange(port())) {
			exchange.post(PATH, signature(body), "Transfer-Encoding: chunked");
			exchange.write("100001\r\n".getBytes(StandardCharsets.US_ASCII)).write(new byte[0x100001]);
			assertThat(exchange.status()).isEqualTo(413);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void respondsCompletelyToATooLargeBodyThatIsStillSent(boolean chunked) throws Exception {
		start();
		byte[] body = new byte[10 * 1024 * 1024];
		BodyPublisher publisher = (chunked) ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
				: BodyPublishers.ofByteArray(body);
		for (int i = 0; i < 10; i++) {
			HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();
			HttpResponse<byte[]> response = client
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port() + PATH))
					.header("Contiguity-Signature", Deliveries.sign(body))
					.POST(publisher)
					.build(), BodyHandlers.ofByteArray());
			assertThat(response.statusCode()).isEqualTo(413);
			assertThat(response.body()).isEmpty();
		}
	}

	@Test
	void answersUnsignedRequestsBeforeReadingTheirBodies() throws Exception {
		start();
		for (String header : List.of("X-None: 1", "Contiguity-Signature: nonsense")) {
			try (RawExchange exchange = new RawExchange(port())) {
				exchange.post(PATH, header, "Content-Length: 1000");
				assertThat(exchange.status()).isEqualTo(401);
			}
		}
	}

	@Test
	void readsOnlySoManyBodiesAtTheSameTime() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		List<RawExchange> slow = new ArrayList<>();
		try (LogRecorder logs = new LogRecorder()) {
			for (int i = 0; i < 64; i++) {
				slow.add(beginBody(body));
			}
			Awaitility.waitAtMost(PATIENCE).until(() -> {
				if (post(body, signature(body)) == 503) {
					return true;
				}
				// an earlier request may have taken the place of one of them
				slow.add(beginBody(body));
				return false;
			});
			for (RawExchange exchange : slow) {
				exchange.close();
			}
			Awaitility.waitAtMost(PATIENCE).until(() -> post(body, signature(body)) == 200);
			// disconnected clients do not cause log messages
			assertThat(logs.problems()).singleElement().asString().contains("too many bodies are being read");
		}
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void acceptsAPathThatEndsInASlashAndNoOtherMethod() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		assertThat(post(PATH + "/", body, signature(body))).isEqualTo(200);
		assertThat(listener.next().id()).isEqualTo("evt_1");
		for (String method : List.of("GET", "PUT", "DELETE")) {
			HttpResponse<Void> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port() + PATH))
					.method(method, BodyPublishers.noBody())
					.build(), BodyHandlers.discarding());
			assertThat(response.statusCode()).as(method).isEqualTo(405);
			assertThat(response.headers().allValues("Allow")).containsExactly("POST");
		}
	}

	@Test
	void acceptsARepeatedHeader() throws Exception {
		Listener listener = start();
		byte[] body = incoming("evt_1");
		String signature = signature(body);
		assertThat(post(body, signature, signature)).isEqualTo(200);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void readsUpToTheLimit() throws Exception {
		start("contiguity.webhook.max-size=1000B");
		byte[] body = Arrays.copyOf(incoming("evt_1"), 1000);
		Arrays.fill(body, incoming("evt_1").length, 1000, (byte) ' ');
		assertThat(post(body, signature(body))).isEqualTo(200);
		byte[] larger = Arrays.copyOf(body, 1001);
		assertThat(post(larger, signature(larger))).isEqualTo(413);
	}

	@Test
	void answersWhileAListenerIsBusy() throws Exception {
		Listener listener = start();
		listener.busy = new CountDownLatch(1);
		for (int i = 0; i < 50; i++) {
			byte[] body = incoming("evt_" + i);
			assertThat(post(body, signature(body))).isEqualTo(200);
		}
		assertThat(listener.events).isEmpty();
		listener.busy.countDown();
		for (int i = 0; i < 50; i++) {
			assertThat(listener.next().id()).isEqualTo("evt_" + i);
		}
	}

	@Test
	void answersBeforeAListenerStarts() throws Exception {
		Listener listener = start(List.of(holdsUpAnswers()));
		AnswersHeldUp answers = this.context.getBean(AnswersHeldUp.class);
		byte[] body = incoming("evt_1");
		CompletableFuture<Integer> status = new CompletableFuture<>();
		new Thread(() -> {
			try {
				status.complete(post(body, signature(body)));
			}
			catch (IOException ex) {
				status.completeExceptionally(ex);
			}
		}).start();
		answers.awaitHeldUp();
		// it has not even been passed to a listener, so that there is nothing to wait for
		assertThat(this.context.getBean("contiguityWebhookTaskExecutor", ThreadPoolTaskExecutor.class)
			.getThreadPoolExecutor()
			.getTaskCount()).isZero();
		answers.goOn();
		assertThat(listener.next().id()).isEqualTo("evt_1");
		assertThat(status).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(200);
	}

	@Test
	void answersWhileListenersTakeTheirTime() throws Exception {
		Listener listener = start();
		listener.busy = new CountDownLatch(1);
		try (RawExchange exchange = new RawExchange(port())) {
			for (int event = 0; event < 500; event++) {
				byte[] body = Deliveries.incoming("evt_" + event, "+1555" + (1000 + event), "Hello");
				assertThat(exchange.post(PATH, signature(body), "Content-Length: " + body.length).write(body).status())
					.isEqualTo(200);
			}
		}
		assertThat(listener.events).isEmpty();
		listener.busy.countDown();
		Awaitility.waitAtMost(PATIENCE).until(() -> listener.events.size() == 500);
	}

	@Test
	void handlesOrRefusesAllOfABurst() throws Exception {
		Listener listener = start("contiguity.webhook.queue-capacity=100");
		Map<Integer, Integer> answers = deliver(20, IntStream.range(0, 5000).boxed().toList());
		assertThat(answers.keySet()).isSubsetOf(200, 503);
		assertThat(answers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(5000);
		Awaitility.waitAtMost(PATIENCE).until(() -> this.context.getBean(WebhookReceiver.class).pendingEvents() == 0);
		assertThat(listener.events).hasSize(answers.get(200))
			.extracting(ContiguityWebhookEvent::id)
			.doesNotHaveDuplicates();
	}

	@Test
	void handlesOnceWhatComesTenTimes() throws Exception {
		Listener listener = start();
		List<Integer> events = new ArrayList<>();
		IntStream.range(0, 1000).forEach((i) -> events.add(i % 100));
		Collections.shuffle(events, new Random(5));
		assertThat(deliver(20, events)).isEqualTo(Map.of(200, 1000));
		Awaitility.waitAtMost(PATIENCE).until(() -> this.context.getBean(WebhookReceiver.class).pendingEvents() == 0);
		assertThat(listener.events).hasSize(100).extracting(ContiguityWebhookEvent::id).doesNotHaveDuplicates();
	}

	/**
	 * Deliver events on several connections at once, which are kept alive.
	 * @param connections how many
	 * @param events the numbers of the events
	 * @return how often there was which status
	 */
	private RawExchange beginBody(byte[] body) throws IOException {
		RawExchange exchange = new RawExchange(port());
		exchange.post(PATH, signature(body), "Content-Length: " + body.length).write(new byte[] { '{' });
		return exchange;
	}

	private Map<Integer, Integer> deliver(int connections, List<Integer> events) throws Exception {
		Map<Integer, Integer> answers = new ConcurrentHashMap<>();
		Queue<Integer> queue = new ConcurrentLinkedQueue<>(events);
		ExecutorService threads = Executors.newFixedThreadPool(connections);
		try {
			List<Callable<Integer>> clients = Collections.nCopies(connections, () -> {
				while (!queue.isEmpty()) {
					try (RawExchange exchange = new RawExchange(port())) {
						while (!exchange.isLast() && !queue.isEmpty()) {
							deliver(exchange, queue.poll(), answers);
						}
					}
				}
				return 0;
			});
			for (Future<Integer> client : threads.invokeAll(clients)) {
				client.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		return answers;
	}

	private static void deliver(RawExchange exchange, Integer event, Map<Integer, Integer> answers) throws IOException {
		if (event != null) {
			byte[] body = Deliveries.incoming("evt_" + event, "+1555" + (1000 + event % 700), "Hello");
			exchange.post(PATH, signature(body), "Content-Length: " + body.length).write(body);
			answers.merge(exchange.status(), 1, Integer::sum);
		}
	}

	@Test
	void answers503WhenThereIsNoRoom() throws Exception {
		Listener listener = start("contiguity.webhook.queue-capacity=1");
		listener.busy = new CountDownLatch(1);
		byte[] first = incoming("evt_1");
		byte[] second = incoming("evt_2");
		assertThat(post(first, signature(first))).isEqualTo(200);
		assertThat(post(second, signature(second))).isEqualTo(503);
		listener.busy.countDown();
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void answers503IfTheSecretsAreNotAvailable() throws Exception {
		Listener listener = start(List.of(FailingSecrets.class));
		byte[] body = incoming("evt_1");
		try (LogRecorder logs = new LogRecorder()) {
			HttpResponse<byte[]> response = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port() + PATH))
					.header("Contiguity-Signature", Deliveries.sign(body))
					.POST(BodyPublishers.ofByteArray(body))
					.build(), BodyHandlers.ofByteArray());
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.body()).isEmpty();
			assertThat(post(body, signature(body))).isEqualTo(503);
			assertThat(post(body)).isEqualTo(401);
			assertThat(logs.lines()).noneMatch((line) -> line.contains("canary0secret"))
				.filteredOn((line) -> line.contains("the supplier of secrets failed"))
				.singleElement()
				.asString()
				.contains("java.lang.IllegalStateException");
		}
		assertThat(this.context.getBean(WebhookReceiver.class).statistics().deliveries())
			.isEqualTo(Map.of("none", Map.of("rejected", 2L, "bad_signature", 1L)));
		this.context.getBean(FailingSecrets.class).fail = false;
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void handlesPendingEventsBeforeTheApplicationEnds() throws Exception {
		Listener listener = start("server.shutdown=graceful");
		listener.busy = new CountDownLatch(1);
		for (int i = 0; i < 100; i++) {
			byte[] body = Deliveries.incoming("evt_" + i, "+1555000" + i, "Hello");
			assertThat(post(body, signature(body))).isEqualTo(200);
		}
		Thread closing = new Thread(this.context::close);
		closing.start();
		listener.busy.countDown();
		closing.join(Duration.ofSeconds(60).toMillis());
		assertThat(closing.isAlive()).isFalse();
		assertThat(listener.events).hasSize(100);
	}

	@Test
	void stopsWaitingForAListenerAfterThePhase() throws Exception {
		Listener listener = start("spring.lifecycle.timeout-per-shutdown-phase=100ms");
		listener.busy = new CountDownLatch(1);
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		Thread closing = new Thread(this.context::close);
		closing.start();
		// less than the default of 30 seconds
		closing.join(Duration.ofSeconds(20).toMillis());
		assertThat(closing.isAlive()).isFalse();
		listener.busy.countDown();
	}

	@Test
	void worksBehindAContextPathAndAtAnotherPath() throws Exception {
		Listener listener;
		try (LogRecorder logs = new LogRecorder()) {
			listener = start(contextPathProperty() + "=/app", "contiguity.webhook.path=/hooks/in");
			assertThat(logs.lines()).anyMatch((line) -> line.contains("webhooks are received at /app/hooks/in "));
		}
		byte[] body = incoming("evt_1");
		assertThat(post("/app" + PATH, body, signature(body))).isEqualTo(404);
		assertThat(post("/app/hooks/in", body, signature(body))).isEqualTo(200);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void comesBeforeWhatCatchesAll() throws Exception {
		Listener listener = start(List.of(catchAll()));
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(post(body)).isEqualTo(401);
		assertThat(post("/other", body, signature(body))).isEqualTo(410);
		try (RawExchange exchange = new RawExchange(port())) {
			assertThat(exchange.request("GET", "/other", "Connection: close").status()).isEqualTo(410);
		}
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@Test
	void logsNothingPrivate() throws Exception {
		try (LogRecorder logs = new LogRecorder()) {
			Listener listener = start();
			byte[] body = Deliveries.incoming("evt_1", Canaries.RECIPIENT, Canaries.TEXT);
			assertThat(post(body, signature(body))).isEqualTo(200);
			assertThat(post(body, signature(new byte[0]))).isEqualTo(401);
			assertThat(listener.next().id()).isEqualTo("evt_1");
			byte[] noEvent = ("{" + Canaries.TEXT).getBytes(StandardCharsets.UTF_8);
			assertThat(post(noEvent, signature(noEvent))).isEqualTo(400);
			stop();
			assertThat(logs.lines().stream().filter((line) -> serverLoggers().stream().noneMatch(line::startsWith)))
				.isNotEmpty()
				.allSatisfy(
						(line) -> assertThat(line).doesNotContain(Canaries.traces()).doesNotContain("canary0secret"));
		}
	}

	@Test
	void countsDeliveries() throws Exception {
		start();
		byte[] body = incoming("evt_1");
		post(body, signature(body));
		post(body);
		assertThat(this.context.getBean(WebhookReceiver.class).statistics().deliveries().keySet())
			.containsExactly("imessage.incoming", "none");
	}

	/**
	 * Delays responses immediately before they are sent.
	 */
	static final class AnswersHeldUp {

		private final CountDownLatch heldUp = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		void holdUp() {
			this.heldUp.countDown();
			await(this.goOn);
		}

		void awaitHeldUp() {
			await(this.heldUp);
		}

		void goOn() {
			this.goOn.countDown();
		}

		private static void await(CountDownLatch latch) {
			try {
				assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FailingSecrets {

		private volatile boolean fail = true;

		@Bean
		WebhookSignatureVerifier webhookSignatureVerifier() {
			return new WebhookSignatureVerifier(this::secrets, Duration.ofMinutes(5), Clock.systemUTC());
		}

		private List<String> secrets() {
			if (this.fail) {
				throw new IllegalStateException("The vault is sealed, and has " + Deliveries.SECRET);
			}
			return List.of(Deliveries.SECRET);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listener {

		final BlockingQueue<ContiguityWebhookEvent> events = new LinkedBlockingQueue<>();

		volatile CountDownLatch busy = new CountDownLatch(0);

		@EventListener
		void on(ContiguityWebhookEvent event) throws InterruptedException {
			assertThat(this.busy.await(60, TimeUnit.SECONDS)).isTrue();
			this.events.add(event);
		}

		ContiguityWebhookEvent next() throws InterruptedException {
			ContiguityWebhookEvent event = this.events.poll(60, TimeUnit.SECONDS);
			assertThat(event).isNotNull();
			return event;
		}

	}

}
