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

package com.contiguity.spring.test;

import java.util.Set;

import com.contiguity.spring.autoconfigure.ContiguityRetry;
import com.contiguity.spring.autoconfigure.ContiguityWebClientCustomizer;
import com.contiguity.spring.autoconfigure.ImessageTemplateCustomizer;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.observation.ImessageObservationConvention;
import com.contiguity.spring.observation.WebhookObservationConvention;
import com.contiguity.spring.webhook.WebhookEventStore;

import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/**
 * {@link TypeExcludeFilter} for {@link ContiguityTest @ContiguityTest}.
 */
class ContiguityTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<ContiguityTest> {

	private static final Set<Class<?>> KNOWN_INCLUDES = Set.of(ContiguityRetry.class,
			ContiguityWebClientCustomizer.class, ImessageObservationConvention.class, ImessageTemplateCustomizer.class,
			LinePacer.class, LineSelector.class, WebhookEventStore.class, WebhookObservationConvention.class);

	ContiguityTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return KNOWN_INCLUDES;
	}

}
