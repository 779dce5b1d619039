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

package com.contiguity.spring.line;

import org.jspecify.annotations.Nullable;

/**
 * Selects the line for a message whose request does not name one. Implementations must be
 * thread-safe and must not block. They should select the same line for the same
 * recipient, as Contiguity recommends.
 *
 * @since 0.1.0
 * @see StickyLineSelector
 */
@FunctionalInterface
public interface LineSelector {

	/**
	 * Select a line.
	 * @param selection the recipient, the request and the lines to choose from
	 * @return the line's number in E.164 format, which need not be one of the lines to
	 * choose from, or {@code null} to let Contiguity choose at random. If lines are
	 * leased but none of them can send, {@code null} means that the message is not sent
	 */
	@Nullable String select(LineSelection selection);

}
