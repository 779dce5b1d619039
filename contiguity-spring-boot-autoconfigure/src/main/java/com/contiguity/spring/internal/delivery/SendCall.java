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

import java.time.Duration;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.line.LinePacer.Permit;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * A call that sends a message. It ends once, and tells so once, even where an answer and
 * a cancellation meet.
 */
final class SendCall extends Call {

	private volatile SendRequest request;

	private final SendListener listener;

	private volatile @Nullable Permit permit;

	private volatile boolean permitFresh;

	SendCall(SendRequest request, RetryRules retryRules, Duration timeout, Scheduler scheduler, CallMonitor monitor,
			ContextView subscriber, SendListener listener) {
		super(Operation.SEND, retryRules, timeout, scheduler, monitor, subscriber);
		this.request = request;
		this.listener = listener;
	}

	SendRequest request() {
		return this.request;
	}

	void setRequest(SendRequest request) {
		this.request = request;
	}

	void setPermit(Permit permit) {
		this.permit = permit;
		this.permitFresh = true;
		if (isGivenUp()) {
			giveBackPermit();
		}
	}

	boolean hasFreshPermit() {
		return this.permitFresh;
	}

	private void giveBackPermit() {
		Permit permit = this.permit;
		this.permitFresh = false;
		if (permit != null) {
			permit.giveBack();
		}
	}

	@Override
	Attempt nextAttempt() {
		this.permitFresh = false;
		return super.nextAttempt();
	}

	@Override
	boolean giveUp() {
		boolean nothingLeft = super.giveUp();
		if (nothingLeft) {
			giveBackPermit();
		}
		return nothingLeft;
	}

	@Override
	ContiguityException attemptFailed(Throwable failure) {
		if (nothingLeft()) {
			giveBackPermit();
		}
		this.permit = null;
		return super.attemptFailed(failure);
	}

	SendReceipt succeeded(AcceptedMessage answer) {
		SendReceipt receipt = new SendReceipt(answer.messageId(), this.request.to(), this.request.from(), attempts(),
				elapsed(), answer.metadata());
		if (end(receipt)) {
			tell(new ImessageSentEvent(this.request, receipt));
		}
		return receipt;
	}

	@Override
	ContiguityException failed(Throwable failure) {
		ContiguityException exception = asContiguityException(failure);
		AttemptMade attempt = lastAttempt();
		if (exception.outcome() != Outcome.UNKNOWN || attempt == null) {
			if (end(exception)) {
				tell(new ImessageNotSentEvent(this.request, exception, attempts(), elapsed()));
			}
			return exception;
		}
		SendOutcomeUnknownException unknown = new SendOutcomeUnknownException(this.request, this.request.from(),
				attempt.startedAt(), attempt.number(), exception);
		if (end(unknown)) {
			tell(new ImessageOutcomeUnknownEvent(this.request, unknown, attempts(), elapsed()));
		}
		return unknown;
	}

	private void tell(ImessageSendEvent event) {
		this.listener.ended(new SendListener.SendEnd(event, observation()));
	}

}
