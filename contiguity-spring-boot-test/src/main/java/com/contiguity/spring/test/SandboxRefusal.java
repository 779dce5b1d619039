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

package com.contiguity.spring.test;

import org.jspecify.annotations.Nullable;

/**
 * What the sandbox refuses a request with. Its text names the offending field, never a
 * value.
 */
final class SandboxRefusal extends RuntimeException {

	private final int status;

	private final @Nullable String allow;

	SandboxRefusal(int status, String error) {
		this(status, error, null);
	}

	private SandboxRefusal(int status, String error, @Nullable String allow) {
		super(error, null, false, false);
		this.status = status;
		this.allow = allow;
	}

	static SandboxRefusal field(String field, String requirement) {
		return new SandboxRefusal(400, "'" + field + "' " + requirement);
	}

	static SandboxRefusal notFound(String error) {
		return new SandboxRefusal(404, error);
	}

	static SandboxRefusal methodNotAllowed(String allow) {
		return new SandboxRefusal(405, "Method Not Allowed", allow);
	}

	int status() {
		return this.status;
	}

	String error() {
		return String.valueOf(getMessage());
	}

	@Nullable String allow() {
		return this.allow;
	}

}
