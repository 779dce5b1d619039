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

package com.contiguity.spring.internal.line;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.RateLimitedException;

/**
 * Creates a separate exception for each caller that waits for the same result. Callers
 * add suppressed exceptions to the exceptions they throw, and a shared exception would
 * collect them.
 */
final class SharedFailure {

	private SharedFailure() {
	}

	static Throwable copyOf(Throwable failure) {
		if (!(failure instanceof ContiguityException exception)) {
			return failure;
		}
		ContiguityException copy = copy(exception);
		copy.setStackTrace(exception.getStackTrace());
		return copy;
	}

	private static ContiguityException copy(ContiguityException failure) {
		if (failure instanceof AuthenticationFailedException answer) {
			return new AuthenticationFailedException(Operation.LINES, answer.error(), answer.errorId());
		}
		if (failure instanceof AgreementRequiredException answer) {
			return new AgreementRequiredException(Operation.LINES, answer.error(), answer.errorId(),
					answer.agreementUrl());
		}
		if (failure instanceof RateLimitedException answer) {
			return new RateLimitedException(Operation.LINES, answer.error(), answer.errorId(), answer.retryAfter());
		}
		if (failure instanceof ContiguityApiException answer) {
			return new ContiguityApiException(Operation.LINES, answer.outcome(), answer.status(), answer.error(),
					answer.errorId(), answer.retryAfter());
		}
		String message = String.valueOf(failure.getMessage());
		if (failure instanceof ContiguityTransportException transport) {
			return new ContiguityTransportException(message, failure.outcome(), transport.phase(), failure.getCause());
		}
		return new ContiguityException(message, failure.outcome(), failure.getCause());
	}

}
