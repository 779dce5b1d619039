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

package com.contiguity.spring.internal.webhook;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The webhook receiver as a functional route of Spring WebFlux.
 *
 * @since 0.1.0
 */
public final class ReactiveWebhookRoute {

	private final WebhookReceiver receiver;

	private final int maxSize;

	private ReactiveWebhookRoute(WebhookReceiver receiver, int maxSize) {
		this.receiver = receiver;
		this.maxSize = maxSize;
	}

	/**
	 * Create the route.
	 * @param path the path, within the application
	 * @param receiver receives the deliveries
	 * @param maxSize the maximum number of bytes to read
	 * @return the route
	 */
	public static RouterFunction<ServerResponse> create(String path, WebhookReceiver receiver, int maxSize) {
		ReactiveWebhookRoute route = new ReactiveWebhookRoute(receiver, maxSize);
		RequestPredicate paths = RequestPredicates.path(path).or(RequestPredicates.path(path + "/"));
		return RouterFunctions.route()
			.route(RequestPredicates.method(HttpMethod.POST).and(paths), route::handle)
			.route(paths,
					(request) -> ServerResponse.status(HttpStatus.METHOD_NOT_ALLOWED).allow(HttpMethod.POST).build())
			.build();
	}

	private Mono<ServerResponse> handle(ServerRequest request) {
		return accept(request).flatMap((pending) -> ServerResponse.status(pending.result().status())
			.contentLength(0)
			.build((exchange, context) -> write(exchange.getResponse())
				.doFinally((signal) -> this.receiver.answered(pending))));
	}

	// with setComplete(), the server would decide when to send the response
	private static Mono<Void> write(ServerHttpResponse response) {
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().allocateBuffer(0)));
	}

	private Mono<PendingResponse> accept(ServerRequest request) {
		return Mono.defer(() -> {
			String signature = String.join(",", request.headers().header(WebhookSignatureVerifier.SIGNATURE_HEADER));
			long length = request.headers().contentLength().orElse(-1);
			int size = (length < 0 || length > this.maxSize) ? this.maxSize : (int) length;
			PendingResponse unread = this.receiver.refuseUnread(signature, size);
			if (unread != null) {
				return Mono.just(unread);
			}
			Mono<byte[]> body = (length > this.maxSize) ? Mono.error(new RefusedBodyException(WebhookResult.TOO_LARGE))
					: read(request);
			return body.doFinally((signal) -> this.receiver.bodyEnded(size))
				.flatMap((bytes) -> accept(signature, bytes))
				.onErrorResume(RefusedBodyException.class,
						(ex) -> Mono.fromSupplier(() -> this.receiver.refuse(ex.result)))
				.onErrorResume(RejectedExecutionException.class,
						(ex) -> Mono.fromSupplier(this.receiver::refuseWithoutThread));
		});
	}

	private Mono<byte[]> read(ServerRequest request) {
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), this.maxSize)
			.map(ReactiveWebhookRoute::bytes)
			.defaultIfEmpty(new byte[0])
			.timeout(WebhookReceiver.BODY_TIMEOUT)
			.onErrorMap((ex) -> new RefusedBodyException(result(ex)));
	}

	// a client that disconnects does not wait for the response
	private static WebhookResult result(Throwable failure) {
		if (failure instanceof DataBufferLimitException) {
			return WebhookResult.TOO_LARGE;
		}
		return (failure instanceof TimeoutException) ? WebhookResult.TOO_SLOW : WebhookResult.MALFORMED;
	}

	private Mono<PendingResponse> accept(String signature, byte[] body) {
		return Mono.deferContextual((context) -> {
			Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			// stores may block. A client that disconnects must neither interrupt a store
			// nor cancel a claim, so that the result is still handled
			Mono<PendingResponse> pending = Mono.fromSupplier(() -> this.receiver.accept(signature, body, parent))
				.subscribeOn(Schedulers.boundedElastic())
				.cache();
			return pending.doOnCancel(() -> pending.onErrorComplete().subscribe(this.receiver::answered));
		});
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	/**
	 * A body that is refused.
	 */
	private static final class RefusedBodyException extends RuntimeException {

		private final WebhookResult result;

		RefusedBodyException(WebhookResult result) {
			super(null, null, false, false);
			this.result = result;
		}

	}

}
