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

package com.contiguity.spring.internal.failure;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * A failure without the messages of exceptions, unless they are known to contain no
 * private data.
 */
public final class MaskedFailure extends RuntimeException {

	/** Maximum number of causes to include. */
	private static final int MAX_DEPTH = 8;

	private final String description;

	private MaskedFailure(Throwable failure, @Nullable Throwable cause) {
		super(null, cause, false, true);
		boolean own = failure instanceof ContiguityException || failure instanceof InvalidRequestException;
		this.description = (own) ? failure.toString() : failure.getClass().getName();
		setStackTrace(failure.getStackTrace());
	}

	/**
	 * Mask a failure whose messages may contain private data.
	 * @param failure the failure
	 * @return a failure with the same stack traces. It contains type names instead of
	 * messages, except for those of {@link ContiguityException} and
	 * {@link InvalidRequestException}
	 */
	public static MaskedFailure of(Throwable failure) {
		return of(failure, MAX_DEPTH);
	}

	private static MaskedFailure of(Throwable failure, int depth) {
		Throwable cause = failure.getCause();
		return new MaskedFailure(failure, (cause != null && depth > 1) ? of(cause, depth - 1) : null);
	}

	@Override
	public String toString() {
		return this.description;
	}

}
