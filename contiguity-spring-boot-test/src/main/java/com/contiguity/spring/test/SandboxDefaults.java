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

import java.util.ArrayList;
import java.util.List;

import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.line.Line;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.Assert;

/**
 * Applies defaults for tests to the application's properties: a line if none is
 * configured, and no pacing if the sandbox has no rate limit. It also leases the
 * configured lines. It runs after the properties have been bound, whatever their source.
 */
final class SandboxDefaults implements BeanPostProcessor, BeanFactoryAware {

	private final boolean rateLimit;

	private final List<String> lines;

	private @Nullable BeanFactory beanFactory;

	SandboxDefaults(boolean rateLimit, String[] lines) {
		this.rateLimit = rateLimit;
		this.lines = List.of(lines);
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof ContiguityProperties properties) {
			if (this.lines.isEmpty()) {
				lease(configuredLines(properties));
			}
			if (properties.getFrom() == null && properties.getLines().isEmpty()
					&& !properties.getLeasedLines().isEnabled()) {
				properties
					.setFrom((this.lines.isEmpty()) ? SandboxLines.defaults().get(0).number() : this.lines.get(0));
			}
			if (!this.rateLimit) {
				properties.getPacing().setEnabled(false);
			}
		}
		return bean;
	}

	private static List<Line> configuredLines(ContiguityProperties properties) {
		List<Line> lines = new ArrayList<>();
		if (properties.getFrom() != null) {
			lines.add(SandboxLines.line(properties.getFrom()));
		}
		properties.getLines().forEach((number) -> lines.add(SandboxLines.line(number)));
		String fallback = properties.getFallback().getFrom();
		if (fallback != null) {
			// not for iMessages, so that an application that sends from leased lines does
			// not choose it
			lines.add(SandboxLines.lineWithoutImessage(fallback));
		}
		return lines;
	}

	private void lease(List<Line> lines) {
		Assert.state(this.beanFactory != null, "'beanFactory' must be set");
		if (!lines.isEmpty()) {
			this.beanFactory.getBean(SandboxContextCustomizer.SANDBOX_BEAN_NAME, ContiguitySandbox.class)
				.leaseAlso(lines);
		}
	}

}
