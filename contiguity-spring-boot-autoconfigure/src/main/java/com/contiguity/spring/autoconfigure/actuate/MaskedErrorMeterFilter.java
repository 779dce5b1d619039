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

package com.contiguity.spring.autoconfigure.actuate;

import com.contiguity.spring.internal.failure.MaskedFailure;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;

/**
 * Replaces the value of the tag that Micrometer derives from the class of an
 * observation's error with the name of the listener's exception. The error is a
 * substitute for that exception, whose message may be private.
 */
class MaskedErrorMeterFilter implements MeterFilter {

	private static final String ERROR = "error";

	@Override
	public Meter.Id map(Meter.Id id) {
		String exception = id.getTag("exception");
		return (exception != null && MaskedFailure.class.getSimpleName().equals(id.getTag(ERROR)))
				? id.replaceTags(replaceError(id, exception)) : id;
	}

	private static Iterable<Tag> replaceError(Meter.Id id, String exception) {
		return id.getTags().stream().map((tag) -> tag.getKey().equals(ERROR) ? Tag.of(ERROR, exception) : tag).toList();
	}

}
