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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.SendListener.SendEnd;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.util.Assert;

/**
 * Sends many messages and waits on the calling thread, which handles their events, too.
 * Every request gets a result, even if the thread is interrupted.
 */
final class BlockingBulk {

	/** What was sent, as it ends; an empty element is the end. */
	private final BlockingQueue<Optional<SendEnd>> events = new LinkedBlockingQueue<>();

	private final ReactiveImessageTemplate reactive;

	private final List<Item> items;

	BlockingBulk(ReactiveImessageTemplate reactive, Collection<SendRequest> requests) {
		BlockingCall.checkThread();
		Assert.notNull(requests, "'requests' must not be null");
		Assert.noNullElements(requests, "'requests' must not contain null");
		this.reactive = reactive;
		this.items = requests.stream().map(Item::new).toList();
	}

	/**
	 * Send all.
	 * @param handler handles the events
	 * @return a result for each request, in their order
	 */
	List<SendResult> send(Consumer<SendEnd> handler) {
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		Runnable end = () -> this.events.add(Optional.empty());
		Disposable bulk = this.reactive.sendAll(this.items).doOnError(failure::set).subscribe((result) -> {
		}, (error) -> end.run(), end);
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
		refuseWhatWasNotStarted((interrupted) ? "The thread was interrupted before the message's turn"
				: "The message's turn did not come", failure.get());
		List<SendResult> results = this.items.stream().map(Item::result).toList();
		this.events.forEach((event) -> event.ifPresent(handler));
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return results;
	}

	private void refuseWhatWasNotStarted(String why, @Nullable Throwable failure) {
		for (Item item : this.items) {
			if (item.start()) {
				this.reactive.refuse(item, new ContiguityException(why, Outcome.NOT_SENT, failure))
					.subscribe((receipt) -> {
					}, (told) -> {
					});
			}
		}
	}

	/**
	 * One of many. It is started once, and then it ends.
	 */
	final class Item {

		private final SendRequest request;

		private final CompletableFuture<SendResult> result = new CompletableFuture<>();

		private final AtomicBoolean started = new AtomicBoolean();

		Item(SendRequest request) {
			this.request = request;
		}

		SendRequest request() {
			return this.request;
		}

		/**
		 * Start, unless that was done.
		 * @return whether it was not
		 */
		boolean start() {
			return this.started.compareAndSet(false, true);
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
			return this.result.join();
		}

	}

}
