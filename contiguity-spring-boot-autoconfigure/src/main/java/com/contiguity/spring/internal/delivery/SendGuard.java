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

import com.contiguity.spring.imessage.SendRequest;
import reactor.core.publisher.Mono;

/**
 * Decides immediately before an attempt whether a message is sent, when its line has a
 * permit.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SendGuard {

	/**
	 * Open the window in which the message may be sent. Called once for a send.
	 * @param request the request, with the defaults applied
	 * @return the window, or empty if the message must not be sent now; an error has the
	 * same effect
	 */
	Mono<SendWindow> open(SendRequest request);

}
