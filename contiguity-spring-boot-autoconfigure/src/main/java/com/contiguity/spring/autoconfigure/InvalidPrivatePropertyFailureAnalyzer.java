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

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/**
 * Analyzes an {@link InvalidPrivatePropertyException}, before Spring Boot's own analyzer
 * for such exceptions, which would show the value.
 */
class InvalidPrivatePropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidPrivatePropertyException>
		implements Ordered {

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidPrivatePropertyException cause) {
		return new FailureAnalysis("Invalid value '%s' for configuration property '%s'. %s".formatted(cause.getValue(),
				cause.getName(), cause.getReason()), "Change the value of '%s'.".formatted(cause.getName()), cause);
	}

}
