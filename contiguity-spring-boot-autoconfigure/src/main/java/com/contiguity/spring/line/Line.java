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

import java.util.Set;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A line that messages can be sent from. Components may be added in a later release, so
 * construct lines in tests only.
 *
 * @param number the line's number, in E.164 format
 * @param alias the name of the line in meters, logs and endpoints, such as
 * {@code line-1}. A line keeps its alias while the application runs
 * @param status the status of the lease, such as {@code active}, or {@code null} if the
 * line is configured and not read from the account
 * @param reputation the line's reputation from 0 to 1, or {@code null} if it is not known
 * @param channels what the line can send, such as {@code imessage}; empty if the line is
 * configured and not read from the account
 * @since 0.1.0
 */
public record Line(String number, String alias, @Nullable String status, @Nullable Double reputation,
		Set<String> channels) {

	/**
	 * Create a line.
	 */
	public Line {
		channels = Set.copyOf(channels);
	}

	@Override
	public String toString() {
		return "Line[number=" + Masking.number(this.number) + ", alias=" + Masking.foreignText(this.alias) + ", status="
				+ Masking.foreignText(this.status) + ", reputation=" + this.reputation + ", channels="
				+ Masking.foreignText(this.channels.toString()) + "]";
	}

}
