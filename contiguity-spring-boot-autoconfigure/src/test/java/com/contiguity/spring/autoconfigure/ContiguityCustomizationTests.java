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

package com.contiguity.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.SendInterceptor;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.testsupport.RecordedRequest;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.codec.ByteArrayDecoder;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContiguityAutoConfiguration}: what an application can customize, and
 * what it must not change by accident.
 */
class ContiguityCustomizationTests {

	private static final String RECIPIENT = "+15557654321";

	private RecordingServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class, SslAutoConfiguration.class,
					HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
					WebClientAutoConfiguration.class, CodecsAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_custom",
					"contiguity.base-url=" + this.server.baseUrl());
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	@Test
	void appliesCustomizersInTheirOrder() {
		this.contextRunner.withUserConfiguration(Customizers.class).run((context) -> {
			context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
			RecordedRequest request = this.server.take();
			assertThat(request.header("X-Order")).isEqualTo("boot,first,second");
			assertThat(request.bodyText()).contains("\"from\":\"+15551113333\"");
		});
	}

	@Test
	void callsInterceptorsInTheirOrder() {
		this.contextRunner.withUserConfiguration(Interceptors.class).run((context) -> {
			context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
			assertThat(this.server.take().bodyText()).contains("\"message\":\"Hello, first, second\"");
		});
	}

	@Test
	void usesALineSelectorAndALinePacerOfTheUser() {
		List<String> paced = new ArrayList<>();
		LinePacer pacer = (line, maxWait) -> Mono.fromCallable(() -> {
			paced.add(line);
			return () -> {
			};
		});
		this.contextRunner.withPropertyValues("contiguity.from=+15551112222")
			.withBean(LineSelector.class, () -> (selection) -> "+15551118888")
			.withBean(LinePacer.class, () -> pacer)
			.run((context) -> {
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(this.server.take().bodyText()).contains("\"from\":\"+15551118888\"");
				assertThat(paced).containsExactly("+15551118888");
			});
	}

	@Test
	void thePacerCanBeAskedForTheLoadOfALine() {
		this.contextRunner
			.withPropertyValues("contiguity.from=+15551112222", "contiguity.pacing.rate=0.01",
					"contiguity.pacing.burst=3")
			.run((context) -> {
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(context.getBean(LinePacer.class).load("+15551112222")).isEqualTo(new LinePacer.Load(2, 0));
			});
	}

	@Test
	void thereIsNoPacerIfPacingIsDisabled() {
		this.contextRunner.withPropertyValues("contiguity.pacing.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LinePacer.class));
	}

	@Test
	void aLineSelectorOfTheUserSelectsFromTheLeasedLines() {
		this.server.reply(Reply.data("""
				{"numbers":[
				{"id":"+15551110001","lease_status":"active","capabilities":{"channels":["imessage"]}},
				{"id":"+15551110002","lease_status":"active","capabilities":{"channels":["imessage"]}}]}"""));
		this.contextRunner.withPropertyValues("contiguity.leased-lines.enabled=true")
			.withBean(LineSelector.class, () -> (selection) -> selection.lines().get(1).number())
			.run((context) -> {
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(this.server.take().methodAndPath()).isEqualTo("GET /numbers/leased");
				assertThat(this.server.take().bodyText()).contains("\"from\":\"+15551110002\"");
			});
	}

	@Test
	void usesMarkedBeansOfSpringRetry() {
		this.server.otherwise(Reply.error(429, "Slow down"));
		this.contextRunner.withUserConfiguration(MarkedRetry.class, UnmarkedRetry.class).run((context) -> {
			assertThatExceptionOfType(RateLimitedException.class)
				.isThrownBy(() -> context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello"));
			assertThat(this.server.requests()).hasSize(5);
			assertThat(context.getBean("marked", CountingListener.class).errors).isEqualTo(5);
			assertThat(context.getBean("unmarked", CountingListener.class).errors).isZero();
		});
	}

	@Test
	void leavesUnmarkedBeansOfSpringRetryAlone() {
		this.server.reply(Reply.error(429, "Slow down"));
		this.contextRunner.withUserConfiguration(UnmarkedRetry.class)
			.withPropertyValues("contiguity.retry.initial-interval=1ms")
			.run((context) -> {
				assertThat(context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello").attempts()).isEqualTo(2);
				assertThat(context.getBean("unmarked", CountingListener.class).errors).isZero();
			});
	}

	@Test
	void refusesTwoMarkedPolicies() {
		this.contextRunner.withUserConfiguration(MarkedRetry.class, AnotherMarkedPolicy.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(NoUniqueBeanDefinitionException.class));
	}

	@Test
	void nothingThatAnApplicationDoesToItsJsonChangesAByte() {
		List<String> untouched = exchangeEverything(this.contextRunner);
		List<String> touched = exchangeEverything(this.contextRunner
			.withPropertyValues("spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE",
					"spring.jackson.default-property-inclusion=non_default",
					"spring.jackson.serialization.indent_output=true",
					"spring.jackson.deserialization.fail_on_unknown_properties=true",
					"spring.jackson.json.write.escape_non_ascii=true", "spring.http.codecs.log-request-details=true",
					"spring.http.codecs.max-in-memory-size=1B")
			.withBean(JsonMapper.class,
					() -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE).build())
			.withUserConfiguration(Hostile.class));
		assertThat(touched).isEqualTo(untouched);
	}

	private List<String> exchangeEverything(ApplicationContextRunner runner) {
		List<String> requests = new ArrayList<>();
		runner.run((context) -> {
			int before = this.server.requests().size();
			ImessageOperations imessage = context.getBean(ImessageOperations.class);
			assertThat(imessage
				.send(SendRequest.to(RECIPIENT)
					.message("Grüße 👋")
					.fallback(Fallback.always())
					.attachment("https://example.com/a.png")
					.fastTrack(false)
					.build())
				.messageId()).isEqualTo("imsg_1");
			this.server.reply(Reply.data("{\"conversation\":[{\"message\":\"Grüße\",\"unknown\":1}]}"));
			assertThat(imessage.history(HistoryRequest.between(RECIPIENT, "+15551112222").build()).messages())
				.singleElement()
				.satisfies((message) -> assertThat(message.message()).isEqualTo("Grüße"));
			this.server.reply(Reply.error(400, "No, " + "x".repeat(500)));
			assertThatExceptionOfType(ContiguityApiException.class).isThrownBy(() -> imessage.get("imsg_1"))
				.satisfies((failure) -> assertThat(failure.error()).startsWith("No, "));
			this.server.requests().stream().skip(before).forEach((request) -> requests.add(request.text()));
		});
		assertThat(requests).hasSize(3);
		return requests;
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		ContiguityWebClientCustomizer second() {
			return (builder) -> builder.defaultHeaders((headers) -> append(headers, "second"));
		}

		@Bean
		@Order(1)
		ContiguityWebClientCustomizer first() {
			return (builder) -> builder.defaultHeaders((headers) -> append(headers, "first"));
		}

		@Bean
		WebClientCustomizer boot() {
			return (builder) -> builder.defaultHeaders((headers) -> append(headers, "boot"));
		}

		@Bean
		@Order(2)
		ImessageTemplateCustomizer last() {
			return (builder) -> builder.from("+15551113333");
		}

		@Bean
		@Order(1)
		ImessageTemplateCustomizer before() {
			return (ImessageTemplateBuilder builder) -> builder.from("+15551112222").timeout(Duration.ofSeconds(20));
		}

		private static void append(HttpHeaders headers, String value) {
			String values = headers.getFirst("X-Order");
			headers.set("X-Order", (values != null) ? values + "," + value : value);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		@Bean
		@Order(2)
		SendInterceptor second() {
			return appending("second");
		}

		@Bean
		@Order(1)
		SendInterceptor first() {
			return appending("first");
		}

		private static SendInterceptor appending(String text) {
			return (request, chain) -> chain.proceed(request.mutate().message(request.message() + ", " + text).build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hostile {

		@Bean
		WebClientCustomizer hostile() {
			return (builder) -> builder.baseUrl("http://localhost:1/elsewhere")
				.defaultHeader(HttpHeaders.AUTHORIZATION, "Basic secret")
				.defaultHeader(HttpHeaders.USER_AGENT, "hostile")
				.defaultHeader(HttpHeaders.ACCEPT, "application/xml")
				.defaultHeader(HttpHeaders.CONTENT_TYPE, "application/xml")
				.clientConnector(new ReactorClientHttpConnector(HttpClient.create().port(1)))
				.codecs((codecs) -> {
					codecs.registerDefaults(false);
					codecs.customCodecs().register(new ByteArrayDecoder());
				});
		}

		@Bean
		ContiguityWebClientCustomizer hostileToo() {
			return (builder) -> builder.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(1))
				.defaultRequest((request) -> request.header(HttpHeaders.AUTHORIZATION, "Basic secret")
					.header(HttpHeaders.USER_AGENT, "hostile")
					.header(HttpHeaders.CONTENT_TYPE, "application/xml")
					.header(HttpHeaders.ACCEPT, "application/xml"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MarkedRetry {

		@Bean
		@ContiguityRetry
		RetryPolicy fiveAttempts() {
			return new MaxAttemptsRetryPolicy(5);
		}

		@Bean
		@ContiguityRetry
		BackOffPolicy atOnce() {
			return new NoBackOffPolicy();
		}

		@Bean
		@ContiguityRetry
		CountingListener marked() {
			return new CountingListener();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnotherMarkedPolicy {

		@Bean
		@ContiguityRetry
		RetryPolicy never() {
			return new NeverRetryPolicy();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UnmarkedRetry {

		@Bean
		RetryPolicy unmarkedPolicy() {
			return new NeverRetryPolicy();
		}

		@Bean
		BackOffPolicy unmarkedBackOff() {
			return new NoBackOffPolicy();
		}

		@Bean
		CountingListener unmarked() {
			return new CountingListener();
		}

	}

	static class CountingListener implements RetryListener {

		private int errors;

		@Override
		public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
				Throwable failure) {
			this.errors++;
		}

	}

}
