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

package com.contiguity.spring.internal.delivery;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;

/**
 * The last sends of this process that are, or may be, in a history. They explain rows of
 * the history, so that no message is mistaken for another one. Thread-safe.
 */
final class RecentSends {

	/** More than a minute at 50 messages a second. */
	private static final int MAX_SENDS = 4096;

	private final Deque<RecentSend> sends = new ArrayDeque<>();

	void accepted(SendRequest request, Instant startedAt) {
		add(new RecentSend(request, startedAt, true));
	}

	void unknown(UnknownSend send) {
		add(new RecentSend(send.request(), send.startedAt(), false));
	}

	private synchronized void add(RecentSend send) {
		if (this.sends.size() == MAX_SENDS) {
			this.sends.removeFirst();
		}
		this.sends.addLast(send);
	}

	/**
	 * Return the other sends to the same recipient.
	 * @param but the send to exclude
	 * @return the other sends, oldest first
	 */
	synchronized List<RecentSend> others(UnknownSend but) {
		List<RecentSend> others = new ArrayList<>();
		boolean found = false;
		for (RecentSend send : this.sends) {
			// if two sends were started in the same millisecond, only one of them is
			// excluded
			boolean isIt = !found && !send.accepted() && send.startedAt().equals(but.startedAt())
					&& send.request().equals(but.request());
			found |= isIt;
			if (!isIt && send.request().to().equals(but.request().to())) {
				others.add(send);
			}
		}
		return others;
	}

	synchronized void clear() {
		this.sends.clear();
	}

	/**
	 * A send.
	 *
	 * @param request the request
	 * @param startedAt when its last attempt was started
	 * @param accepted whether the API accepted it; otherwise it may have been accepted
	 */
	record RecentSend(SendRequest request, Instant startedAt, boolean accepted) {
	}

}
