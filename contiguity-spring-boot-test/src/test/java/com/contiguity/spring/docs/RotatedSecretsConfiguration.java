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

// tag::verifier[]
import java.time.Clock;
import java.time.Duration;

import com.contiguity.spring.webhook.WebhookSignatureVerifier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Example for docs/webhooks.md.
 */
@Configuration(proxyBeanMethods = false)
class RotatedSecretsConfiguration {

	@Bean
	WebhookSignatureVerifier webhookSignatureVerifier(Vault vault) {
		return new WebhookSignatureVerifier(vault::currentSecrets, Duration.ofMinutes(5), Clock.systemUTC());
	}

}
// end::verifier[]
