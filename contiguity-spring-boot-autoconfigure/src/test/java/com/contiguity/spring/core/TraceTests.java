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

package com.contiguity.spring.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.EventPublishingContextWrapper;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.otel.bridge.Slf4JEventListener;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with a real tracer: events and log messages of a send belong to the trace of the
 * caller.
 */
class TraceTests {

	private static final Logger logger = LoggerFactory.getLogger(TraceTests.class);

	// adds the trace id to log messages, as Spring Boot does
	private static final Slf4JEventListener MDC_LISTENER = new Slf4JEventListener();

	static {
		ContextStorage.addWrapper(new EventPublishingContextWrapper(MDC_LISTENER::onEvent));
	}

	private final List<ReadableSpan> spans = new CopyOnWriteArrayList<>();

	private final SdkTracerProvider tracing = SdkTracerProvider.builder().addSpanProcessor(new Recorder()).build();

	private final OtelTracer tracer = new OtelTracer(this.tracing.get("test"), new OtelCurrentTraceContext(),
			MDC_LISTENER::onEvent);

	private final ObservationRegistry registry = ObservationRegistry.create();

	private RecordingServer server;

	@BeforeEach
	void start() {
		this.registry.observationConfig().observationHandler(new DefaultTracingObservationHandler(this.tracer));
		this.server = RecordingServer.start();
	}

	@AfterEach
	void close() {
		this.server.close();
		this.tracing.close();
	}

	static List<String> everyWay() {
		return Ways.all();
	}

	@ParameterizedTest
	@MethodSource("everyWay")
	void listenersAndWhatTheyLogBelongToTheTraceOfTheCaller(String way) throws Throwable {
		this.server.reply(Reply.error(429, "Later"));
		ReactiveImessageTemplate template = ReactiveImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.backOffPolicy(new NoBackOffPolicy())
			.retryListeners(List.of(new LoggingRetryListener()))
			.webClientBuilder(WebClient.builder().observationRegistry(this.registry))
			.observationRegistry(this.registry)
			.eventPublisher((event) -> {
				logger.info("listener: " + ((ImessageSendEvent) event).attempts());
				throw new IllegalStateException("a listener's bug");
			})
			.buildReactive();
		Observation outer = Observation.start("outer", this.registry);
		try (LogRecorder log = new LogRecorder()) {
			Ways.send(way, template, outer);
			outer.stop();
			Awaitility.waitAtMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(lines(log, "ImessageSentEvent")).hasSize(1));
			Awaitility.waitAtMost(Duration.ofSeconds(30)).until(() -> this.spans.size() == 4);
			assertThat(this.spans).extracting((span) -> span.getSpanContext().getTraceId()).containsOnly(traceId());
			assertThat(this.spans).extracting(ReadableSpan::getName)
				.containsExactlyInAnyOrder("outer", "imessage send", "http post", "http post");
			for (String logged : List.of("listener: 2", "retry listener: RateLimitedException",
					"retry listener: success", "ImessageSentEvent")) {
				assertThat(lines(log, logged)).as(logged)
					.hasSize(1)
					.allSatisfy((line) -> assertThat(line).contains("traceId=" + traceId()));
			}
		}
		assertThat(this.tracer.currentSpan()).isNull();
	}

	private String traceId() {
		return this.spans.stream()
			.filter((span) -> "outer".equals(span.getName()))
			.map((span) -> span.getSpanContext().getTraceId())
			.findFirst()
			.orElseThrow();
	}

	private static List<String> lines(LogRecorder log, String text) {
		return log.lines().stream().filter((line) -> line.contains(text)).toList();
	}

	private final class Recorder implements SpanProcessor {

		@Override
		public void onStart(Context parent, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			TraceTests.this.spans.add(span);
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

	private static final class LoggingRetryListener implements RetryListener {

		@Override
		public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
				Throwable failure) {
			logger.info("retry listener: " + failure.getClass().getSimpleName());
		}

		@Override
		public <T, E extends Throwable> void onSuccess(RetryContext context, RetryCallback<T, E> callback, T result) {
			logger.info("retry listener: success");
		}

	}

}
