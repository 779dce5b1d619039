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

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.mockserver.model.Header;
import org.mockserver.model.HttpResponse;

/**
 * Thrown if the sandbox rejects a request. The message names the invalid field, never its
 * value.
 */
final class SandboxRefusal extends RuntimeException {

	private final int status;

	private final @Nullable Header header;

	SandboxRefusal(int status, String error) {
		this(status, error, null);
	}

	private SandboxRefusal(int status, String error, @Nullable Header header) {
		super(error, null, false, false);
		this.status = status;
		this.header = header;
	}

	static SandboxRefusal field(String field, String requirement) {
		return new SandboxRefusal(400, "'" + field + "' " + requirement);
	}

	static SandboxRefusal notFound(String error) {
		return new SandboxRefusal(404, error);
	}

	static SandboxRefusal methodNotAllowed(String allow) {
		return new SandboxRefusal(405, "Method Not Allowed", new Header("Allow", allow));
	}

	static SandboxRefusal tooManyRequests(Duration retryAfter) {
		return new SandboxRefusal(429, "Too Many Requests", SandboxEnvelope.retryAfter(retryAfter));
	}

	HttpResponse answer(SandboxEnvelope envelope) {
		HttpResponse response = envelope.error(this.status, String.valueOf(getMessage()));
		return (this.header != null) ? response.withHeader(this.header) : response;
	}

}
