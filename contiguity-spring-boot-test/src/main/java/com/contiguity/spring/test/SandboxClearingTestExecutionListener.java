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
import java.util.Collection;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Makes the application idle and clears the sandbox of
 * {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox} before each
 * test.
 */
class SandboxClearingTestExecutionListener implements TestExecutionListener, Ordered {

	private static final Log logger = LogFactory.getLog(SandboxClearingTestExecutionListener.class);

	/** Maximum time to wait for the work of the previous test. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	@Override
	public int getOrder() {
		// uses the context of the test, so it runs after listeners that close a context
		// before a method, but before listeners that may send something, such as those of
		// an application
		return 1600;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) throws InterruptedException {
		if (!TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(),
				AutoConfigureContiguitySandbox.class)) {
			return;
		}
		ApplicationContext context = testContext.getApplicationContext();
		ContiguitySandbox sandbox = context.getBean(SandboxContextCustomizer.SANDBOX_BEAN_NAME,
				ContiguitySandbox.class);
		Collection<Restable> application = context.getBeansOfType(Restable.class).values();
		// first stop incoming events, then wait for their handling, then for the sends of
		// the handlers
		sandbox.stopWebhooks();
		boolean rests = true;
		for (Restable part : application) {
			rests &= part.awaitRest(PATIENCE);
		}
		if (!rests) {
			logger.warn("Sends or webhook listeners of the previous test are still running after " + PATIENCE.toMillis()
					+ " ms. Their effects may appear in this test");
		}
		sandbox.clear();
		application.forEach(Restable::forget);
	}

}
