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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Brings the application's templates to rest and clears the sandbox of
 * {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox} before each
 * test.
 */
class SandboxClearingTestExecutionListener implements TestExecutionListener, Ordered {

	private static final Log logger = LogFactory.getLog(SandboxClearingTestExecutionListener.class);

	/** How long sends that the test before has left behind are waited for. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	@Override
	public int getOrder() {
		// in the context that the test has, so after what closes one before a method, but
		// before all that may send something, such as the listeners of an application
		return 1600;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (!TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(),
				AutoConfigureContiguitySandbox.class)) {
			return;
		}
		ApplicationContext context = testContext.getApplicationContext();
		List<SmartLifecycle> templates = stopTemplates(context);
		context.getBean(SandboxContextCustomizer.SANDBOX_BEAN_NAME, ContiguitySandbox.class).clear();
		templates.forEach(SmartLifecycle::start);
	}

	/**
	 * Stop the templates, without creating those that nobody has used yet.
	 * @param context the application context
	 * @return the templates to start again; the blocking one is not among them if it is
	 * on top of the reactive one
	 */
	private static List<SmartLifecycle> stopTemplates(ApplicationContext context) {
		List<SmartLifecycle> templates = new ArrayList<>();
		ConfigurableListableBeanFactory beanFactory = ((ConfigurableApplicationContext) context).getBeanFactory();
		for (Class<? extends SmartLifecycle> type : List.of(ReactiveImessageTemplate.class, ImessageTemplate.class)) {
			for (String name : beanFactory.getBeanNamesForType(type, false, false)) {
				if (beanFactory.containsSingleton(name)) {
					SmartLifecycle template = beanFactory.getBean(name, type);
					if (template.isRunning()) {
						stop(template);
						templates.add(template);
					}
				}
			}
		}
		return templates;
	}

	private static void stop(SmartLifecycle template) {
		CountDownLatch stopped = new CountDownLatch(1);
		template.stop(stopped::countDown);
		try {
			if (!stopped.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.warn("The test before has left sends behind");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
