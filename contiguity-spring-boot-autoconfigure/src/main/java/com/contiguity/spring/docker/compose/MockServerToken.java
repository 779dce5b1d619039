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

package com.contiguity.spring.docker.compose;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The token for a MockServer in a container, however it was started. MockServer takes any
 * token; what else plays Contiguity may say which in its environment.
 *
 * @since 0.1.0
 */
public final class MockServerToken {

	private static final String VARIABLE = "CONTIGUITY_TOKEN";

	private static final String STAND_IN = "contiguity_sk_mockserver";

	private MockServerToken() {
	}

	/**
	 * Return the token for a container.
	 * @param environment the environment variables of the container
	 * @return the value of {@code CONTIGUITY_TOKEN}, or a stand-in if there is none
	 */
	public static String of(Map<String, ? extends @Nullable String> environment) {
		String token = environment.get(VARIABLE);
		return (token != null) ? token : STAND_IN;
	}

}
