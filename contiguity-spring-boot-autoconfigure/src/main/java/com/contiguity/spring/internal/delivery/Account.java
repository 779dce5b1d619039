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

import java.util.List;

import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.internal.line.LinePool;
import reactor.core.publisher.Mono;

/**
 * The internal parts of a template, for reports and for tests that share an application.
 *
 * @param delivery delivers its calls
 * @param sends the pipeline of its messages
 * @param linePool the lines to choose from
 * @param reconciler determines the outcome of sends
 * @param probe lists the lines leased by the account, with a single attempt
 * @param forget discards the state learned from calls: leased lines, the used retry
 * budget, the status of the account and the pacing of lines
 */
public record Account(Delivery delivery, SendPipeline sends, LinePool linePool, Reconciler reconciler,
		Mono<List<LeasedLine>> probe, Runnable forget) {

	/**
	 * Send a message if a guard permits it, with at most one attempt. Defaults, line,
	 * interceptors, pacing, observation and event are the same as for any send, but it
	 * waits for its line without a limit.
	 * @param request the request
	 * @param guard called once the line has a permit, before the attempt
	 * @return the result; never an error
	 */
	public Mono<SendResult> sendGuarded(SendRequest request, SendGuard guard) {
		return this.sends.sendGuarded(request, guard);
	}

	/**
	 * Determine the outcome of a send.
	 * @param unknown the send
	 * @param known sends that are recorded elsewhere
	 * @return the verdict, or a failure
	 */
	public Mono<Reconciliation> reconcile(UnknownSend unknown, KnownSends known) {
		return this.reconciler.reconcile(unknown, known);
	}

}
