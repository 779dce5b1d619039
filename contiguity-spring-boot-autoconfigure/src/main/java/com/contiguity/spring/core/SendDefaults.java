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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.line.LeasedLinePool;
import com.contiguity.spring.line.LineSelector;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * What fills the gaps of a request.
 *
 * @param lineSelector chooses the line
 * @param leasedLines what the selector chooses from, if it has to be read first
 * @param fallback the fallback, if there is a configured one
 * @param fastTrack whether to pass by the lines' rates, if that is configured
 */
record SendDefaults(LineSelector lineSelector, @Nullable LeasedLinePool leasedLines, @Nullable Fallback fallback,
		@Nullable Boolean fastTrack) {

	/**
	 * Fill the gaps.
	 * @param request the request as given
	 * @return the complete request
	 */
	Mono<SendRequest> complete(SendRequest request) {
		return (request.from() == null && this.leasedLines != null)
				? this.leasedLines.ready().then(Mono.fromCallable(() -> fillIn(request)))
				: Mono.fromCallable(() -> fillIn(request));
	}

	private SendRequest fillIn(SendRequest request) {
		String from = (request.from() != null) ? request.from() : select(request.to());
		Fallback fallback = (request.fallback() != null) ? request.fallback() : this.fallback;
		Boolean fastTrack = (request.fastTrack() != null) ? request.fastTrack() : this.fastTrack;
		if (from == request.from() && fallback == request.fallback() && fastTrack == request.fastTrack()) {
			return request;
		}
		return request.mutate().from(from).fallback(fallback).fastTrack(fastTrack).build();
	}

	// it is told of the recipient, and may repeat it
	private @Nullable String select(String recipient) {
		try {
			return this.lineSelector.select(recipient);
		}
		catch (Throwable ex) {
			Exceptions.throwIfFatal(ex);
			if (ex instanceof ContiguityException failure && failure.outcome() != Outcome.UNKNOWN) {
				throw failure;
			}
			throw new ContiguityException(
					"No line could be chosen: %s of the LineSelector".formatted(ex.getClass().getSimpleName()),
					Outcome.NOT_SENT, MaskedFailure.of(ex));
		}
	}

	/**
	 * Choose the line for something that is not a message.
	 * @param recipient the recipient
	 * @return the line, or nothing to leave the choice to Contiguity
	 */
	Mono<String> line(String recipient) {
		Mono<String> line = Mono.fromCallable(() -> select(recipient));
		return (this.leasedLines != null) ? this.leasedLines.ready().then(line) : line;
	}

	/**
	 * Read the leased lines no more.
	 */
	void closeLeasedLines() {
		if (this.leasedLines != null) {
			this.leasedLines.close();
		}
	}

	/**
	 * Forget the leased lines, until they are needed again.
	 */
	void forgetLeasedLines() {
		if (this.leasedLines != null) {
			this.leasedLines.stop();
		}
	}

}
