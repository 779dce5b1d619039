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

package com.example.messages;

import java.util.Collections;
import java.util.List;
import java.util.Set;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.SendRequest;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent. The starter checks the fields.
 *
 * @param to the recipient's number
 * @param message the text; needed unless there are attachments
 * @param from the line to send from
 * @param attachments the addresses of the attachments
 * @param fallback when to send an SMS instead
 * @param fastTrack whether to pass by the line's recommended rate
 */
record NewMessage(String to, @Nullable String message, @Nullable String from, @Nullable List<String> attachments,
		@Nullable NewFallback fallback, @Nullable Boolean fastTrack) {

	SendRequest toRequest() {
		return SendRequest.to(this.to)
			.message(this.message)
			.from(this.from)
			.attachments((this.attachments != null) ? this.attachments : Collections.emptyList())
			.fallback((this.fallback != null) ? this.fallback.toFallback() : null)
			.fastTrack(this.fastTrack)
			.build();
	}

	/**
	 * When to send an SMS instead.
	 *
	 * @param when {@code imessage_unsupported}, {@code imessage_fails}, or both, which is
	 * also what is meant if it is left out
	 * @param from the line to fall back on
	 */
	record NewFallback(@JsonSetter(contentNulls = Nulls.FAIL) @Nullable Set<FallbackCondition> when,
			@Nullable String from) {

		Fallback toFallback() {
			return ((this.when != null) ? Fallback.when(this.when) : Fallback.always()).from(this.from);
		}

	}

}
