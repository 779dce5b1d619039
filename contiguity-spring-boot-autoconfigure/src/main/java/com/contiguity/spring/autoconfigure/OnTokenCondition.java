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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a token is configured, even if it is empty, which is reported later.
 */
class OnTokenCondition extends SpringBootCondition {

	private static final List<String> PROPERTIES = List.of("contiguity.token", "contiguity.api-key");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Contiguity Token");
		String property = findToken(context.getEnvironment());
		if (property != null) {
			return ConditionOutcome.match(message.foundExactly("property " + property));
		}
		return ConditionOutcome.noMatch(message.didNotFind("property", "properties").items(PROPERTIES));
	}

	static @Nullable String findToken(Environment environment) {
		return PROPERTIES.stream().filter(environment::containsProperty).findFirst().orElse(null);
	}

}
