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

package com.contiguity.spring.webhook;

import org.jspecify.annotations.Nullable;

/**
 * What a listener threw, without its words: they may be those of the message that it
 * failed on.
 */
final class ListenerFailure extends RuntimeException {

	/** Causes that are told of. */
	private static final int MAX_DEPTH = 8;

	private final String type;

	private ListenerFailure(Throwable failure, @Nullable Throwable cause) {
		super(null, cause, false, true);
		this.type = failure.getClass().getName();
		setStackTrace(failure.getStackTrace());
	}

	static ListenerFailure of(Throwable failure) {
		return of(failure, MAX_DEPTH);
	}

	private static ListenerFailure of(Throwable failure, int depth) {
		Throwable cause = failure.getCause();
		return new ListenerFailure(failure, (cause != null && depth > 1) ? of(cause, depth - 1) : null);
	}

	@Override
	public String toString() {
		return this.type;
	}

}
