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
 * Chooses the line for a message whose request names none. Implementations must be
 * thread-safe, must not block, and should choose the same line for the same recipient:
 * Contiguity asks for that.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface LineSelector {

	/**
	 * Choose a line.
	 * @param recipient the recipient
	 * @return the line's number in E.164 format, or {@code null} to leave the choice to
	 * Contiguity, which chooses at random
	 */
	@Nullable String select(String recipient);

}
