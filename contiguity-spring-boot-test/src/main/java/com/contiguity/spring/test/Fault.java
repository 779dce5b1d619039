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

package com.contiguity.spring.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.mockserver.model.ConnectionOptions;
import org.mockserver.model.HttpResponse;

import org.springframework.util.Assert;

/**
 * A fault of one request to the {@link ContiguitySandbox sandbox}. A fault can accept the
 * request only if the request is valid. An invalid request is rejected as usual, and the
 * fault is used up without effect. Immutable.
 *
 * @since 0.1.0
 * @see ContiguitySandbox#next(Fault...)
 */
public final class Fault {

	/**
	 * MockServer closes a connection after a response, even if the response cannot be
	 * written, as with this status.
	 */
	private static final int UNWRITABLE_STATUS = -1;

	private final String name;

	private final Effect effect;

	private Fault(String name, Effect effect) {
		this.name = name;
		this.effect = effect;
	}

	/**
	 * No fault, for a request between other faults.
	 * @return the fault
	 */
	public static Fault none() {
		return new Fault("none", (envelope, operation) -> operation.get());
	}

	/**
	 * Reject the request with an error.
	 * @param status the HTTP status, from 400 to 599
	 * @return the fault
	 * @throws IllegalArgumentException if the status is out of range
	 */
	public static Fault status(int status) {
		checkStatus(status);
		return new Fault("status " + status, (envelope, operation) -> envelope.error(status, "Fault"));
	}

	/**
	 * Reject the request with an error that specifies when to retry.
	 * @param status the HTTP status, from 400 to 599
	 * @param retryAfter how long to wait, not negative, rounded up to seconds
	 * @return the fault
	 * @throws IllegalArgumentException if a parameter is out of range
	 */
	public static Fault status(int status, Duration retryAfter) {
		checkStatus(status);
		Assert.isTrue(!retryAfter.isNegative(), "'retryAfter' must not be negative");
		return new Fault("status " + status + " with Retry-After", (envelope,
				operation) -> envelope.error(status, "Fault").withHeader(SandboxEnvelope.retryAfter(retryAfter)));
	}

	/**
	 * Reject the request with an HTML page, as a gateway does.
	 * @param status the HTTP status, from 400 to 599
	 * @return the fault
	 * @throws IllegalArgumentException if the status is out of range
	 */
	public static Fault html(int status) {
		checkStatus(status);
		return new Fault("HTML page with status " + status,
				(envelope, operation) -> HttpResponse.response()
					.withStatusCode(status)
					.withHeader("Content-Type", "text/html")
					.withBody("<html><body><h1>" + status + "</h1></body></html>".getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Reject the request with a 403 and a link to terms that must be accepted.
	 * @return the fault
	 */
	public static Fault agreementRequired() {
		return new Fault("agreement required",
				(envelope, operation) -> envelope.agreementRequired("https://contiguity.example/agreement"));
	}

	/**
	 * Drop the connection without a response. The request is not accepted.
	 * @return the fault
	 */
	public static Fault dropBeforeAccepting() {
		return new Fault("drop before accepting", (envelope, operation) -> drop());
	}

	/**
	 * Accept the request, then drop the connection without a response.
	 * @return the fault
	 */
	public static Fault dropAfterAccepting() {
		return new Fault("drop after accepting", (envelope, operation) -> {
			operation.get();
			return drop();
		});
	}

	/**
	 * Accept the request, but close the connection in the middle of the response.
	 * @return the fault
	 */
	public static Fault cutShort() {
		return new Fault("cut short", (envelope, operation) -> {
			HttpResponse response = operation.get();
			int length = response.getBodyAsRawBytes().length;
			return response.withConnectionOptions(
					new ConnectionOptions().withContentLengthHeaderOverride(length + 1).withCloseSocket(true));
		});
	}

	/**
	 * Accept the request immediately, but delay the response.
	 * @param delay the delay of the response, not negative, in whole milliseconds
	 * @return the fault
	 * @throws IllegalArgumentException if the delay is negative
	 */
	public static Fault late(Duration delay) {
		Assert.isTrue(!delay.isNegative(), "'delay' must not be negative");
		return new Fault("late by " + delay,
				(envelope, operation) -> operation.get().withDelay(TimeUnit.MILLISECONDS, delay.toMillis()));
	}

	private static void checkStatus(int status) {
		Assert.isTrue(status >= 400 && status <= 599, "'status' must be from 400 to 599");
	}

	private static HttpResponse drop() {
		return HttpResponse.response()
			.withStatusCode(UNWRITABLE_STATUS)
			.withConnectionOptions(new ConnectionOptions().withCloseSocket(true));
	}

	HttpResponse answer(SandboxEnvelope envelope, Supplier<HttpResponse> operation) {
		return this.effect.answer(envelope, operation);
	}

	@Override
	public String toString() {
		return "Fault[" + this.name + "]";
	}

	/**
	 * Effect of a fault on the operation and its response.
	 */
	@FunctionalInterface
	private interface Effect {

		HttpResponse answer(SandboxEnvelope envelope, Supplier<HttpResponse> operation);

	}

}
