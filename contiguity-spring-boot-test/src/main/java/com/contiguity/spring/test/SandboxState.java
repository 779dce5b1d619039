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

package com.contiguity.spring.test;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.contiguity.spring.line.Line;

/**
 * The state of the sandbox: its conversations, lines and refusals. Thread-safe.
 */
final class SandboxState {

	/** Maximum number of different refusals to keep. */
	private static final int MAX_REFUSALS = 10;

	private final Clock clock;

	private List<Line> firstLines;

	private final Conversations conversations = new Conversations();

	private final Set<String> withoutSms = new HashSet<>();

	private final Map<Refusal, Integer> refusals = new LinkedHashMap<>();

	private List<Line> lines;

	private boolean changesTexts;

	SandboxState(Clock clock, List<Line> lines) {
		this.clock = clock;
		this.firstLines = List.copyOf(lines);
		this.lines = this.firstLines;
	}

	synchronized void clear() {
		this.conversations.clear();
		this.withoutSms.clear();
		this.refusals.clear();
		this.lines = this.firstLines;
		this.changesTexts = false;
	}

	Conversations conversations() {
		return this.conversations;
	}

	synchronized boolean changesTexts() {
		return this.changesTexts;
	}

	synchronized void changesTexts(boolean changesTexts) {
		this.changesTexts = changesTexts;
	}

	synchronized List<Line> lines() {
		return this.lines;
	}

	synchronized void lines(List<Line> lines) {
		this.lines = List.copyOf(lines);
	}

	/**
	 * Lease additional lines permanently.
	 * @param more the lines; those whose number is leased already are ignored
	 */
	synchronized void leaseAlso(List<Line> more) {
		this.firstLines = union(this.firstLines, more);
		this.lines = union(this.lines, more);
	}

	private static List<Line> union(List<Line> lines, List<Line> more) {
		Map<String, Line> union = new LinkedHashMap<>();
		lines.forEach((line) -> union.put(line.number(), line));
		more.forEach((line) -> union.putIfAbsent(line.number(), line));
		return List.copyOf(union.values());
	}

	synchronized void failSmsTo(String to) {
		this.withoutSms.add(to);
	}

	synchronized boolean takesSms(String to) {
		return SandboxRecipients.takesSms(to) && !this.withoutSms.contains(to);
	}

	Instant now() {
		return Instant.ofEpochMilli(this.clock.millis());
	}

	/**
	 * Record that an attempt to send a message was rejected.
	 * @param refusal the reason
	 */
	synchronized void refused(Refusal refusal) {
		if (this.refusals.size() < MAX_REFUSALS || this.refusals.containsKey(refusal)) {
			this.refusals.merge(refusal, 1, Integer::sum);
		}
	}

	/**
	 * Return how often attempts to send a message were rejected, by reason.
	 * @return a copy, in the order of their first occurrence
	 */
	synchronized Map<Refusal, Integer> refusals() {
		return new LinkedHashMap<>(this.refusals);
	}

	/**
	 * The reason why an attempt to send a message was rejected.
	 *
	 * @param status the HTTP status
	 * @param reason the reason in the response, which never contains a number or a text
	 */
	record Refusal(int status, String reason) {
	}

}
