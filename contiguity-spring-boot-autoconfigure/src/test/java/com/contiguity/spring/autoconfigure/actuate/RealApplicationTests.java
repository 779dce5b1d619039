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

package com.contiguity.spring.autoconfigure.actuate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.Exposition;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.ObservationRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.web.exchanges.InMemoryHttpExchangeRepository;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for a real application with all actuator endpoints, with Spring MVC and with
 * WebFlux. Calls every operation with every outcome, and checks that private data appears
 * only where it is sent.
 */
class RealApplicationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final List<String> ENDPOINTS = List.of("health", "contiguity", "metrics", "prometheus", "env",
			"configprops", "httpexchanges", "conditions", "startup", "beans", "threaddump", "mappings",
			"scheduledtasks", "info", "metrics/contiguity.imessage", "env/contiguity.token", "env/contiguity.from",
			"env/contiguity.webhook.secrets", "health/contiguity");

	private static final List<String> SERVER_LOGGERS = List.of("org.apache.coyote", "org.apache.tomcat",
			"org.apache.catalina", "org.eclipse.jetty", "io.netty", "reactor.netty", "jdk.internal.httpclient");

	private static final List<Reply> FAILURES = List.of(Reply.error(400, "No: " + numbers()),
			Reply.error(401, "Unknown token " + Canaries.TOKEN), Reply.error(403, "No: " + numbers()),
			Reply.error(429, "Later: " + numbers()), Reply.error(503, "Later: " + numbers(), "Retry-After: 0"),
			Reply.html(500, everything()), Reply.json(200, "{\"data\":\"" + everything() + "\"}"),
			Reply.truncated(everything()), Reply.hangUp());

	private static final Reply SUCCESS = Reply.data("""
			{"message_id":"imsg_1","id":"imsg_1","status":"sent","message":"%2$s","to":"%1$s","from":"%3$s",
			"available":true,"attachments":["%4$s"],"conversation":[{"to":"%1$s","from":"%3$s","message":"%2$s",
			"attachments":["%4$s"]}],"reactions":[{"reaction":"love","on":"%2$s","from":"%1$s"}],"numbers":[
			{"id":"%3$s","lease_status":"active","capabilities":{"channels":["imessage"]}}]}"""
		.formatted(Canaries.RECIPIENT, Canaries.TEXT, Canaries.LINE, Canaries.ATTACHMENT));

	// the API cannot repeat a text in responses to calls without a text
	private static String numbers() {
		return everything().replace(Canaries.TEXT, "");
	}

	private static String everything() {
		return "%s %s (%s) %s %s".formatted(Canaries.RECIPIENT, Canaries.LINE.substring(1), Canaries.TEXT,
				Canaries.ATTACHMENT, Canaries.TOKEN);
	}

	// Spring Boot must not replace the recorder of logs
	@BeforeAll
	static void keepLogging() {
		System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
	}

	@AfterAll
	static void letBootSetUpLogging() {
		System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nothingPrivateIsSeenAndTheScrapeIsSound(WebApplicationType type) throws Exception {
		List<String> seen = Collections.synchronizedList(new ArrayList<>());
		String scrape;
		try (LogRecorder log = new LogRecorder(); RecordingServer server = RecordingServer.start()) {
			try (ConfigurableApplicationContext context = start(type, server)) {
				ImessageTemplate imessage = context.getBean(ImessageTemplate.class);
				ReactiveImessageTemplate reactive = context.getBean(ReactiveImessageTemplate.class);
				server.otherwise(SUCCESS);
				callAll(imessage, reactive, seen, true);
				for (Reply failure : FAILURES) {
					server.otherwise(failure);
					callAll(imessage, reactive, seen, false);
				}
				Recorder recorder = context.getBean(Recorder.class);
				Awaitility.waitAtMost(TIMEOUT).until(() -> recorder.events.size() == 10 * 7);
				recorder.events.forEach((event) -> seen.add(event.toString()));
				addAllThatIsShown(context, seen);
				scrape = get(context, "prometheus");
			}
			seen.addAll(log.lines());
			assertThat(log.lines()).as("everything is listened to")
				.anyMatch((line) -> line.startsWith("reactor.netty"))
				.anyMatch((line) -> line.startsWith("org.springframework.web.reactive.function.client"))
				.anyMatch((line) -> line.startsWith("org.springframework.boot"));
			assertThat(leaks(seen)).isEmpty();
			assertThat(server.requests()).anySatisfy((request) -> assertThat(request.text()).contains(Canaries.TEXT,
					Canaries.RECIPIENT, Canaries.TOKEN, Canaries.ATTACHMENT));
		}
		Exposition exposition = Exposition.parse(scrape);
		assertThat(exposition.names()).contains("contiguity_imessage_seconds_count",
				"contiguity_imessage_active_seconds_count", "contiguity_imessage_attempts_sum",
				"contiguity_imessage_retries_total", "contiguity_line_wait_seconds_max", "contiguity_line_available");
		assertThat(exposition.labelsOf("contiguity_imessage_seconds_count")).containsExactly("account", "error",
				"exception", "operation", "outcome", "status");
		assertThat(exposition.labelsOf("contiguity_line_available")).containsExactly("account", "line");
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void nothingPrivateIsSeenOfWebhooksAndListenersBelongToTheRequest(WebApplicationType type) throws Exception {
		List<String> seen = Collections.synchronizedList(new ArrayList<>());
		try (LogRecorder log = new LogRecorder(); RecordingServer server = RecordingServer.start()) {
			try (ConfigurableApplicationContext context = start(type, server)) {
				byte[] incoming = Deliveries.incoming("evt_1", Canaries.RECIPIENT, Canaries.TEXT);
				byte[] text = Deliveries.event("evt_2", "text.incoming.mms",
						"{\"from\":\"%s\",\"to\":\"%s\",\"body\":\"%s\",\"attachments\":[{\"url\":\"%s\"}]}"
							.formatted(Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT, Canaries.ATTACHMENT));
				byte[] failed = Deliveries.event("evt_3", "text.delivery.failed",
						"{\"message_id\":\"imsg_1\",\"from\":\"%s\",\"to\":\"%s\",\"error\":\"no %s\"}"
							.formatted(Canaries.LINE, Canaries.RECIPIENT, Canaries.RECIPIENT));
				byte[] substitution = Deliveries.event("evt_4", "numbers.substitution",
						"{\"original_number\":\"%s\",\"used_number\":\"%s\",\"reason\":\"for %s\",\"message_id\":\"imsg_1\"}"
							.formatted(Canaries.LINE, Canaries.RECIPIENT, Canaries.LINE));
				byte[] unknown = Deliveries.event("evt_5", "something.new",
						"{\"to\":\"%s\"}".formatted(Canaries.RECIPIENT));
				byte[] noEvent = ("{\"to\":\"" + Canaries.RECIPIENT).getBytes(StandardCharsets.UTF_8);
				for (byte[] body : List.of(incoming, text, failed, substitution, unknown, incoming)) {
					assertThat(post(context, body, Deliveries.sign(body))).isEqualTo(200);
				}
				assertThat(post(context, noEvent, Deliveries.sign(noEvent))).isEqualTo(400);
				assertThat(post(context, incoming, Deliveries.sign("whsec_x", 1, incoming))).isEqualTo(401);
				Recorder recorder = context.getBean(Recorder.class);
				Awaitility.waitAtMost(TIMEOUT).until(() -> recorder.webhooks.size() == 5);
				Awaitility.waitAtMost(TIMEOUT).until(() -> context.getBean(WebhookReceiver.class).pendingEvents() == 0);
				recorder.webhooks.forEach((event) -> seen.add(event.toString()));
				addAllThatIsShown(context, seen);
				assertThat(get(context, "contiguity")).contains(
						"\"imessage.incoming\":{\"accepted\":1,\"duplicate\":1}", "\"failedEvents\":1",
						"\"handledEvents\":4", "\"pendingEvents\":0");
				ObservationRecorder observations = context.getBean(ObservationRecorder.class);
				assertThat(observations.stopped("contiguity.webhook")).hasSize(5)
					.allSatisfy((handling) -> assertThat(ObservationRecorder.parentOf(handling))
						.isEqualTo("http.server.requests"));
				Exposition exposition = Exposition.parse(get(context, "prometheus"));
				assertThat(exposition.labelsOf("contiguity_webhook_events_total")).containsExactly("result", "type");
				assertThat(exposition.labelsOf("contiguity_webhook_seconds_count")).containsExactly("error",
						"exception", "type");
			}
			// servers log everything they receive at TRACE
			log.lines()
				.stream()
				.filter((line) -> SERVER_LOGGERS.stream().noneMatch(line::startsWith))
				.forEach(seen::add);
			assertThat(leaks(seen)).isEmpty();
		}
	}

	private static int post(ConfigurableApplicationContext context, byte[] body, String signature) throws Exception {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/contiguity/webhook"))
			.header("Contiguity-Signature", signature)
			.POST(HttpRequest.BodyPublishers.ofByteArray(body))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private static void addAllThatIsShown(ConfigurableApplicationContext context, List<String> seen) {
		ENDPOINTS.forEach((endpoint) -> seen.add(get(context, endpoint)));
		context.getBean(MeterRegistry.class)
			.getMeters()
			.forEach((meter) -> seen.add(meter.getId() + " " + meter.measure()));
		seen.addAll(context.getBean(ObservationRecorder.class).shown());
		context.getBean(SimpleTracer.class).getSpans().forEach((span) -> seen.add(show(span)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "contiguity.from=15550198273", "contiguity.lines=+1555019827355501982735",
			"contiguity.fallback.from=+15550198273", "contiguity.webhook.secrets=whsec_canary0secret,,",
			"contiguity.lines=+15550198273 --contiguity.from=+15550164738", "contiguity.timeout=0s" })
	void nothingPrivateIsSeenOfAStartThatFails(String arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (LogRecorder log = new LogRecorder()) {
			assertThatException().isThrownBy(
					() -> application.run(("--contiguity.token=" + Canaries.TOKEN + " --" + arguments).split(" ")));
			String name = arguments.substring(0, arguments.indexOf('='));
			assertThat(log.lines())
				.anySatisfy((line) -> assertThat(line).contains("APPLICATION FAILED TO START", name));
			assertThat(leaks(log.lines())).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void anAccountThatIsRefusedDoesNotEndTheApplication(WebApplicationType type) {
		try (RecordingServer server = RecordingServer.start().otherwise(Reply.error(401, "No"));
				ConfigurableApplicationContext context = start(type, server,
						"--management.endpoint.health.probes.enabled=true")) {
			assertThat(get(context, "health")).contains("\"status\":\"DOWN\"", "\"contiguity\"", "401");
			for (String probe : List.of("health/liveness", "health/readiness")) {
				assertThat(get(context, probe)).as(probe).contains("\"status\":\"UP\"").doesNotContain("contiguity");
			}
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void environmentShowsNoTokenAndNoLineUnderAnyName() throws Exception {
		String json = "{\"contiguity\":{\"fallback\":{\"when\":\"imessage-fails\",\"from\":\"" + Canaries.LINE
				+ "\"}}}";
		try (RecordingServer server = RecordingServer.start();
				ConfigurableApplicationContext context = start(WebApplicationType.SERVLET, server,
						"--contiguity.token=${my.token}", "--my.token=" + Canaries.TOKEN,
						"--spring.application.json=" + json,
						"--marketing.command=run --contiguity.from=" + Canaries.LINE)) {
			for (String endpoint : List.of("env", "env/my.token", "env/marketing.command", "configprops")) {
				assertThat(leaks(List.of(get(context, endpoint)))).as(endpoint).isEmpty();
			}
			assertThat(get(context, "env")).contains("my.token", "marketing.command",
					"management.endpoint.env.show-values");
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, RecordingServer server,
			String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(type);
		application.setApplicationStartup(new BufferingApplicationStartup(10_000));
		application.setRegisterShutdownHook(false);
		return application.run(Stream.concat(Stream.of("--server.port=0", "--spring.main.banner-mode=off",
				"--contiguity.base-url=" + server.baseUrl(), "--contiguity.token=" + Canaries.TOKEN,
				"--contiguity.from=" + Canaries.LINE, "--contiguity.webhook.secrets=" + Deliveries.SECRET,
				"--contiguity.pacing.enabled=true", "--contiguity.pacing.rate=100000",
				"--contiguity.pacing.burst=100000", "--contiguity.retry.initial-interval=1ms",
				"--contiguity.retry.max-interval=1ms", "--contiguity.fallback.when=imessage-fails",
				"--contiguity.fallback.from=" + Canaries.LINE, "--management.endpoints.web.exposure.include=*",
				"--management.endpoint.health.show-details=always", "--management.endpoint.env.show-values=always",
				"--management.endpoint.configprops.show-values=always",
				"--management.httpexchanges.recording.include=request-headers,response-headers,remote-address"),
				Stream.of(arguments))
			.toArray(String[]::new));
	}

	private static void callAll(ImessageTemplate imessage, ReactiveImessageTemplate reactive, List<String> seen,
			boolean succeeds) {
		SendRequest request = SendRequest.to(Canaries.RECIPIENT)
			.message(Canaries.TEXT)
			.attachment(Canaries.ATTACHMENT)
			.fallback(Fallback.always().from(Canaries.LINE))
			.build();
		IncomingImessage received = new IncomingImessage("evt_1", Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT,
				Instant.EPOCH, Collections.emptyList());
		List<Consumer<List<String>>> operations = List.of((list) -> list.add("" + imessage.send(request)),
				(list) -> list.add("" + Mono.fromFuture(imessage.sendAsync(request)).block(TIMEOUT)),
				(list) -> addAll(list, imessage.sendAll(List.of(request, request))),
				(list) -> list.add("" + imessage.reply(received, Canaries.TEXT)),
				(list) -> list.add("" + reactive.send(request).block(TIMEOUT)),
				(list) -> addAll(list, reactive.sendAll(Flux.just(request)).collectList().block(TIMEOUT)),
				(list) -> list.add("" + imessage.get("imsg_1", true)),
				(list) -> list.add("" + imessage.history(Canaries.RECIPIENT, Canaries.LINE)),
				(list) -> list.add("" + imessage.react(ReactionAction.ADD,
						Reaction.of(Tapback.LOVE).toMessage(Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT))),
				(list) -> list
					.add("" + imessage.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId("imsg_1"))),
				(list) -> list.add("" + imessage.read(Canaries.RECIPIENT, Canaries.LINE)),
				(list) -> list.add("" + imessage.typing(TypingAction.START, Canaries.RECIPIENT, Canaries.LINE)),
				(list) -> {
					try (TypingIndicator typing = imessage.showTyping(Canaries.RECIPIENT, Canaries.LINE)) {
						list.add("" + typing);
					}
				}, (list) -> list.add("" + imessage.availability(Canaries.RECIPIENT)),
				(list) -> list.add("" + reactive.unwrap(Account.class).probe().block(TIMEOUT)));
		for (Consumer<List<String>> operation : operations) {
			try {
				operation.accept(seen);
			}
			catch (RuntimeException ex) {
				assertThat(succeeds).as(LogRecorder.print(ex)).isFalse();
				seen.add(LogRecorder.print(ex));
				if (ex instanceof SendOutcomeUnknownException unknown) {
					reconcile(imessage, unknown, seen);
				}
			}
		}
	}

	private static void reconcile(ImessageTemplate imessage, SendOutcomeUnknownException unknown, List<String> seen) {
		try {
			seen.add("" + imessage.reconcile(unknown));
		}
		catch (RuntimeException ex) {
			seen.add(LogRecorder.print(ex));
		}
	}

	private static void addAll(List<String> seen, List<SendResult> results) {
		for (SendResult result : results) {
			seen.add("" + result);
			if (result instanceof SendResult.Failed failed) {
				seen.add(LogRecorder.print(failed.exception()));
			}
		}
	}

	private static String show(SimpleSpan span) {
		return span.getName() + " " + span.getTags() + " " + span.getEvents()
				+ ((span.getError() != null) ? LogRecorder.print(span.getError()) : "");
	}

	private static String get(ConfigurableApplicationContext context, String endpoint) {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		try {
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + endpoint)).build(),
						HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).as(endpoint).isIn(200, 503);
			return answer.body();
		}
		catch (Exception ex) {
			throw new AssertionError(endpoint, ex);
		}
	}

	private static List<String> leaks(List<String> texts) {
		return texts.stream()
			.filter((text) -> Stream.of(Canaries.traces())
				.anyMatch((trace) -> text.toLowerCase(Locale.ROOT).contains(trace)))
			.map((text) -> (text.length() > 600) ? excerpt(text) : text)
			.toList();
	}

	private static String excerpt(String text) {
		for (String trace : Canaries.traces()) {
			int index = text.toLowerCase(Locale.ROOT).indexOf(trace);
			if (index >= 0) {
				return text.substring(0, 100) + " … "
						+ text.substring(Math.max(0, index - 200), Math.min(text.length(), index + 200));
			}
		}
		return text;
	}

	@Configuration(proxyBeanMethods = false)
	// Spring Security is on the class path for other tests, but this application permits
	// all requests
	@EnableAutoConfiguration(exclude = { SecurityAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class,
			ReactiveUserDetailsServiceAutoConfiguration.class, ReactiveManagementWebSecurityAutoConfiguration.class,
			ManagementWebSecurityAutoConfiguration.class, ReactiveWebSecurityAutoConfiguration.class,
			SecurityFilterAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class })
	static class Application {

		@Bean
		Recorder recorder() {
			return new Recorder();
		}

		@Bean
		InMemoryHttpExchangeRepository httpExchanges() {
			return new InMemoryHttpExchangeRepository();
		}

		@Bean
		SimpleTracer tracer() {
			return new SimpleTracer();
		}

		@Bean
		DefaultTracingObservationHandler tracing(SimpleTracer tracer) {
			return new DefaultTracingObservationHandler(tracer);
		}

		@Bean
		ObservationRecorder observationRecorder() {
			return new ObservationRecorder();
		}

	}

	static class Recorder {

		private final List<ImessageSendEvent> events = new CopyOnWriteArrayList<>();

		private final List<ContiguityWebhookEvent> webhooks = new CopyOnWriteArrayList<>();

		@EventListener
		void ended(ImessageSendEvent event) {
			this.events.add(event);
		}

		@EventListener
		void received(ContiguityWebhookEvent event) {
			this.webhooks.add(event);
			if (event instanceof TextReceivedEvent) {
				throw new IllegalStateException(event.raw());
			}
		}

	}

}
