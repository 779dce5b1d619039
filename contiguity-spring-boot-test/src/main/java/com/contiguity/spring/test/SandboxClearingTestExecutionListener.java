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

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.TestExecutionListener;

/**
 * Clears the sandbox of
 * {@link AutoConfigureContiguitySandbox @AutoConfigureContiguitySandbox} before each
 * test.
 */
class SandboxClearingTestExecutionListener implements TestExecutionListener, Ordered {

	@Override
	public int getOrder() {
		// before all that may send something, such as the listeners of an application
		return Ordered.HIGHEST_PRECEDENCE + 1000;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (!TestContextAnnotationUtils.hasAnnotation(testContext.getTestClass(),
				AutoConfigureContiguitySandbox.class)) {
			return;
		}
		ApplicationContext context = testContext.getApplicationContext();
		context.getBean(SandboxContextCustomizer.SANDBOX_BEAN_NAME, ContiguitySandbox.class).clear();
	}

}
