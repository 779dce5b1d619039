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

import java.util.Collections;
import java.util.Map;

import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.actuate.ContiguityEndpoint;
import com.contiguity.spring.actuate.ContiguityEndpoint.AccountDescriptor;
import com.contiguity.spring.actuate.ContiguityEndpoint.FailureDescriptor;
import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContiguityEndpointAutoConfiguration} and
 * {@link ContiguitySanitizingAutoConfiguration}.
 */
class ContiguityEndpointAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ContiguityAutoConfiguration.class,
				ContiguityEndpointAutoConfiguration.class, ContiguitySanitizingAutoConfiguration.class))
		.withPropertyValues("contiguity.token=contiguity_sk_test",
				"management.endpoints.web.exposure.include=contiguity");

	@Test
	void runShouldHaveEndpointBean() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(ContiguityEndpoint.class));
	}

	@Test
	void runWhenNotExposedShouldNotHaveEndpointBean() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(ContiguityEndpoint.class));
	}

	@Test
	void runWhenAccessIsNoneShouldNotHaveEndpointBean() {
		this.contextRunner.withPropertyValues("management.endpoint.contiguity.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(ContiguityEndpoint.class));
	}

	@Test
	void runWithoutActuatorOnTheClassPathShouldNotHaveEndpointBean() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate.endpoint.Sanitiz"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ImessageTemplate.class)
				.doesNotHaveBean("contiguitySanitizingFunction"));
	}

	@Test
	void whenHasUserDefinedEndpointShouldBackOff() {
		this.contextRunner.withBean("mine", ContiguityEndpoint.class, () -> Mockito.mock(ContiguityEndpoint.class))
			.run((context) -> assertThat(context).hasSingleBean(ContiguityEndpoint.class).hasBean("mine"));
	}

	@Test
	void whenHasUserDefinedReactiveOperationsTellsOfTheTemplate() {
		this.contextRunner
			.withBean(ReactiveImessageOperations.class, () -> Mockito.mock(ReactiveImessageOperations.class))
			.run((context) -> assertThat(context.getBean(ContiguityEndpoint.class).contiguity().accounts())
				.containsOnlyKeys("default"));
	}

	@Test
	void describesAllAccounts() {
		this.contextRunner.withPropertyValues("contiguity.from=+15550001001")
			.withUserConfiguration(SecondAccount.class)
			.run((context) -> {
				Map<String, AccountDescriptor> accounts = context.getBean(ContiguityEndpoint.class)
					.contiguity()
					.accounts();
				assertThat(accounts).containsOnlyKeys("default", "support");
				assertThat(accounts.get("default").lines()).hasSize(1);
				assertThat(accounts.get("support").lines()).isEmpty();
			});
	}

	@Test
	void reportsWhichMessageFailed() {
		this.contextRunner
			.withPropertyValues("contiguity.base-url=http://localhost:1", "contiguity.retry.enabled=false")
			.run((context) -> {
				ImessageTemplate template = context.getBean(ImessageTemplate.class);
				assertThatExceptionOfType(ContiguityTransportException.class).isThrownBy(() -> template
					.send(SendRequest.to("+15557654321").message("Hello").reference("order-4711").build()));
				assertThatExceptionOfType(ContiguityTransportException.class)
					.isThrownBy(() -> template.availability("+15557654321"));
				assertThat(
						context.getBean(ContiguityEndpoint.class).contiguity().accounts().get("default").lastFailures())
					.extracting(FailureDescriptor::reference)
					.containsExactly("order-4711", null);
			});
	}

	@Test
	void thereIsNothingToSettleWithoutAnOutbox() {
		this.contextRunner.run((context) -> {
			ContiguityEndpoint endpoint = context.getBean(ContiguityEndpoint.class);
			assertThat(endpoint.contiguity().outbox()).isNull();
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.settle("out_1", Verdict.SENT));
		});
	}

	@Test
	void numbersTemplatesOfOneAccount() {
		this.contextRunner.withBean("first", ReactiveImessageTemplate.class, this::template)
			.withBean("second", ReactiveImessageTemplate.class, this::template)
			.run((context) -> assertThat(context.getBean(ContiguityEndpoint.class).contiguity().accounts())
				.containsKeys("default", "default-2"));
	}

	private ReactiveImessageTemplate template() {
		return ReactiveImessageTemplate.builder().token("contiguity_sk_test").buildReactive();
	}

	@Test
	void sanitizesPrivateDataInAnyNotation() {
		this.contextRunner.run((context) -> {
			SanitizingFunction function = context.getBean("contiguitySanitizingFunction", SanitizingFunction.class);
			for (String key : new String[] { "contiguity.token", "CONTIGUITY_TOKEN", "contiguity.apiKey",
					"CONTIGUITY_API_KEY", "contiguity.from", "contiguity.lines[0]", "contiguity.lines",
					"contiguity.fallback.from", "contiguity.webhook.secrets[1]", "contiguity.outbox.hash-key",
					"CONTIGUITY_OUTBOX_HASHKEY", "contiguity.outbox.content.key[0]" }) {
				assertThat(sanitize(function, key)).as(key).isEqualTo(SanitizableData.SANITIZED_VALUE);
			}
			for (String key : new String[] { "contiguity.timeout", "contiguity.base-url", "my.contiguity.token2" }) {
				assertThat(sanitize(function, key)).as(key).isEqualTo("value");
			}
		});
	}

	private static Object sanitize(SanitizingFunction function, String key) {
		return function
			.applyUnlessFiltered(
					new SanitizableData(new MapPropertySource("test", Collections.emptyMap()), key, "value"))
			.getValue();
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondAccount {

		@Bean(defaultCandidate = false)
		ImessageTemplate support(ImessageTemplateBuilder builder) {
			return builder.token("contiguity_sk_support").account("support").build();
		}

	}

}
