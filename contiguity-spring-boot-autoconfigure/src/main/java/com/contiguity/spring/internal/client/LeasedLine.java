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

package com.contiguity.spring.internal.client;

import java.util.Set;

import com.contiguity.spring.internal.masking.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A line leased by the account, as the API describes it.
 *
 * @param number the line's number, in E.164 format
 * @param status the status of the lease, such as {@code active}; others may be added
 * @param channels what the line can send, such as {@code imessage}; others may be added
 * @param reputation the line's reputation from 0 to 1, or {@code null} if it is not known
 */
public record LeasedLine(String number, @Nullable String status, Set<String> channels, @Nullable Double reputation) {

	public LeasedLine {
		channels = Set.copyOf(channels);
	}

	/**
	 * Return whether the line can send iMessages now.
	 * @return whether its lease is active and its channels include {@code imessage}
	 */
	public boolean sendsImessages() {
		return "active".equals(this.status) && this.channels.contains("imessage");
	}

	@Override
	public String toString() {
		return "LeasedLine[number=" + Masking.number(this.number) + ", status=" + Masking.foreignText(this.status)
				+ ", channels=" + Masking.foreignText(this.channels.toString()) + ", reputation=" + this.reputation
				+ "]";
	}

}
