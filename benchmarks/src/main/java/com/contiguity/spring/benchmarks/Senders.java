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

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.observation.MicrometerContiguityMeters;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.netty.buffer.Unpooled;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The ways to send a message that are compared.
 */
enum Senders {

	/**
	 * Reactor Netty with a JSON library: the lower limit of the cost of a {@code
	 * WebClient}.
	 */
	REACTOR_NETTY((port, watching) -> {
		ConnectionProvider pool = pool();
		HttpClient client = HttpClient.create(pool)
			.baseUrl("http://localhost:" + port)
			.headers((headers) -> headers.set("Authorization", "Bearer token").set("Content-Type", "application/json"));
		JsonMapper json = JsonMapper.builder().build();
		return sender(() -> client.post()
			.uri("/send/imessage")
			.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(json.writeValueAsBytes(body()))))
			.responseSingle((response, content) -> content.asByteArray())
			.map((bytes) -> json.readValue(bytes, Answer.class).data().messageId())
			.block(), pool::dispose);
	}),

	/**
	 * A typical hand-written {@code WebClient}, with which the templates are compared.
	 */
	WEB_CLIENT((port, watching) -> {
		ConnectionProvider pool = pool();
		WebClient client = WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(pool)))
			.baseUrl("http://localhost:" + port)
			.defaultHeader("Authorization", "Bearer token")
			.observationRegistry(watching.observations())
			.build();
		return sender(() -> client.post()
			.uri("/send/imessage")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(body())
			.retrieve()
			.bodyToMono(Answer.class)
			.map((answer) -> answer.data().messageId())
			.block(), pool::dispose);
	}),

	/** The reactive template. */
	REACTIVE_TEMPLATE((port, watching) -> {
		ReactiveImessageTemplate template = template(port, watching).linePacer(null).buildReactive();
		return sender(() -> template.send(Sender.TO, Sender.TEXT).block().messageId(), template::close);
	}),

	/** The blocking template. */
	TEMPLATE((port, watching) -> {
		ImessageTemplate template = template(port, watching).linePacer(null).build();
		return sender(() -> template.send(Sender.TO, Sender.TEXT).messageId(), template::close);
	}),

	/** The blocking template, with a line that is never exhausted. */
	PACED_TEMPLATE((port, watching) -> {
		ImessageTemplate template = template(port, watching).pacing(10_000_000, 10_000_000).build();
		return sender(() -> template.send(Sender.TO, Sender.TEXT).messageId(), template::close);
	}),

	/** A typical hand-written {@code RestClient} on HttpComponents. */
	REST_CLIENT((port, watching) -> {
		CloseableHttpClient http = HttpClients.custom().setConnectionManager(connections()).build();
		RestClient client = RestClient.builder()
			.requestFactory(new HttpComponentsClientHttpRequestFactory(http))
			.baseUrl("http://localhost:" + port)
			.defaultHeader("Authorization", "Bearer token")
			.observationRegistry(watching.observations())
			.build();
		return sender(() -> client.post()
			.uri("/send/imessage")
			.contentType(MediaType.APPLICATION_JSON)
			.body(body())
			.retrieve()
			.body(Answer.class)
			.data()
			.messageId(), () -> closeQuietly(http));
	}),

	/** Twilio's Java helper, whose requests are redirected to the stub. */
	TWILIO((port, watching) -> {
		HttpRoute route = new HttpRoute(new HttpHost("http", "localhost", port));
		HttpClientBuilder http = HttpClientBuilder.create()
			.setConnectionManager(connections())
			.setRoutePlanner((target, context) -> route);
		TwilioRestClient client = new TwilioRestClient.Builder("AC0123456789abcdef0123456789abcdef", "token")
			.httpClient(new NetworkHttpClient(http))
			.build();
		return sender(() -> Message.creator(new PhoneNumber(Sender.TO), new PhoneNumber(Sender.FROM), Sender.TEXT)
			.create(client)
			.getSid(), () -> {
			});
	});

	/** More than the maximum number of callers. */
	private static final int CONNECTIONS = 512;

	private final BiFunction<Integer, Watching, Sender> factory;

	Senders(BiFunction<Integer, Watching, Sender> factory) {
		this.factory = factory;
	}

	/**
	 * Create a sender.
	 * @param port the port of the stub
	 * @param watching the observation of the calls
	 * @return the sender
	 */
	Sender create(int port, Watching watching) {
		return this.factory.apply(port, watching);
	}

	private static ImessageTemplateBuilder template(int port, Watching watching) {
		ImessageTemplateBuilder builder = ImessageTemplate.builder()
			.token("contiguity_sk_benchmark")
			.baseUrl("http://localhost:" + port)
			.from(Sender.FROM)
			.webClientBuilder(WebClient.builder().observationRegistry(watching.observations()))
			.observationRegistry(watching.observations());
		return (watching.meters() != null) ? builder.meters(new MicrometerContiguityMeters(watching.meters()))
				: builder;
	}

	private static Map<String, Object> body() {
		return Map.of("to", Sender.TO, "from", Sender.FROM, "message", Sender.TEXT);
	}

	private static ConnectionProvider pool() {
		return ConnectionProvider.builder("by-hand").maxConnections(CONNECTIONS).build();
	}

	private static PoolingHttpClientConnectionManager connections() {
		return PoolingHttpClientConnectionManagerBuilder.create()
			.setMaxConnTotal(CONNECTIONS)
			.setMaxConnPerRoute(CONNECTIONS)
			.build();
	}

	private static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Sender sender(Supplier<String> send, Runnable close) {
		return new Sender() {

			@Override
			public String send() {
				return send.get();
			}

			@Override
			public void close() {
				close.run();
			}

		};
	}

	/**
	 * The observation of calls.
	 *
	 * @param observations the observation registry
	 * @param meters the meter registry, or {@code null}
	 */
	record Watching(ObservationRegistry observations, PrometheusMeterRegistry meters) {

		static final Watching NOBODY = new Watching(ObservationRegistry.NOOP, null);

		static Watching of(String name) {
			return switch (name) {
				case "none" -> NOBODY;
				case "meters" -> watching(false);
				case "tracing" -> watching(true);
				default -> throw new IllegalArgumentException(name);
			};
		}

		private static Watching watching(boolean tracing) {
			PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
			if (tracing) {
				SdkTracerProvider provider = SdkTracerProvider.builder().build();
				OtelTracer tracer = new OtelTracer(provider.get("benchmarks"), new OtelCurrentTraceContext(),
						(event) -> {
						});
				observations.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
			}
			return new Watching(observations, meters);
		}

	}

	/**
	 * The response of the API, as in hand-written code.
	 *
	 * @param id the id of the request
	 * @param data the data
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	record Answer(String id, Data data) {

		/**
		 * The data of a response.
		 *
		 * @param messageId the id of the message
		 */
		@JsonIgnoreProperties(ignoreUnknown = true)
		record Data(@JsonProperty("message_id") String messageId) {
		}

	}

}
