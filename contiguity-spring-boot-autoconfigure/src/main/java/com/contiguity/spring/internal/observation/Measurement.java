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

package com.contiguity.spring.internal.observation;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Runs measurements so that their failures are only logged and do not affect the measured
 * operation.
 *
 * @since 0.1.0
 */
public final class Measurement {

	private static final Log logger = LogFactory.getLog(Measurement.class);

	private Measurement() {
	}

	/**
	 * Run a measurement.
	 * @param measurement the measurement; its exceptions are logged
	 */
	public static void attempt(Runnable measurement) {
		try {
			measurement.run();
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	static void failed(Throwable failure) {
		logger.warn("Failed to record a measurement or an observation; the call or event is not affected", failure);
	}

}
