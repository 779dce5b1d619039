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

package com.contiguity.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the API's rate limit is exceeded (429). The call was not accepted.
 *
 * @since 0.1.0
 */
public class RateLimitedException extends ContiguityApiException {

	/**
	 * Create an exception.
	 * @param operation the operation
	 * @param error the error message of the API, if there is one
	 * @param errorId the API's id of the error, if there is one
	 * @param retryAfter how long the API asks to wait, if it does
	 */
	public RateLimitedException(Operation operation, @Nullable String error, @Nullable String errorId,
			@Nullable Duration retryAfter) {
		super(operation, Outcome.NOT_SENT, 429, error, errorId, retryAfter);
	}

}
