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

import java.util.logging.Handler;
import java.util.logging.LogManager;

import org.springframework.util.Assert;

/**
 * Starts a sandbox in a new JVM. Fails if that changes the logging of the JVM.
 */
public final class ColdStart {

	private ColdStart() {
	}

	public static void main(String[] args) {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			Assert.state(sandbox.messages().isEmpty(), "A sandbox starts without messages");
		}
		Handler[] handlers = LogManager.getLogManager().getLogger("").getHandlers();
		Assert.state(handlers.length > 0, "There were handlers");
		for (Handler handler : handlers) {
			Assert.state(!handler.getClass().getName().startsWith("org.mockserver"),
					"MockServer must not configure logging");
		}
	}

}
