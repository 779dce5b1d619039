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

import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempt;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The pipeline of messages, from the request to the {@link SendResult}: defaults with the
 * line, interceptors, pacing and attempts. A send never ends with an error signal.
 *
 * @since 0.1.0
 */
public final class SendPipeline {

	private final Delivery delivery;

	private final Function<SendRequest, Mono<SendRequest>> defaults;

	private final @Nullable Interception interception;

	private final BiFunction<SendRequest, Attempt, Mono<AcceptedMessage>> exchange;

	private final Consumer<SendCall> ended;

	private final int bulkConcurrency;

	private final int bulkCapacity;

	/**
	 * Create a pipeline.
	 * @param delivery the delivery that all calls share
	 * @param defaults applies the defaults of a request, including its line
	 * @param interception intercepts the send before it waits for the line, or {@code
	 * null}
	 * @param exchange makes one attempt
	 * @param ended called for each send for which no thread waits, on any thread; must
	 * {@linkplain SendCall#close() close} it
	 * @param bulkConcurrency the maximum number of messages of a bulk on the wire
	 * @param bulkCapacity the maximum number of messages of a bulk that are read ahead
	 */
	public SendPipeline(Delivery delivery, Function<SendRequest, Mono<SendRequest>> defaults,
			@Nullable Interception interception, BiFunction<SendRequest, Attempt, Mono<AcceptedMessage>> exchange,
			Consumer<SendCall> ended, int bulkConcurrency, int bulkCapacity) {
		this.delivery = delivery;
		this.defaults = defaults;
		this.interception = interception;
		this.exchange = exchange;
		this.ended = ended;
		this.bulkConcurrency = bulkConcurrency;
		this.bulkCapacity = bulkCapacity;
	}

	Delivery delivery() {
		return this.delivery;
	}

	Mono<SendRequest> complete(SendRequest request) {
		return this.defaults.apply(request);
	}

	@Nullable Interception interception() {
		return this.interception;
	}

	Mono<AcceptedMessage> exchange(SendRequest request, Attempt attempt) {
		return this.exchange.apply(request, attempt);
	}

	/**
	 * Send a message.
	 * @param request the request as given
	 * @return the result
	 */
	public Mono<SendResult> send(SendRequest request) {
		return send(request, null);
	}

	/**
	 * Send a message if a guard permits it, with at most one attempt. It waits for its
	 * line without a limit.
	 * @param request the request as given
	 * @param guard called before the attempt
	 * @return the result
	 */
	public Mono<SendResult> sendGuarded(SendRequest request, SendGuard guard) {
		return send(request, guard);
	}

	private Mono<SendResult> send(SendRequest request, @Nullable SendGuard guard) {
		return Mono.fromDirect((subscriber) -> {
			Context context = Operators.toCoreSubscriber(subscriber).currentContext();
			subscriber.onSubscribe(new SendCall(this, request, guard, context, (call) -> {
				SendResult result = call.result();
				this.ended.accept(call);
				if (!call.isCancelled()) {
					subscriber.onNext(result);
					subscriber.onComplete();
				}
			}));
		});
	}

	/**
	 * Start to send a message.
	 * @param request the request as given
	 * @param ended called when the send has ended; must {@linkplain SendCall#close()
	 * close} it
	 * @return the call, which can be cancelled
	 */
	public SendCall start(SendRequest request, Consumer<SendCall> ended) {
		SendCall call = new SendCall(this, request, null, Context.empty(), ended);
		call.request(1);
		return call;
	}

	/**
	 * Send many messages.
	 * @param requests the requests as given
	 * @return the results, as soon as they are known
	 */
	public Flux<SendResult> sendAll(Publisher<SendRequest> requests) {
		return Flux.from((subscriber) -> requests.subscribe(new Bulk(this, this.bulkConcurrency, this.bulkCapacity,
				false, Operators.toCoreSubscriber(subscriber), (call, position) -> this.ended.accept(call))));
	}

	/**
	 * Start to send many messages. Each of them has a result in any case.
	 * @param requests the requests as given
	 * @param ended called when a message has ended, with its index among the requests;
	 * must {@linkplain SendCall#close() close} it
	 * @return the bulk, which can be given up
	 */
	public Bulk startAll(Collection<SendRequest> requests, ObjIntConsumer<SendCall> ended) {
		BaseSubscriber<SendResult> nobody = new BaseSubscriber<>() {
		};
		Bulk bulk = new Bulk(this, this.bulkConcurrency, this.bulkCapacity, true, nobody, ended);
		Flux.fromIterable(requests).subscribe(bulk);
		return bulk;
	}

}
