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

package com.contiguity.spring.core;

import java.util.List;
import java.util.Objects;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.line.LeasedLinePool;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.line.LineSelection;
import com.contiguity.spring.line.LineSelector;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * Applies defaults to requests.
 *
 * @param lineSelector the selector of the line
 * @param linePool the lines to select from
 * @param leasedLines refreshes the pool from the account's leased lines, or {@code null}
 * if the lines are configured
 * @param fallback the configured fallback, or {@code null}
 * @param fastTrack whether to bypass the rate limits of lines, or {@code null} if that is
 * not configured
 */
record SendDefaults(LineSelector lineSelector, LinePool linePool, @Nullable LeasedLinePool leasedLines,
		@Nullable Fallback fallback, @Nullable Boolean fastTrack) {

	/**
	 * Apply the defaults to a request.
	 * @param request the request as given
	 * @return the complete request
	 */
	Mono<SendRequest> complete(SendRequest request) {
		return (request.from() == null && this.leasedLines != null)
				? this.leasedLines.lines().map((lines) -> fillIn(request, lines))
				: Mono.fromCallable(() -> fillIn(request, this.linePool.lines()));
	}

	private SendRequest fillIn(SendRequest request, List<Line> lines) {
		String from = (request.from() != null) ? request.from()
				: select(new LineSelection(request.to(), request, lines));
		Fallback fallback = (request.fallback() != null) ? request.fallback() : this.fallback;
		Boolean fastTrack = (request.fastTrack() != null) ? request.fastTrack() : this.fastTrack;
		if (from == request.from() && fallback == request.fallback() && fastTrack == request.fastTrack()) {
			return request;
		}
		return request.mutate().from(from).fallback(fallback).fastTrack(fastTrack).build();
	}

	/**
	 * Select the line of a recipient for something other than a message.
	 * @param recipient the recipient
	 * @return the line's number. Empty if Contiguity chooses because no line is
	 * configured or the {@link LineSelector} selects none. A {@link ContiguityException}
	 * if the leased lines cannot be read or none of them can send
	 */
	Mono<String> line(String recipient) {
		return (this.leasedLines != null)
				? this.leasedLines.lines().mapNotNull((lines) -> select(new LineSelection(recipient, null, lines)))
				: Mono.fromCallable(() -> select(new LineSelection(recipient, null, this.linePool.lines())));
	}

	private @Nullable String select(LineSelection selection) {
		String line = ask(selection);
		if (line == null && this.leasedLines != null && selection.lines().isEmpty()) {
			// without a line, Contiguity would send from a random one, without pacing
			throw new ContiguityException(
					Objects.requireNonNullElse(this.linePool.unusable(), "There is no leased line")
							+ ". Lease a line, or set 'contiguity.from' or 'contiguity.lines'",
					Outcome.NOT_SENT);
		}
		return line;
	}

	// the selector receives the recipient and the text, and its exception may contain
	// them
	private @Nullable String ask(LineSelection selection) {
		try {
			return this.lineSelector.select(selection);
		}
		catch (Throwable ex) {
			Exceptions.throwIfFatal(ex);
			if (ex instanceof ContiguityException failure && failure.outcome() != Outcome.UNKNOWN) {
				throw failure;
			}
			throw new ContiguityException(
					"Failed to select a line: LineSelector threw %s".formatted(ex.getClass().getSimpleName()),
					Outcome.NOT_SENT, MaskedFailure.of(ex));
		}
	}

	/**
	 * Stop refreshing the leased lines permanently.
	 */
	void closeLeasedLines() {
		if (this.leasedLines != null) {
			this.leasedLines.close();
		}
	}

	/**
	 * Stop refreshing the leased lines until they are needed again.
	 */
	void stopLeasedLines() {
		if (this.leasedLines != null) {
			this.leasedLines.stop();
		}
	}

	/**
	 * Discard the leased lines and their aliases.
	 */
	void forgetLeasedLines() {
		if (this.leasedLines != null) {
			this.leasedLines.forget();
		}
	}

}
