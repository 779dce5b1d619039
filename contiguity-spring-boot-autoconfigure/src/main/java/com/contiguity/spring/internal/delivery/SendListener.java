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

package com.contiguity.spring.internal.delivery;

import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.internal.observation.GuardedObservation;

/**
 * Is told once how a send ended, on whatever thread it ended.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SendListener {

	/**
	 * A send ended.
	 * @param end how
	 */
	void ended(SendEnd end);

	/**
	 * How a send ended.
	 *
	 * @param event how
	 * @param observation the observation of the call, which has ended, too
	 */
	record SendEnd(ImessageSendEvent event, GuardedObservation observation) {
	}

}
