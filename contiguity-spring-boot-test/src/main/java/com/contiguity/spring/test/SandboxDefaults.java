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

import com.contiguity.spring.autoconfigure.ContiguityProperties;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Fills what a test leaves open in the application's properties: the line, where none is
 * configured, and no pacing where the sandbox has no rate limit. Wherever the properties
 * come from, they are bound by then.
 */
final class SandboxDefaults implements BeanPostProcessor {

	private final boolean rateLimit;

	private final String line;

	SandboxDefaults(boolean rateLimit, String line) {
		this.rateLimit = rateLimit;
		this.line = line;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ContiguityProperties properties) {
			if (properties.getFrom() == null && properties.getLines().isEmpty()
					&& !properties.getLeasedLines().isEnabled()) {
				properties.setFrom(this.line);
			}
			if (!this.rateLimit) {
				properties.getPacing().setEnabled(false);
			}
		}
		return bean;
	}

}
