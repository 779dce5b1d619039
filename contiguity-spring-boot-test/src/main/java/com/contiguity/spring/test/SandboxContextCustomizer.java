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

import java.util.List;
import java.util.Map;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Adds a sandbox to an application context and connects the application to it. Part of
 * the cache key of contexts.
 *
 * @param rateLimit whether lines have a rate limit
 * @param lines the lines' numbers, if they are not the default ones
 */
record SandboxContextCustomizer(boolean rateLimit, List<String> lines) implements ContextCustomizer {

	/** Differs from any name that an application would use for its own sandbox. */
	static final String SANDBOX_BEAN_NAME = "autoConfiguredContiguitySandbox";

	static final String CONNECTION_DETAILS_BEAN_NAME = "autoConfiguredContiguitySandboxConnectionDetails";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		if (AotDetector.useGeneratedArtifacts()) {
			// registered by the code that was generated ahead of time
			return;
		}
		Assert.isInstanceOf(BeanDefinitionRegistry.class, context.getBeanFactory());
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
		if (!this.rateLimit) {
			// whether there is a pacer depends on the environment
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("contiguitySandbox", Map.of("contiguity.pacing.enabled", "false")));
		}
		// no instance suppliers, so that these definitions can be processed ahead of time
		registry.registerBeanDefinition(SANDBOX_BEAN_NAME,
				primary(BeanDefinitionBuilder.rootBeanDefinition(SandboxBeans.class, "sandbox")
					.addConstructorArgValue(this.rateLimit)
					.addConstructorArgValue(this.lines.toArray(String[]::new))
					.setDestroyMethodName("close")));
		registry.registerBeanDefinition(CONNECTION_DETAILS_BEAN_NAME,
				primary(BeanDefinitionBuilder.rootBeanDefinition(SandboxConnectionDetails.class)
					.addConstructorArgValue(new RuntimeBeanReference(SANDBOX_BEAN_NAME))));
		registry.registerBeanDefinition("autoConfiguredContiguitySandboxPriority",
				BeanDefinitionBuilder.rootBeanDefinition(SandboxPriority.class)
					.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)
					.getBeanDefinition());
		registry.registerBeanDefinition("autoConfiguredContiguitySandboxApplication",
				BeanDefinitionBuilder.rootBeanDefinition(ApplicationUnderTest.class)
					.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)
					.getBeanDefinition());
		// after the beans that may still enqueue messages
		if (ClassUtils.isPresent("com.contiguity.spring.internal.outbox.Outbox", getClass().getClassLoader())) {
			registry.registerBeanDefinition("autoConfiguredContiguitySandboxOutbox",
					BeanDefinitionBuilder.rootBeanDefinition(OutboxUnderTest.class)
						.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)
						.getBeanDefinition());
		}
		registry.registerBeanDefinition("autoConfiguredContiguitySandboxDefaults",
				BeanDefinitionBuilder.rootBeanDefinition(SandboxDefaults.class)
					.addConstructorArgValue(this.rateLimit)
					.addConstructorArgValue(this.lines.toArray(String[]::new))
					.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)
					.getBeanDefinition());
	}

	private static AbstractBeanDefinition primary(BeanDefinitionBuilder builder) {
		AbstractBeanDefinition definition = builder.getBeanDefinition();
		definition.setPrimary(true);
		return definition;
	}

}
