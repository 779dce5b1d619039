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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ContiguityAutoConfiguration}: the beans that it defines, and those of
 * the application that replace them.
 */
class ContiguityAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
			ContiguityAutoConfiguration.class, SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
			ReactiveHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class);

	private static final String RECIPIENT = "+15557654321";

	private static final String[] OURS = { "contiguityConnectionDetails", "imessageTemplateBuilder", "imessageTemplate",
			"reactiveImessageTemplate" };

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS);

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ApplicationContextRunner withToken() {
		return this.contextRunner.withPropertyValues("contiguity.token=contiguity_sk_auto",
				"contiguity.base-url=" + this.server.baseUrl());
	}

	static Stream<Named<AbstractApplicationContextRunner<?, ?, ?>>> runners() {
		return Stream.of(Named.of("no web server", new ApplicationContextRunner()),
				Named.of("servlet", new WebApplicationContextRunner()),
				Named.of("reactive", new ReactiveWebApplicationContextRunner()));
	}

	@ParameterizedTest
	@MethodSource("runners")
	void configuresTemplatesIfThereIsAToken(AbstractApplicationContextRunner<?, ?, ?> runner) {
		runner.withConfiguration(AUTO_CONFIGURATIONS)
			.withPropertyValues("contiguity.token=contiguity_sk_auto")
			.run((context) -> {
				assertThat(context.getBeanNamesForType(ImessageOperations.class)).containsExactly("imessageTemplate");
				assertThat(context.getBeanNamesForType(ReactiveImessageOperations.class))
					.containsExactly("reactiveImessageTemplate");
				assertThat(context.getBeanNamesForType(ContiguityConnectionDetails.class))
					.containsExactly("contiguityConnectionDetails");
				assertThat(context.getBean(ContiguityConnectionDetails.class).getBaseUrl())
					.isEqualTo("https://api.contiguity.com");
			});
	}

	@ParameterizedTest
	@MethodSource("runners")
	void configuresNothingIfThereIsNoToken(AbstractApplicationContextRunner<?, ?, ?> runner) {
		runner.withConfiguration(AUTO_CONFIGURATIONS).run((context) -> {
			assertThat(context.getStartupFailure()).isNull();
			assertThat(context.getBeanDefinitionNames()).doesNotContain(OURS)
				.filteredOn((name) -> context.getType(name).getName().startsWith("com.contiguity"))
				.isEmpty();
			assertThat(context.getBeanNamesForType(ImessageOperations.class)).isEmpty();
			assertThat(context.getBeanNamesForType(ReactiveImessageOperations.class)).isEmpty();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "contiguity.token", "contiguity.api-key" })
	void refusesABlankToken(String property) {
		for (String blank : List.of("", "  ")) {
			this.contextRunner.withPropertyValues(property + "=" + blank)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (failure) -> {
						assertThat(failure.getName()).isEqualTo(property);
						assertThat(failure.getReason()).contains("must not be empty");
					}));
		}
	}

	@Test
	void prefersTheApiKeyToTheToken() {
		withToken().withPropertyValues("contiguity.api-key=contiguity_sk_key").run((context) -> {
			context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
			assertThat(this.server.take().header("Authorization")).isEqualTo("Token contiguity_sk_key");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONTIGUITY_TOKEN", "CONTIGUITY_API_KEY", "CONTIGUITY_APIKEY" })
	void needsNothingButAnEnvironmentVariable(String variable) {
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of(variable, "contiguity_sk_environment"))))
			.run((context) -> assertThat(context.getBean(ContiguityConnectionDetails.class).getToken())
				.isEqualTo("contiguity_sk_environment"));
	}

	@Test
	void backsOffForAnotherImplementationOfTheOperations() {
		ImessageOperations user = mock(ImessageOperations.class);
		withToken().withBean("user", ImessageOperations.class, () -> user).run((context) -> {
			assertThat(context).hasSingleBean(ImessageOperations.class).hasSingleBean(ReactiveImessageOperations.class);
			assertThat(context.getBean(ImessageOperations.class)).isSameAs(user);
		});
	}

	@Test
	void backsOffForAnotherImplementationOfTheReactiveOperations() {
		ReactiveImessageOperations user = mock(ReactiveImessageOperations.class);
		withToken().withBean("user", ReactiveImessageOperations.class, () -> user).run((context) -> {
			assertThat(context).hasSingleBean(ReactiveImessageOperations.class).hasSingleBean(ImessageTemplate.class);
			assertThat(context).doesNotHaveBean(ReactiveImessageTemplate.class);
			context.getBean(ImessageTemplate.class).send(RECIPIENT, "Hello");
			assertThat(this.server.requests()).hasSize(1);
		});
	}

	@Test
	void backsOffForTemplatesOfTheUser() {
		ImessageTemplateBuilder builder = ImessageTemplate.builder().token("contiguity_sk_user");
		withToken().withBean("userTemplate", ImessageTemplate.class, builder::build)
			.withBean("userReactiveTemplate", ReactiveImessageTemplate.class, builder::buildReactive)
			.run((context) -> {
				assertThat(context).hasSingleBean(ImessageTemplate.class).hasSingleBean(ReactiveImessageTemplate.class);
				assertThat(context).doesNotHaveBean("imessageTemplate").doesNotHaveBean("reactiveImessageTemplate");
			});
	}

	@Test
	void backsOffForABuilderOfTheUser() {
		ImessageTemplateBuilder builder = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token("contiguity_sk_user");
		this.contextRunner.withBean("user", ImessageTemplateBuilder.class, () -> builder).run((context) -> {
			assertThat(context).hasSingleBean(ImessageTemplateBuilder.class);
			context.getBean(ImessageTemplate.class).send(RECIPIENT, "Hello");
			assertThat(this.server.take().header("Authorization")).isEqualTo("Token contiguity_sk_user");
		});
	}

	@Test
	void requestsNoWebClientBuilderBeforeTheFirstCall() {
		AtomicInteger builders = new AtomicInteger();
		withToken().withBean(WebClient.Builder.class, () -> {
			builders.incrementAndGet();
			return WebClient.builder();
		}, (definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.withPropertyValues("contiguity.base-url=http://localhost:1", "contiguity.retry.max-attempts=1")
			.run((context) -> {
				assertThat(context).hasSingleBean(ImessageTemplate.class);
				assertThat(builders).hasValue(0);
				assertThatExceptionOfType(ContiguityTransportException.class)
					.isThrownBy(() -> context.getBean(ImessageTemplate.class).availability("+15557654321"));
				assertThat(builders).hasValue(1);
			});
	}

	@Test
	void failsIfTheCertificateOfTheSslBundleCannotBeRead() {
		withToken().withPropertyValues("contiguity.http.ssl.bundle=broken",
				"spring.ssl.bundle.pem.broken.truststore.certificate=-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void connectionDetailsOfTheUserWinOverProperties() {
		withToken().withPropertyValues("contiguity.base-url=http://localhost:1", "contiguity.http.ssl.bundle=nowhere")
			.withBean("user", ContiguityConnectionDetails.class,
					() -> new UserConnectionDetails(this.server.baseUrl(), "contiguity_sk_details"))
			.run((context) -> {
				assertThat(context).hasSingleBean(ContiguityConnectionDetails.class);
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(this.server.take().header("Authorization")).isEqualTo("Token contiguity_sk_details");
			});
	}

	@Test
	void connectionDetailsOfTheUserAreEnoughWithoutAToken() {
		this.contextRunner
			.withBean("user", ContiguityConnectionDetails.class,
					() -> new UserConnectionDetails(this.server.baseUrl(), "contiguity_sk_details"))
			.run((context) -> {
				assertThat(context).hasSingleBean(ImessageTemplate.class).hasSingleBean(ReactiveImessageTemplate.class);
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(this.server.requests()).hasSize(1);
			});
	}

	@Test
	void asksTheConnectionDetailsForTheTokenBeforeEachAttempt() {
		AtomicReference<String> token = new AtomicReference<>("contiguity_sk_old");
		this.contextRunner.withBean("user", ContiguityConnectionDetails.class, () -> new ContiguityConnectionDetails() {

			@Override
			public String getBaseUrl() {
				return ContiguityAutoConfigurationTests.this.server.baseUrl();
			}

			@Override
			public String getToken() {
				return token.get();
			}

		}).run((context) -> {
			ImessageOperations imessage = context.getBean(ImessageOperations.class);
			this.server.reply(Reply.error(401, "Expired"));
			assertThatExceptionOfType(AuthenticationFailedException.class)
				.isThrownBy(() -> imessage.send(RECIPIENT, "Hello"));
			token.set("contiguity_sk_new");
			imessage.send(RECIPIENT, "Hello");
			this.server.reply((socket) -> {
				token.set("contiguity_sk_newest");
				return Reply.error(429, "Slow down", "Retry-After: 0").write(socket);
			});
			imessage.send(RECIPIENT, "Hello");
			assertThat(this.server.requests()).extracting((request) -> request.header("Authorization"))
				.containsExactly("Token contiguity_sk_old", "Token contiguity_sk_new", "Token contiguity_sk_new",
						"Token contiguity_sk_newest");
		});
	}

	@Test
	void worksWithoutAnyOtherAutoConfiguration() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_bare", "contiguity.base-url=" + this.server.baseUrl())
			.run((context) -> {
				assertThat(context).doesNotHaveBean(WebClient.Builder.class)
					.doesNotHaveBean(ClientHttpConnectorBuilder.class);
				context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
				assertThat(this.server.take().header("Authorization")).isEqualTo("Token contiguity_sk_bare");
			});
	}

	@Test
	void publishesNothingThatAnApplicationMayWantForItself() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class))
			.withPropertyValues("contiguity.token=contiguity_sk_bare")
			.run((context) -> {
				for (Class<?> type : List.of(WebClient.Builder.class, WebClient.class, HttpClientSettings.class,
						ClientHttpConnectorBuilder.class, JsonMapper.class, RetryTemplate.class)) {
					assertThat(context).doesNotHaveBean(type);
				}
				assertThat(context.getBeanDefinitionNames())
					.filteredOn((name) -> context.getType(name).getName().startsWith("com.contiguity"))
					.hasSizeLessThanOrEqualTo(25);
			});
	}

	@Test
	void connectsToNothingBeforeTheFirstCall() {
		withToken().run((context) -> {
			assertThat(context).hasSingleBean(ImessageTemplate.class);
			assertThat(this.server.connections()).isZero();
		});
	}

	@Test
	void notifiesTheApplicationOfTheOutcomeOfASend() {
		withToken().withUserConfiguration(Listener.class).run((context) -> {
			context.getBean(ImessageOperations.class).send(RECIPIENT, "Hello");
			assertThat(context.getBean(Listener.class).thread).isSameAs(Thread.currentThread());
		});
	}

	@Test
	void aJobThatIsUnderWayCanSendUntilItsEnd() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch lateInShutdown = new CountDownLatch(1);
		AtomicReference<CompletableFuture<SendReceipt>> sent = new AtomicReference<>();
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		withToken().withBean(ThreadPoolTaskExecutor.class, () -> executor)
			.withBean(StopsIn.class, () -> new StopsIn(ThreadPoolTaskExecutor.DEFAULT_PHASE + 1, lateInShutdown))
			.run((context) -> {
				ImessageOperations imessage = context.getBean(ImessageOperations.class);
				sent.set(executor.submitCompletable(() -> {
					started.countDown();
					lateInShutdown.await();
					return imessage.send(RECIPIENT, "Goodbye");
				}));
				assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
			});
		assertThat(sent.get()).succeedsWithin(Duration.ofSeconds(20));
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aSecondAccountIsAnotherTokenWithTheSameSettings() {
		withToken()
			.withPropertyValues("marketing.token=contiguity_sk_marketing", "contiguity.from=+15551112222",
					"contiguity.authorization-scheme=bearer")
			.withUserConfiguration(SecondAccount.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeanNamesForType(ImessageTemplate.class)).containsExactlyInAnyOrder("marketing",
						"imessageTemplate");
				Senders senders = context.getBean(Senders.class);
				senders.marketing().send(RECIPIENT, "Hello");
				senders.own().send(RECIPIENT, "Hello");
				assertThat(this.server.requests()).extracting((request) -> request.header("Authorization"))
					.containsExactly("Bearer contiguity_sk_marketing", "Bearer contiguity_sk_auto");
				// the line belongs to the first account
				assertThat(this.server.requests()).extracting((request) -> request.bodyText().contains("\"from\""))
					.containsExactly(false, true);
			});
	}

	private record UserConnectionDetails(String baseUrl, String token) implements ContiguityConnectionDetails {

		@Override
		public String getBaseUrl() {
			return this.baseUrl;
		}

		@Override
		public String getToken() {
			return this.token;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Listener {

		private Thread thread;

		@EventListener
		void sent(ImessageSentEvent event) {
			this.thread = Thread.currentThread();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondAccount {

		@Bean(defaultCandidate = false)
		@Qualifier("marketing")
		ImessageTemplate marketing(ImessageTemplateBuilder builder, @Value("${marketing.token}") String token) {
			return builder.token(token).build();
		}

		@Bean
		Senders senders(ImessageOperations own, @Qualifier("marketing") ImessageOperations marketing) {
			return new Senders(own, marketing);
		}

	}

	record StopsIn(int getPhase, CountDownLatch stopped) implements SmartLifecycle {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
			this.stopped.countDown();
		}

		@Override
		public boolean isRunning() {
			return true;
		}

	}

	record Senders(ImessageOperations own, ImessageOperations marketing) {
	}

}
