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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The webhook receiver as a functional route of Spring MVC.
 *
 * @since 0.1.0
 */
public final class ServletWebhookRoute {

	private static final int BUFFER_SIZE = 4096;

	/**
	 * Maximum number of bytes to read of a body that is too large, after the response.
	 */
	private static final int MAX_DISCARDED = 16 * 1024 * 1024;

	private final WebhookReceiver receiver;

	private final int maxSize;

	private final ObservationRegistry observationRegistry;

	private ServletWebhookRoute(WebhookReceiver receiver, int maxSize, ObservationRegistry observationRegistry) {
		this.receiver = receiver;
		this.maxSize = maxSize;
		this.observationRegistry = observationRegistry;
	}

	/**
	 * Create the route.
	 * @param path the path, within the application
	 * @param receiver receives the deliveries
	 * @param maxSize the maximum number of bytes to read
	 * @param observationRegistry provides the observation of the request
	 * @return the route
	 */
	public static RouterFunction<ServerResponse> create(String path, WebhookReceiver receiver, int maxSize,
			ObservationRegistry observationRegistry) {
		ServletWebhookRoute route = new ServletWebhookRoute(receiver, maxSize, observationRegistry);
		RequestPredicate paths = RequestPredicates.path(path).or(RequestPredicates.path(path + "/"));
		return RouterFunctions.route()
			.route(RequestPredicates.method(HttpMethod.POST).and(paths), route::handle)
			.route(paths,
					(request) -> ServerResponse.status(HttpStatus.METHOD_NOT_ALLOWED).allow(HttpMethod.POST).build())
			.build();
	}

	private ServerResponse handle(ServerRequest request) {
		PendingResponse pending = accept(request);
		return ServerResponse.status(pending.result().status()).build((servletRequest, response) -> {
			try {
				// now, not after the server has read the rest of the body
				response.setContentLength(0);
				response.flushBuffer();
			}
			catch (IOException ex) {
				// nobody waits for the response
				return null;
			}
			finally {
				this.receiver.answered(pending);
			}
			// a client that expects 100-continue does not send the body
			if (pending.result() == WebhookResult.TOO_LARGE && servletRequest.getHeader(HttpHeaders.EXPECT) == null) {
				discard(servletRequest.getInputStream());
			}
			return null;
		});
	}

	private PendingResponse accept(ServerRequest request) {
		String signature = String.join(",", request.headers().header(WebhookSignatureVerifier.SIGNATURE_HEADER));
		long length = request.servletRequest().getContentLengthLong();
		int size = (length < 0 || length > this.maxSize) ? this.maxSize : (int) length;
		PendingResponse unread = this.receiver.refuseUnread(signature, size);
		if (unread != null) {
			return unread;
		}
		byte[] body;
		try {
			if (length > this.maxSize) {
				return this.receiver.refuse(WebhookResult.TOO_LARGE);
			}
			// closed by the server, because closing it here would read the rest
			body = read(request.servletRequest().getInputStream());
		}
		catch (IOException ex) {
			// the client disconnected and does not wait for the response
			return this.receiver.refuse(WebhookResult.MALFORMED);
		}
		finally {
			this.receiver.bodyEnded(size);
		}
		if (body == null) {
			return this.receiver.refuse(WebhookResult.TOO_SLOW);
		}
		if (body.length > this.maxSize) {
			return this.receiver.refuse(WebhookResult.TOO_LARGE);
		}
		return this.receiver.accept(signature, body, this.observationRegistry.getCurrentObservation());
	}

	// a client that is still sending would not see the response if the connection were
	// closed
	private void discard(InputStream input) throws IOException {
		long start = this.receiver.nanoTime();
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = 0;
		for (int discarded = 0; count >= 0 && discarded < MAX_DISCARDED && isInTime(start); discarded += count) {
			count = input.read(buffer);
		}
	}

	// not InputStream.readNBytes(): it ends with a read of no bytes, which waits on
	// Tomcat
	private byte @Nullable [] read(InputStream input) throws IOException {
		long start = this.receiver.nanoTime();
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = 0;
		while (count >= 0 && body.size() <= this.maxSize) {
			count = input.read(buffer, 0, Math.min(buffer.length, this.maxSize + 1 - body.size()));
			body.write(buffer, 0, Math.max(count, 0));
			if (!isInTime(start)) {
				return null;
			}
		}
		return body.toByteArray();
	}

	private boolean isInTime(long start) {
		return this.receiver.nanoTime() - start < WebhookReceiver.BODY_TIMEOUT.toNanos();
	}

}
