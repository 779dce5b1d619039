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

package com.contiguity.spring.core;

import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import reactor.core.publisher.Mono;

/**
 * Intercepts messages before they are sent, in order to refuse, delay or change them. It
 * is called once for each call, not for each attempt, after the defaults are applied and
 * the line is selected, and before the send waits for its line. Its duration counts
 * towards the observation and the deadline of the call.
 * <p>
 * To refuse a message, return a {@link com.contiguity.spring.SendRefusedException} as an
 * error. If an interceptor fails in another way before it proceeds, or returns no
 * receipt, nothing is sent. A failure after the message was sent does not change the
 * outcome.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SendInterceptor {

	/**
	 * Intercept a message. Must not block.
	 * @param request the message, with the defaults applied
	 * @param chain the rest of the chain
	 * @return the receipt of {@link Chain#proceed(SendRequest)}, or an error
	 */
	Mono<SendReceipt> intercept(SendRequest request, Chain chain);

	/**
	 * The rest of the chain: further interceptors, pacing and the attempts.
	 */
	interface Chain {

		/**
		 * Proceed with the chain. Subscribe at most once.
		 * @param request the message, which may have been changed. If its line has been
		 * changed, the pacing of the new line applies
		 * @return the receipt, or an error
		 */
		Mono<SendReceipt> proceed(SendRequest request);

	}

}
