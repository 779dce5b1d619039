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
 * Stands before every message: it may refuse, delay or change it. Called once for each
 * call, not for each attempt, when the defaults are filled in and the line is selected,
 * before the line's pace is waited for. What it takes counts as part of the call: it
 * belongs to the observation, and the deadline ends it.
 * <p>
 * To refuse a message, end with a {@link com.contiguity.spring.SendRefusedException}. If
 * an interceptor fails otherwise, or gives no receipt, nothing is sent. What became of a
 * message that it let pass is not changed by what it does afterwards.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SendInterceptor {

	/**
	 * Let a message pass, or do not. Must not block.
	 * @param request the message, with the defaults filled in
	 * @param chain what comes next
	 * @return the receipt, of {@link Chain#proceed(SendRequest)}, or why there is none
	 */
	Mono<SendReceipt> intercept(SendRequest request, Chain chain);

	/**
	 * What comes after an interceptor: others, then the pace of the line, then the
	 * attempts.
	 */
	interface Chain {

		/**
		 * Go on. To be subscribed to once at most.
		 * @param request the message, maybe changed; its line, too, and then the pace of
		 * that line counts
		 * @return the receipt, or why there is none
		 */
		Mono<SendReceipt> proceed(SendRequest request);

	}

}
