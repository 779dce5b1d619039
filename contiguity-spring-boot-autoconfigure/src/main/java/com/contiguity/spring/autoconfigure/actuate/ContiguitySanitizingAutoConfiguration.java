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

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that keeps the token and the lines
 * out of the endpoints {@code env} and {@code configprops} even where those are to show
 * values.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class ContiguitySanitizingAutoConfiguration {

	/** In whatever way a source writes them. */
	private static final Pattern PRIVATE = Pattern
		.compile("(?i)contiguity[._](token|api[-_]?key|from|lines|fallback[._]from|webhook[._]secret).*");

	ContiguitySanitizingAutoConfiguration() {
	}

	@Bean
	SanitizingFunction contiguitySanitizingFunction() {
		return SanitizingFunction.sanitizeValue().ifKeyMatches(PRIVATE);
	}

}
