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

import java.util.List;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Input for the choice of a {@link LineSelector}. Components may be added in a later
 * release, so construct selections in tests only.
 *
 * @param recipient the recipient
 * @param request the request, or {@code null} if something other than a message is sent,
 * such as a typing indicator
 * @param lines the lines to choose from: the configured lines, or the leased lines that
 * can send iMessages; empty if there are none
 * @since 0.1.0
 */
public record LineSelection(String recipient, @Nullable SendRequest request, List<Line> lines) {

	/**
	 * Create a selection.
	 */
	public LineSelection {
		lines = List.copyOf(lines);
	}

	@Override
	public String toString() {
		return "LineSelection[recipient=" + Masking.number(this.recipient) + ", request=" + this.request + ", lines="
				+ this.lines + "]";
	}

}
