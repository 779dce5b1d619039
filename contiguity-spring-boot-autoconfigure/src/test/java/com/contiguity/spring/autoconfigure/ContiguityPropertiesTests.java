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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.LineBusyException;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.Certificates;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ContiguityProperties}: each property has an effect, and an invalid
 * value is reported with the name of its property.
 */
class ContiguityPropertiesTests {

	private static final String RECIPIENT = "+15557654321";

	private RecordingServer server;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class, SslAutoConfiguration.class,
					HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
					WebClientAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_properties",
					"contiguity.base-url=" + this.server.baseUrl());
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private void with(Consumer<ImessageOperations> test, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context.getBean(ImessageOperations.class));
		});
	}

	@Test
	void sendsFromTheConfiguredLine() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.take().bodyText()).contains("\"from\":\"+15551112222\"");
		}, "contiguity.from=+15551112222");
	}

	@Test
	void sendsFromOneOfTheConfiguredLines() {
		with((imessage) -> {
			for (int i = 0; i < 8; i++) {
				imessage.send("+1555765432" + i, "Hello");
			}
			assertThat(this.server.requests()).extracting((request) -> request.bodyText())
				.anyMatch((body) -> body.contains("\"from\":\"+15551112222\""))
				.anyMatch((body) -> body.contains("\"from\":\"+15551113333\""));
		}, "contiguity.lines=+15551112222,+15551113333", "contiguity.pacing.enabled=false");
	}

	@Test
	void sendsTheConfiguredFallbackAndFastTrack() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.take().bodyText()).contains(
					"\"fallback\":{\"when\":[\"imessage_unsupported\",\"imessage_fails\"],\"from\":\"+15551114444\"}",
					"\"fast_track\":true");
		}, "contiguity.fallback.when=imessage-fails,imessage-unsupported", "contiguity.fallback.from=+15551114444",
				"contiguity.fast-track=true");
	}

	@Test
	void namesTheTokenAsConfigured() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.take().header("Authorization")).isEqualTo("Bearer contiguity_sk_properties");
		}, "contiguity.authorization-scheme=bearer");
	}

	@Test
	void sendsATokenWithBlanksAroundItWithoutThem() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.take().header("Authorization")).isEqualTo("Token contiguity_sk_properties");
		}, "contiguity.token= contiguity_sk_properties\n");
	}

	@Test
	void endsACallAtItsTimeout() {
		this.server.otherwise(Reply.silence());
		with((imessage) -> assertThatExceptionOfType(SendOutcomeUnknownException.class)
			.isThrownBy(() -> imessage.send(RECIPIENT, "Hello"))
			.withMessageContaining("within 2000 ms"), "contiguity.timeout=2s");
	}

	@ParameterizedTest
	@ValueSource(strings = { "contiguity.http.read-timeout=250ms", "spring.http.clients.read-timeout=250ms" })
	void givesUpReadingAfterTheReadTimeout(String property) {
		this.server.otherwise(Reply.silence());
		with((imessage) -> assertThatExceptionOfType(SendOutcomeUnknownException.class)
			.isThrownBy(() -> imessage.send(RECIPIENT, "Hello"))
			.withMessageNotContaining("contiguity.timeout"), property);
	}

	@Test
	void itsOwnTimeoutsWinOverTheApplications() {
		ContiguityProperties properties = new ContiguityProperties();
		ContiguityPropertiesMapper mapper = new ContiguityPropertiesMapper(properties);
		HttpClientSettings global = HttpClientSettings.defaults().withTimeouts(Duration.ofSeconds(7), null);
		assertThat(mapper.httpClientSettings(null, null).connectTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(mapper.httpClientSettings(null, null).readTimeout()).isEqualTo(Duration.ofSeconds(20));
		assertThat(mapper.httpClientSettings(null, global).connectTimeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(mapper.httpClientSettings(null, global).readTimeout()).isEqualTo(Duration.ofSeconds(20));
		properties.getHttp().setConnectTimeout(Duration.ofSeconds(3));
		assertThat(mapper.httpClientSettings(null, global).connectTimeout()).isEqualTo(Duration.ofSeconds(3));
		assertThat(mapper.httpClientSettings(Certificates.client(), global).sslBundle()).isNotNull();
	}

	@Test
	void limitsTheConnectionsAndTheWaitForThem() {
		this.server.otherwise(Reply.silence());
		with((imessage) -> {
			CompletableFuture<SendReceipt> first = imessage.sendAsync(SendRequest.to(RECIPIENT).message("1").build());
			this.server.take();
			assertThatExceptionOfType(ContiguityTransportException.class)
				.isThrownBy(() -> imessage.send(RECIPIENT, "2"))
				.satisfies(
						(failure) -> assertThat(failure.phase()).isEqualTo(ContiguityTransportException.Phase.CONNECT));
			assertThat(this.server.connections()).isEqualTo(1);
			first.cancel(true);
		}, "contiguity.http.max-connections=1", "contiguity.http.pending-acquire-timeout=100ms",
				"contiguity.retry.enabled=false");
	}

	@Test
	void trustsWhatTheSslBundleTrusts() {
		try (RecordingServer tls = RecordingServer.start(Certificates.server())) {
			with((imessage) -> {
				imessage.send(RECIPIENT, "Hello");
				assertThat(tls.requests()).hasSize(1);
			}, "contiguity.base-url=" + tls.baseUrl(), "contiguity.http.ssl.bundle=contiguity",
					"spring.ssl.bundle.pem.contiguity.truststore.certificate=" + Certificates.CERTIFICATE);
		}
	}

	@Test
	void triesAgainAsOftenAsConfigured() {
		this.server.otherwise(Reply.error(429, "Slow down"));
		with((imessage) -> assertThatExceptionOfType(RateLimitedException.class)
			.isThrownBy(() -> imessage.send(RECIPIENT, "Hello")), "contiguity.retry.max-retries=4",
				"contiguity.retry.initial-interval=1ms", "contiguity.retry.multiplier=1.5",
				"contiguity.retry.max-interval=2ms");
		assertThat(this.server.requests()).hasSize(5);
	}

	@ParameterizedTest
	@ValueSource(strings = { "contiguity.retry.enabled=false", "contiguity.retry.max-retries=0" })
	void doesNotTryAgainIfNotWanted(String property) {
		this.server.otherwise(Reply.error(429, "Slow down"));
		with((imessage) -> assertThatExceptionOfType(RateLimitedException.class)
			.isThrownBy(() -> imessage.send(RECIPIENT, "Hello")), property);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void pacesTheLineAsConfigured() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "1");
			imessage.send(RECIPIENT, "2");
			assertThatExceptionOfType(LineBusyException.class).isThrownBy(() -> imessage.send(RECIPIENT, "3"))
				.satisfies((busy) -> assertThat(busy.availableIn()).isBetween(Duration.ofSeconds(90),
						Duration.ofSeconds(100)));
		}, "contiguity.from=+15551112222", "contiguity.pacing.rate=0.01", "contiguity.pacing.burst=2",
				"contiguity.pacing.max-wait=0s");
	}

	@Test
	void doesNotPaceIfNotWanted() {
		with((imessage) -> {
			for (int i = 0; i < 20; i++) {
				int number = i;
				assertThatNoException().isThrownBy(() -> imessage.send(RECIPIENT, "Hello " + number));
			}
		}, "contiguity.from=+15551112222", "contiguity.pacing.enabled=false", "contiguity.pacing.max-wait=0s");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			contiguity.timeout,                    0s
			contiguity.base-url,                   api.contiguity.com
			contiguity.base-url,                   ftp://api.contiguity.com
			contiguity.base-url,                   https://
			contiguity.base-url,                   http://mock_server:1080
			contiguity.token,                      contiguity_sk_a b
			contiguity.token,                      whsec_canary
			contiguity.from,                       ' '
			contiguity.fallback.from,              ' '
			contiguity.retry.max-retries,          -1
			contiguity.retry.initial-interval,     0ms
			contiguity.retry.multiplier,           0.5
			contiguity.retry.max-interval,         -1s
			contiguity.pacing.rate,                0
			contiguity.pacing.burst,               0
			contiguity.pacing.max-wait,            -1s""")
	void reportsWhatCannotBeByItsName(String property, String value) {
		this.contextRunner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(failure) -> assertThat(failure.getName()).isEqualTo(property)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			contiguity.base-url | http://mock_server:1080 | http://mock_server:1080 | host
			contiguity.from     | ''                      | ''                      | must not be empty
			contiguity.http.max-idle-time | 0s            | PT0S                    | must be positive""")
	void saysWhatIsWrongWithAValue(String property, String value, String shown, String reason) {
		this.contextRunner.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (failure) -> {
					assertThat(failure.getName()).isEqualTo(property);
					assertThat(failure.getValue()).hasToString(shown);
					assertThat(failure.getReason()).contains(reason);
				}));
	}

	@ParameterizedTest
	@MethodSource
	void reportsAnInvalidLineWithoutShowingIt(String name, List<String> properties) {
		try (LogRecorder log = new LogRecorder()) {
			this.contextRunner.withPropertyValues(properties.toArray(String[]::new)).run((context) -> {
				assertThat(context).getFailure()
					.rootCause()
					.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
							(failure) -> assertThat(failure.getName()).isEqualTo(name));
				assertThat(LogRecorder.print(context.getStartupFailure())).doesNotContain("5550198273");
			});
			assertThat(log.lines().stream().filter((line) -> line.startsWith("com.contiguity")))
				.noneMatch((line) -> line.toLowerCase(Locale.ROOT).contains("5550198273"));
		}
	}

	static Stream<Arguments> reportsAnInvalidLineWithoutShowingIt() {
		return Stream.of(arguments("contiguity.from", "contiguity.from=15550198273"),
				arguments("contiguity.from", "contiguity.from=+1 555 019 8273 5550198273"),
				arguments("contiguity.lines[1]", "contiguity.lines=+15551112222,5550198273"),
				arguments("contiguity.fallback.from", "contiguity.fallback.when=imessage-fails",
						"contiguity.fallback.from=5550198273"),
				arguments("contiguity.fallback.from", "contiguity.fallback.from=+15550198273"));
	}

	private static Arguments arguments(String name, String... properties) {
		return Arguments.of(name, List.of(properties));
	}

	@Test
	void saysWhatYamlMakesOfANumberWithoutQuotes() {
		this.contextRunner.withPropertyValues("contiguity.from=15550198273")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(failure) -> assertThat(failure.getReason())
							.contains("In YAML, a number with '+' needs quotes")));
	}

	@Test
	void acceptsValuesWithSurroundingWhiteSpace() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.requests().get(0).body()).asString(StandardCharsets.UTF_8)
				.contains("\"from\":\"+15551112222\"")
				.contains("\"from\":\"+15551113333\"");
		}, "contiguity.from=+15551112222\n", "contiguity.base-url= " + this.server.baseUrl() + "/\n",
				"contiguity.fallback.when=imessage-fails", "contiguity.fallback.from= +15551113333\n");
	}

	@Test
	void acceptsAPoolOfLinesWithSurroundingWhiteSpace() {
		with((imessage) -> {
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.requests().get(0).body()).asString(StandardCharsets.UTF_8)
				.contains("\"from\":\"+15551112222\"");
		}, "contiguity.lines[0]=+15551112222\n");
	}

	@Test
	void warnsOfAUrlInTheClearAndOfATimeoutWithoutAUnit() {
		try (LogRecorder log = new LogRecorder()) {
			this.contextRunner.withPropertyValues("contiguity.base-url=http://api.example.com", "contiguity.timeout=5")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.lines()).anyMatch((line) -> line.contains("all messages are sent unencrypted"))
				.anyMatch((line) -> line.contains("'contiguity.timeout' is 5 ms"));
		}
		try (LogRecorder log = new LogRecorder()) {
			this.contextRunner.withPropertyValues("contiguity.base-url=http://localhost:1080", "contiguity.timeout=5s")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.lines()).noneMatch((line) -> line.contains("unencrypted") || line.contains("5 ms"));
		}
	}

	@Test
	void refusesOneLineAndAPoolAtOnce() {
		this.contextRunner
			.withPropertyValues("contiguity.from=+15550198273", "contiguity.lines=+15551112222,+15551113333")
			.run((context) -> {
				assertThat(context).getFailure()
					.rootCause()
					.isInstanceOfSatisfying(MutuallyExclusiveConfigurationPropertiesException.class,
							(failure) -> assertThat(failure.getConfiguredNames())
								.containsExactlyInAnyOrder("contiguity.from", "contiguity.lines"));
				assertThat(LogRecorder.print(context.getStartupFailure())).doesNotContain("5550198273");
			});
	}

	@Test
	void warnsOfATokenOfAnotherKindWithoutShowingIt() {
		try (LogRecorder log = new LogRecorder()) {
			this.contextRunner.withPropertyValues("contiguity.token=sk_live_secret")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(log.lines()).anyMatch((line) -> line.contains("'contiguity.token' does not start with"));
			assertThat(log.lines().stream().filter((line) -> line.startsWith("com.contiguity")))
				.noneMatch((line) -> line.contains("sk_live_secret"));
		}
	}

}
