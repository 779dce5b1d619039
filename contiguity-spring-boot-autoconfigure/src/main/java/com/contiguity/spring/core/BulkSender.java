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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Sends many messages: in order for each line, lines side by side, and no more at a time
 * than the given number.
 */
final class BulkSender {

	private final int concurrency;

	private final SendDefaults defaults;

	private final Scheduler scheduler;

	BulkSender(int concurrency, SendDefaults defaults, Scheduler scheduler) {
		this.concurrency = concurrency;
		this.defaults = defaults;
		this.scheduler = scheduler;
	}

	/**
	 * Send many messages.
	 * @param <I> what is sent
	 * @param items what to send
	 * @param sender sends one of them
	 * @return how each ended, as it ends
	 */
	<I> Flux<SendResult> send(Publisher<I> items, Sender<I> sender) {
		return Flux.defer(() -> {
			Map<String, Mono<Void>> lastOfLine = new ConcurrentHashMap<>();
			// sequential: they queue in their order, and wait together for lines that
			// are yet to be read
			Flux<Entry<I>> entries = Flux.from(items)
				.flatMapSequential((item) -> complete(item, sender.request(item)), this.concurrency, 1);
			return entries.flatMap((entry) -> {
				I item = entry.item();
				SendRequest request = entry.request();
				return inOrder(lastOfLine, entry.complete(), (complete) -> sender.send(item, request, complete))
					.<SendResult>map((receipt) -> new SendResult.Accepted(request, receipt))
					.onErrorResume((failure) -> Mono.just(failed(request, failure)))
					.doOnNext((result) -> sender.ended(item, result));
			}, this.concurrency, 1);
		});
	}

	private <I> Mono<Entry<I>> complete(I item, SendRequest request) {
		return this.defaults.complete(request).materialize().map((complete) -> new Entry<>(item, request, complete));
	}

	private Mono<SendReceipt> inOrder(Map<String, Mono<Void>> lastOfLine, Signal<SendRequest> completed,
			Function<Mono<SendRequest>, Mono<SendReceipt>> send) {
		return Mono.defer(() -> {
			SendRequest complete = completed.get();
			if (complete == null) {
				return send.apply(Mono.error(completed::getThrowable));
			}
			// each queues behind the last of its line
			String queue = queue(complete);
			Sinks.Empty<Void> sink = Sinks.empty();
			Mono<Void> ended = sink.asMono();
			Mono<Void> before = lastOfLine.put(queue, ended);
			Mono<SendReceipt> receipt = Mono.defer(() -> send.apply(Mono.just(complete))).doFinally((end) -> {
				lastOfLine.remove(queue, ended);
				// only the bulk as a whole is cancelled, and then nobody's turn comes
				if (end != SignalType.CANCEL) {
					sink.tryEmitEmpty();
				}
			});
			// the hop keeps a queue that ends all at once, at shutdown for instance, from
			// nesting
			return (before != null) ? before.publishOn(this.scheduler).then(receipt) : receipt;
		});
	}

	// where Contiguity chooses the line, only messages to the same recipient keep their
	// order
	private static String queue(SendRequest request) {
		return (request.from() != null) ? request.from() : request.to();
	}

	private static SendResult failed(SendRequest request, Throwable failure) {
		return new SendResult.Failed(request, (failure instanceof ContiguityException exception) ? exception
				: new ContiguityException("The message could not be sent", Outcome.NOT_SENT, failure));
	}

	/**
	 * What is sent, and all that is needed for it.
	 *
	 * @param <I> what is sent
	 * @param item what is sent
	 * @param request its request as given
	 * @param complete the request with the defaults filled in, or why they cannot be
	 */
	private record Entry<I>(I item, SendRequest request, Signal<SendRequest> complete) {
	}

	/**
	 * Sends one of many.
	 *
	 * @param <I> what is sent
	 */
	interface Sender<I> {

		SendRequest request(I item);

		Mono<SendReceipt> send(I item, SendRequest request, Mono<SendRequest> complete);

		default void ended(I item, SendResult result) {
		}

	}

}
