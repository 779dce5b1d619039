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

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.delivery.SendListener.SendEnd;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Sends many messages and waits on the calling thread, which handles their events, too.
 * Every request gets a result, even if the thread is interrupted.
 */
final class BlockingBulk {

	/** What was sent, as it ends; an empty element is the end. */
	private final BlockingQueue<Optional<SendEnd>> events = new LinkedBlockingQueue<>();

	private final List<Item> items;

	BlockingBulk(Collection<SendRequest> requests) {
		this.items = requests.stream().map(Item::new).toList();
	}

	/**
	 * Send all.
	 * @param send sends items
	 * @param handler handles the events
	 * @return a result for each request, in their order
	 */
	List<SendResult> send(Function<List<Item>, Flux<SendResult>> send, Consumer<SendEnd> handler) {
		BlockingCall.checkThread();
		Runnable end = () -> this.events.add(Optional.empty());
		Disposable bulk = send.apply(this.items).subscribe((result) -> {
		}, (failure) -> end.run(), end);
		boolean interrupted = false;
		try {
			for (Optional<SendEnd> event = this.events.take(); event.isPresent(); event = this.events.take()) {
				handler.accept(event.get());
			}
		}
		catch (InterruptedException ex) {
			interrupted = true;
			bulk.dispose();
		}
		List<SendResult> results = this.items.stream().map(Item::result).toList();
		this.events.forEach((event) -> event.ifPresent(handler));
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return results;
	}

	/**
	 * One of many. Once its send is started, it ends.
	 */
	final class Item {

		private final SendRequest request;

		private final CompletableFuture<SendResult> result = new CompletableFuture<>();

		private volatile boolean started;

		Item(SendRequest request) {
			this.request = request;
		}

		SendRequest request() {
			return this.request;
		}

		void started() {
			this.started = true;
		}

		void published(SendEnd end) {
			BlockingBulk.this.events.add(Optional.of(end));
			// where the bulk was cancelled, the event is all that comes
			ended(BlockingSend.result(this.request, end.event()));
		}

		void ended(SendResult result) {
			this.result.complete(result);
		}

		SendResult result() {
			return (this.started || this.result.isDone()) ? this.result.join() : new SendResult.Failed(this.request,
					new ContiguityException("The thread was interrupted before the message's turn", Outcome.NOT_SENT));
		}

	}

}
