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

package com.contiguity.spring.docs;

import java.time.Duration;

import com.contiguity.spring.autoconfigure.ContiguityRetry;
import com.contiguity.spring.autoconfigure.ContiguityWebClientCustomizer;
import com.contiguity.spring.autoconfigure.ImessageTemplateCustomizer;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.line.LineSelector;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.retry.RetryPolicy;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;

/**
 * Examples for docs/configuration.md.
 */
final class ConfigurationExamples {

	private ConfigurationExamples() {
	}

	static ImessageTemplate byHand(String token) {
		// tag::by-hand[]
		ImessageTemplate imessage = ImessageTemplate.builder().token(token).from("+15550001001").build();
		// end::by-hand[]
		return imessage;
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondAccountConfiguration {

		// tag::second-account[]
		@Bean(defaultCandidate = false)
		@Qualifier("marketing")
		ImessageTemplate marketing(ImessageTemplateBuilder builder, @Value("${marketing.token}") String token) {
			return builder.token(token).build();
		}
		// end::second-account[]

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizedConfiguration {

		// tag::template-customizer[]
		@Bean
		ImessageTemplateCustomizer patientReconciliation() {
			return (builder) -> builder.settleTime(Duration.ofMinutes(2));
		}
		// end::template-customizer[]

		// tag::web-client-customizer[]
		@Bean
		ContiguityWebClientCustomizer tenantHeader() {
			return (webClientBuilder) -> webClientBuilder.defaultHeader("X-Tenant", "restaurant");
		}
		// end::web-client-customizer[]

		// tag::line-selector[]
		@Bean
		LineSelector lineByCountry() {
			return (selection) -> (selection.recipient().startsWith("+44")) ? "+15550001002" : "+15550001001";
		}
		// end::line-selector[]

		// tag::retry-policy[]
		@Bean
		@ContiguityRetry
		RetryPolicy fiveAttempts() {
			return new MaxAttemptsRetryPolicy(5);
		}
		// end::retry-policy[]

	}

}
