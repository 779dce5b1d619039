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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.Bulk;
import com.contiguity.spring.internal.delivery.SendCall;
import com.contiguity.spring.internal.delivery.SendPipeline;

/**
 * Sends many messages and waits on the calling thread, which also publishes their events.
 * Every request gets a result, even if the thread is interrupted.
 */
final class BlockingBulk {

	private final BlockingQueue<SendCall> ended = new LinkedBlockingQueue<>();

	private final List<SendRequest> requests;

	private final SendResult[] results;

	private boolean interrupted;

	BlockingBulk(List<SendRequest> requests) {
		this.requests = requests;
		this.results = new SendResult[requests.size()];
	}

	/**
	 * Send all messages.
	 * @param sends the pipeline of each message
	 * @param publisher publishes the outcome of each message and closes the send
	 * @return a result for each request, in their order
	 */
	List<SendResult> send(SendPipeline sends, Consumer<SendCall> publisher) {
		Bulk bulk = sends.startAll(this.requests, (call, place) -> {
			this.results[place] = call.result();
			this.ended.add(call);
		});
		for (int told = 0; told < this.results.length; told++) {
			publisher.accept(next(bulk));
		}
		if (this.interrupted) {
			Thread.currentThread().interrupt();
		}
		return List.of(this.results);
	}

	// a cancelled bulk ends by itself
	private SendCall next(Bulk bulk) {
		while (true) {
			try {
				return this.ended.take();
			}
			catch (InterruptedException ex) {
				this.interrupted = true;
				bulk.giveUp("The thread was interrupted before the message was sent");
			}
		}
	}

}
