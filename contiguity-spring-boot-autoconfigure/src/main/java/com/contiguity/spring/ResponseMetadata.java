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

import java.time.Instant;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a response.
 *
 * @param requestId the id of the request ({@code req_…}), for Contiguity's support
 * @param timestamp when the API responded, by its own clock
 * @param apiVersion the version of the API, such as {@code v2026.8.2}
 * @since 0.1.0
 */
public record ResponseMetadata(@Nullable String requestId, @Nullable Instant timestamp, @Nullable String apiVersion) {

	/**
	 * Metadata of a response that contains none.
	 */
	public static final ResponseMetadata NONE = new ResponseMetadata(null, null, null);

	@Override
	public String toString() {
		return "ResponseMetadata[requestId=" + Masking.id(this.requestId) + ", timestamp=" + this.timestamp
				+ ", apiVersion=" + Masking.id(this.apiVersion) + "]";
	}

}
