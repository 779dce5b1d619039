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

package com.contiguity.spring.starter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The smallest application there is: nothing but the starter.
 */
class StarterTests {

	private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

	private HttpServer server;

	@BeforeEach
	void startServer() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", (exchange) -> {
			this.requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
					+ exchange.getRequestHeaders().getFirst("Authorization") + " "
					+ new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			byte[] answer = "{\"data\":{\"message_id\":\"imsg_1\"}}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		});
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.server.stop(0);
	}

	private static ConfigurableApplicationContext run(Map<String, Object> properties) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setDefaultProperties(properties);
		return application.run();
	}

	private Map<String, Object> token() {
		return Map.of("contiguity.token", "contiguity_sk_starter", "contiguity.base-url",
				"http://localhost:" + this.server.getAddress().getPort());
	}

	@Test
	void sendsWithNothingButAToken() {
		try (ConfigurableApplicationContext context = run(token())) {
			assertThat(context.getBean(ImessageTemplate.class).send("+15557654321", "Hello").messageId())
				.isEqualTo("imsg_1");
			assertThat(this.requests).containsExactly("POST /send/imessage Token contiguity_sk_starter "
					+ "{\"to\":\"+15557654321\",\"message\":\"Hello\"}");
		}
	}

	@Test
	void startsWithoutATokenAndWithoutItsBeans() {
		try (ConfigurableApplicationContext context = run(Collections.emptyMap())) {
			assertThat(context.getBeanNamesForType(ImessageOperations.class)).isEmpty();
			assertThat(context.getBeanNamesForType(ReactiveImessageOperations.class)).isEmpty();
		}
	}

	@Test
	void bringsNoWebServer() {
		assertThat(WebApplicationType.deduce()).isEqualTo(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = run(token())) {
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.contains("WebServer"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.actuate.endpoint.annotation.Endpoint",
			"org.springframework.boot.health.contributor.HealthIndicator",
			"org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
			"org.springframework.web.servlet.DispatcherServlet", "jakarta.servlet.Servlet",
			"org.testcontainers.containers.GenericContainer", "org.mockserver.integration.ClientAndServer" })
	void doesWithout(String type) {
		assertThat(ClassUtils.isPresent(type, null)).isFalse();
	}

	@Test
	void startsNoThreadAndNoConnectionBeforeItsFirstUse() {
		Set<String> without = threadsOf(Collections.emptyMap());
		Set<String> with = threadsOf(token());
		assertThat(with).isSubsetOf(without);
		assertThat(this.requests).isEmpty();
	}

	private static Set<String> threadsOf(Map<String, Object> properties) {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (ConfigurableApplicationContext context = run(properties)) {
			assertThat(context.isRunning()).isTrue();
			return Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> !before.contains(thread) && !isOfTheServer(thread))
				.map(Thread::getName)
				.collect(Collectors.toSet());
		}
	}

	private static boolean isOfTheServer(Thread thread) {
		return List.of("HTTP-Dispatcher", "idle-timeout-task", "server-timer", "req-rsp-timeout-task")
			.stream()
			.anyMatch((name) -> thread.getName().startsWith(name));
	}

	@SpringBootApplication
	static class Application {

	}

}
