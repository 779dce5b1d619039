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

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.core.ReactiveImessageOperations;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Explains which property to set if there is no {@link ImessageOperations} bean because
 * there is no token.
 */
class NoSuchImessageOperationsBeanFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException>
		implements Ordered {

	private final @Nullable ConfigurableListableBeanFactory beanFactory;

	private final Environment environment;

	NoSuchImessageOperationsBeanFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.environment = environment;
		this.beanFactory = (beanFactory instanceof ConfigurableListableBeanFactory configurable) ? configurable : null;
	}

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		ResolvableType type = cause.getResolvableType();
		if (type == null || this.beanFactory == null || !isOurs(type.toClass())
				|| !connectionIsMissing(this.beanFactory)) {
			return null;
		}
		if (AotDetector.useGeneratedArtifacts()) {
			return new FailureAnalysis(
					("A bean of type '%s' is required, but none is configured, because no Contiguity token "
							+ "was declared when the application was processed ahead of time.")
						.formatted(type.toClass().getName()),
					"Declare the property in 'application.properties', as 'contiguity.token=${CONTIGUITY_TOKEN:}', and "
							+ "build the application again. The value is read when the application starts.",
					cause);
		}
		// uses the environment, because the condition evaluation report is not available
		// after a context has failed
		if (OnTokenCondition.findToken(this.environment) != null) {
			return null;
		}
		return new FailureAnalysis(
				"A bean of type '%s' is required, but none is configured, because there is no Contiguity token."
					.formatted(type.toClass().getName()),
				"Set the property 'contiguity.token', or the environment variable CONTIGUITY_TOKEN, to the token of "
						+ "your Contiguity account. In tests, put '@AutoConfigureContiguitySandbox' of "
						+ "'contiguity-spring-boot-test' on the test class instead.",
				cause);
	}

	private static boolean isOurs(Class<?> type) {
		return ImessageOperations.class.isAssignableFrom(type)
				|| ReactiveImessageOperations.class.isAssignableFrom(type) || ImessageTemplateBuilder.class == type;
	}

	private static boolean connectionIsMissing(ConfigurableListableBeanFactory beanFactory) {
		// creates no bean, because that may fail after a failure
		return beanFactory.containsBeanDefinition(AutoConfigurationPackages.class.getName())
				&& beanFactory.getBeanNamesForType(ContiguityConnectionDetails.class, true, false).length == 0;
	}

}
