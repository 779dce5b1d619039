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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.SendListener;
import com.contiguity.spring.internal.delivery.SendListener.SendEnd;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Waits on the calling thread for a send to end.
 */
final class BlockingSend {

	private BlockingSend() {
	}

	/**
	 * Wait for a send to end. An interrupt cancels it, and is kept; how it ended is known
	 * all the same.
	 * @param send makes the call
	 * @return how it ended
	 */
	static SendEnd await(Function<SendListener, Mono<SendReceipt>> send) {
		BlockingCall.checkThread();
		CompletableFuture<SendEnd> end = new CompletableFuture<>();
		Disposable call = send.apply(end::complete).subscribe((receipt) -> {
		}, end::completeExceptionally);
		try {
			return end.get();
		}
		catch (InterruptedException ex) {
			call.dispose();
			Thread.currentThread().interrupt();
			// a send that is cancelled ends at once, if it has not ended just now
			return end.join();
		}
		catch (ExecutionException ex) {
			throw BlockingCall.withCaller(ex.getCause());
		}
	}

	static SendResult result(SendRequest request, ImessageSendEvent event) {
		if (event instanceof ImessageSentEvent sent) {
			return new SendResult.Accepted(request, sent.receipt());
		}
		return new SendResult.Failed(request, (event instanceof ImessageNotSentEvent notSent) ? notSent.exception()
				: ((ImessageOutcomeUnknownEvent) event).exception());
	}

}
