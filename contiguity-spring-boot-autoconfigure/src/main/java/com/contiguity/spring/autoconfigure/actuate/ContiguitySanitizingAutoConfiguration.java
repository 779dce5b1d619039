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

import java.util.regex.Pattern;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that masks tokens, secrets and lines
 * in the endpoints {@code env} and {@code configprops}, even if those are configured to
 * show values.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ContiguityAutoConfiguration.class, ContiguityWebhookAutoConfiguration.class })
@ConditionalOnClass(SanitizingFunction.class)
@Conditional(OnSendingOrReceivingCondition.class)
public final class ContiguitySanitizingAutoConfiguration {

	/** In any notation of a property source. */
	private static final Pattern PRIVATE_KEYS = Pattern
		.compile("(?i)contiguity[._](token|api[-_]?key|from|lines|fallback[._]from|webhook[._]secret"
				+ "|outbox[._](hash[-_]?key|content[._]key)).*");

	/**
	 * In any other place: in a command line, in JSON, or in a property of another name.
	 */
	private static final Pattern PRIVATE_VALUES = Pattern
		.compile("contiguity_sk_|whsec_|(?is:contiguity.*\\+\\d{7,15})");

	ContiguitySanitizingAutoConfiguration() {
	}

	@Bean
	SanitizingFunction contiguitySanitizingFunction() {
		return SanitizingFunction.sanitizeValue()
			.ifKeyMatches(PRIVATE_KEYS)
			.ifValueStringMatches(PRIVATE_VALUES.asPredicate());
	}

}
