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

import java.util.function.Function;

import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import reactor.core.publisher.Mono;

/**
 * Intercepts each send once, after its line is selected and before it waits for the line.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Interception {

	/**
	 * Pass on, change, delay or refuse a send.
	 * @param request the request, with the defaults applied
	 * @param proceed proceeds with a request; its result can be subscribed to once
	 * @return the receipt, or an error
	 */
	Mono<SendReceipt> intercept(SendRequest request, Function<SendRequest, Mono<SendReceipt>> proceed);

}
