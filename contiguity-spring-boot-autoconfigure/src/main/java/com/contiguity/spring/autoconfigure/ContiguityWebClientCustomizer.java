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

import org.springframework.web.reactive.function.client.WebClient;

/**
 * Callback interface that can be used to customize the {@link WebClient} that calls
 * Contiguity. Do not change its base URL, connector and codecs. Its filters see URLs
 * without phone numbers.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ContiguityWebClientCustomizer {

	/**
	 * Customize the builder. This method is called on the first call to Contiguity.
	 * @param webClientBuilder the builder to customize
	 */
	void customize(WebClient.Builder webClientBuilder);

}
