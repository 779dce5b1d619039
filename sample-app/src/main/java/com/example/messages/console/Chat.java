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

package com.example.messages.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A conversation that this application has seen. Thread-safe. What the page shows is
 * public.
 */
class Chat {

	/** More would make the page slow; the history has them all. */
	static final int MAX_BUBBLES = 200;

	private final String id;

	private final String with;

	private final Instant createdAt = Instant.now();

	private final Map<String, Bubble> bubbles = new LinkedHashMap<>();

	private int unread;

	private @Nullable String line;

	Chat(String id, String with) {
		this.id = id;
		this.with = with;
	}

	// stands in addresses, where the number must not
	String id() {
		return this.id;
	}

	String with() {
		return this.with;
	}

	/**
	 * Return the line that the last message went through, on which the conversation goes
	 * on.
	 * @return the line, or {@code null} if it is not known
	 */
	synchronized @Nullable String line() {
		return this.line;
	}

	synchronized void goesOn(@Nullable String line) {
		this.line = line;
	}

	/**
	 * Add a message.
	 * @param bubble the message
	 * @return whether it is new
	 */
	synchronized boolean add(Bubble bubble) {
		if (this.bubbles.putIfAbsent(bubble.id(), bubble) != null) {
			return false;
		}
		if (!bubble.mine()) {
			this.unread++;
		}
		forgetOldest();
		return true;
	}

	/**
	 * Add a message that came in, unless its event is handled again. It replaces its copy
	 * from the history, if there is one.
	 * @param received the message
	 */
	synchronized void receive(Bubble received) {
		if (latest((bubble) -> !bubble.mine() && Objects.equals(bubble.messageId(), received.messageId())) != null) {
			return;
		}
		Bubble read = latest((bubble) -> History.isCopy(bubble, received));
		if (read != null) {
			this.bubbles.remove(read.id());
			add(received.marked(read.marks()));
		}
		else {
			add(received);
		}
	}

	private void forgetOldest() {
		while (this.bubbles.size() > MAX_BUBBLES) {
			this.bubbles.remove(this.bubbles.keySet().iterator().next());
		}
	}

	/**
	 * Change a bubble.
	 * @param bubbleId the id of the bubble
	 * @param change the change
	 * @return whether there is such a bubble
	 */
	synchronized boolean update(String bubbleId, UnaryOperator<Bubble> change) {
		return this.bubbles.computeIfPresent(bubbleId, (key, bubble) -> change.apply(bubble)) != null;
	}

	/**
	 * Change all bubbles at once.
	 * @param change makes the new bubbles of the old ones
	 */
	synchronized void updateAll(UnaryOperator<List<Bubble>> change) {
		List<Bubble> changed = change.apply(bubbles());
		this.bubbles.clear();
		changed.forEach((bubble) -> this.bubbles.put(bubble.id(), bubble));
		forgetOldest();
	}

	synchronized @Nullable Bubble latest(Predicate<Bubble> condition) {
		Bubble latest = null;
		for (Bubble bubble : this.bubbles.values()) {
			latest = (condition.test(bubble)) ? bubble : latest;
		}
		return latest;
	}

	synchronized List<Bubble> bubbles() {
		return new ArrayList<>(this.bubbles.values());
	}

	synchronized @Nullable Bubble bubble(String bubbleId) {
		return this.bubbles.get(bubbleId);
	}

	/**
	 * Somebody looks at the conversation.
	 */
	synchronized void opened() {
		this.unread = 0;
	}

	/**
	 * Return the conversation as it is now, for the page.
	 * @return a copy
	 */
	synchronized Snapshot snapshot() {
		Bubble latest = latest((bubble) -> true);
		String preview = (latest != null && latest.text() != null) ? latest.text() : "Attachment";
		return new Snapshot(this.id, this.with, this.unread, (latest != null) ? preview : "",
				(latest != null) ? latest.at() : this.createdAt, bubbles());
	}

	/**
	 * A conversation as it is at a moment.
	 *
	 * @param id the id
	 * @param with the number of the other side
	 * @param unread how many messages nobody has looked at
	 * @param preview the start of the latest message
	 * @param at when it was written, or the conversation began
	 * @param bubbles the messages
	 */
	record Snapshot(String id, String with, int unread, String preview, Instant at, List<Bubble> bubbles) {
	}

}
