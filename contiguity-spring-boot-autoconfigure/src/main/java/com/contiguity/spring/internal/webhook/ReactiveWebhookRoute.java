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

import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The receiver as a functional route of Spring WebFlux.
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
	 * @param receiver takes the deliveries
	 * @param maxSize how many bytes are read, at most
	 * @return the route
	 */
	public static RouterFunction<ServerResponse> create(String path, WebhookReceiver receiver, int maxSize) {
		ReactiveWebhookRoute route = new ReactiveWebhookRoute(receiver, maxSize);
		return RouterFunctions.route().POST(path, route::handle).build();
	}

	private Mono<ServerResponse> handle(ServerRequest request) {
		return accept(request).flatMap((reception) -> ServerResponse.status(reception.result().status())
			.contentLength(0)
			.build((exchange, context) -> write(exchange.getResponse())
				.doFinally((signal) -> this.receiver.answered(reception))));
	}

	// setComplete() would leave it to the server when to send
	private static Mono<Void> write(ServerHttpResponse response) {
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().allocateBuffer(0)));
	}

	private Mono<Reception> accept(ServerRequest request) {
		if (request.headers().contentLength().orElse(-1) > this.maxSize) {
			return Mono.fromSupplier(() -> this.receiver.refuse(WebhookResult.TOO_LARGE));
		}
		List<String> signatures = request.headers().header(WebhookSignatureVerifier.SIGNATURE_HEADER);
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), this.maxSize)
			.map(ReactiveWebhookRoute::bytes)
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> accept(String.join(",", signatures), body))
			.onErrorResume(DataBufferLimitException.class,
					(ex) -> Mono.fromSupplier(() -> this.receiver.refuse(WebhookResult.TOO_LARGE)))
			.onErrorResume(RejectedExecutionException.class, (ex) -> Mono.fromSupplier(this.receiver::refuseUnread));
	}

	private Mono<Reception> accept(String signature, byte[] body) {
		return Mono.deferContextual((context) -> {
			Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			// stores may block; and a client that goes away neither interrupts one nor
			// takes back what it claimed, so that the result is kept for whoever is left
			Mono<Reception> reception = Mono.fromSupplier(() -> this.receiver.accept(signature, body, parent))
				.subscribeOn(Schedulers.boundedElastic())
				.cache();
			return reception.doOnCancel(() -> reception.onErrorComplete().subscribe(this.receiver::answered));
		});
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

}
