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

package com.contiguity.spring.test.slice;

import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.autoconfigure.ContiguityWebClientCustomizer;
import com.contiguity.spring.autoconfigure.ImessageTemplateCustomizer;
import com.contiguity.spring.core.ImessageTemplateBuilder;

import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * A component that customizes the starter.
 */
@Component
class CountingCustomizer implements ImessageTemplateCustomizer, ContiguityWebClientCustomizer {

	private final AtomicInteger count = new AtomicInteger();

	@Override
	public void customize(ImessageTemplateBuilder builder) {
		this.count.incrementAndGet();
	}

	@Override
	public void customize(WebClient.Builder builder) {
		this.count.incrementAndGet();
	}

	int count() {
		return this.count.get();
	}

}
