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

import java.io.IOException;

import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.internal.delivery.FaultServer.Exchange;
import com.contiguity.spring.internal.delivery.FaultServer.Script;

/**
 * Faults of a send and their expected results.
 */
enum Fault {

	OK("200", Outcome.ACCEPTED, (exchange) -> exchange.read().answer(200, ApiAnswers.JSON, ApiAnswers.accepted())),

	HTML("200 with HTML", Outcome.UNKNOWN,
			(exchange) -> exchange.read().answer(200, "Content-Type: text/html\r\n", "<html>Sign in</html>")),

	CUT_SHORT("200 cut short", Outcome.UNKNOWN, (exchange) -> {
		exchange.read()
			.write("HTTP/1.1 200 Scripted\r\nContent-Length: 1000\r\n" + ApiAnswers.JSON + "\r\n"
					+ ApiAnswers.accepted());
		exchange.finish();
	}),

	EARLY_HINTS("103, then 200", Outcome.ACCEPTED, (exchange) -> {
		exchange.read().write("HTTP/1.1 103 Scripted\r\nLink: </style.css>\r\n\r\n");
		exchange.answer(200, ApiAnswers.JSON, ApiAnswers.accepted());
	}),

	NO_CONTENT("204", Outcome.UNKNOWN, (exchange) -> exchange.read().answer(204, "", "")),

	MOVED("301", Outcome.REJECTED, (exchange) -> redirect(exchange, 301)),

	FOUND("302", Outcome.UNKNOWN, (exchange) -> redirect(exchange, 302)),

	SEE_OTHER("303", Outcome.UNKNOWN, (exchange) -> redirect(exchange, 303)),

	REDIRECT_LOOP("307 loop", Outcome.REJECTED, (exchange) -> redirect(exchange, 307)),

	BAD_REQUEST("400", Outcome.REJECTED, (exchange) -> status(exchange, 400)),

	UNAUTHORIZED("401", Outcome.REJECTED, AuthenticationFailedException.class, (exchange) -> status(exchange, 401)),

	FORBIDDEN("403", Outcome.REJECTED, (exchange) -> status(exchange, 403)),

	NOT_FOUND("404", Outcome.REJECTED, (exchange) -> status(exchange, 404)),

	REQUEST_TIMEOUT("408", Outcome.UNKNOWN, (exchange) -> status(exchange, 408)),

	CONFLICT("409", Outcome.REJECTED, (exchange) -> status(exchange, 409)),

	UNPROCESSABLE("422", Outcome.REJECTED, (exchange) -> status(exchange, 422)),

	UNREGISTERED("499", Outcome.UNKNOWN, (exchange) -> status(exchange, 499)),

	TOO_MANY("429", Outcome.NOT_SENT, RateLimitedException.class, (exchange) -> status(exchange, 429)),

	TOO_MANY_RETRY_AFTER("429 with `Retry-After`", Outcome.NOT_SENT, RateLimitedException.class,
			(exchange) -> retryAfter(exchange, 429)),

	SERVER_ERROR("500", Outcome.UNKNOWN, (exchange) -> status(exchange, 500)),

	BAD_GATEWAY("502", Outcome.UNKNOWN, (exchange) -> status(exchange, 502)),

	UNAVAILABLE("503", Outcome.UNKNOWN, (exchange) -> status(exchange, 503)),

	UNAVAILABLE_CACHE("503 with `Retry-After` from a cache", Outcome.UNKNOWN,
			(exchange) -> exchange.read()
				.answer(503, "Content-Type: text/html\r\nRetry-After: 5\r\n",
						"<html><h1>Error 503 Backend fetch failed</h1></html>")),

	UNAVAILABLE_RETRY_AFTER("503 with `Retry-After` from the API", Outcome.NOT_SENT, ContiguityApiException.class,
			(exchange) -> retryAfter(exchange, 503)),

	GATEWAY_TIMEOUT("504", Outcome.UNKNOWN, (exchange) -> status(exchange, 504)),

	FIN("FIN after the request", Outcome.UNKNOWN, (exchange) -> exchange.read().finish()),

	RESET("RST after the request", Outcome.UNKNOWN, (exchange) -> exchange.read().reset()),

	RESET_ON_ARRIVAL("RST at the first byte", Outcome.UNKNOWN, Exchange::reset),

	NO_ANSWER("No answer until the read timeout", Outcome.UNKNOWN, (exchange) -> exchange.read().keepSilent()),

	NO_ANSWER_UNTIL_DEADLINE("No answer until the deadline", Outcome.UNKNOWN,
			(exchange) -> exchange.read().keepSilent()),

	STALLED_REFUSAL("400 whose body stalls", Outcome.REJECTED, (exchange) -> stall(exchange, 400)),

	STALLED_LIMIT("429 whose body stalls", Outcome.NOT_SENT, RateLimitedException.class,
			(exchange) -> stall(exchange, 429)),

	STALLED_UNAVAILABLE("503 with `Retry-After` whose body stalls", Outcome.UNKNOWN,
			(exchange) -> stall(exchange, 503)),

	BROKEN_REFUSAL("422 whose body breaks off", Outcome.REJECTED, (exchange) -> {
		exchange.read()
			.write("HTTP/1.1 422 Scripted\r\nContent-Length: 1000\r\n" + ApiAnswers.JSON + "\r\n"
					+ ApiAnswers.error(422));
		exchange.finish();
	}),

	SLOW_BODY("Slow body, until the deadline", Outcome.UNKNOWN, (exchange) -> {
		exchange.read().write("HTTP/1.1 200 Scripted\r\nContent-Length: 1000000\r\n" + ApiAnswers.JSON + "\r\n{");
		exchange.drip();
	}),

	REFUSED("Connection refused", Outcome.NOT_SENT, ContiguityTransportException.class, Exchange::reset),

	TLS_PLAIN_PORT("TLS to a plain port", Outcome.NOT_SENT, ContiguityTransportException.class, (exchange) -> {
		exchange.write("HTTP/1.1 400 Scripted\r\nContent-Length: 0\r\n\r\n");
		// closing with an unread handshake would cause a reset, which might arrive first
		exchange.keepSilent();
	}),

	TLS_UNTRUSTED("TLS, untrusted certificate", Outcome.NOT_SENT, ContiguityTransportException.class,
			(exchange) -> exchange.read().answer(200, ApiAnswers.JSON, ApiAnswers.accepted()));

	private final String label;

	private final Outcome outcome;

	private final Class<?> exceptionType;

	private final Script script;

	Fault(String label, Outcome outcome, Script script) {
		this(label, outcome,
				(outcome == Outcome.UNKNOWN) ? SendOutcomeUnknownException.class : ContiguityApiException.class,
				script);
	}

	Fault(String label, Outcome outcome, Class<?> exceptionType, Script script) {
		this.label = label;
		this.outcome = outcome;
		this.exceptionType = exceptionType;
		this.script = script;
	}

	String label() {
		return this.label;
	}

	Outcome outcome() {
		return this.outcome;
	}

	Class<?> exceptionType() {
		return this.exceptionType;
	}

	Script script() {
		return this.script;
	}

	/**
	 * Return whether no byte of a request can be sent, because there is no connection.
	 */
	boolean isBeforeRequest() {
		return this == REFUSED || this == TLS_PLAIN_PORT || this == TLS_UNTRUSTED;
	}

	/**
	 * Return whether the fault occurs while connecting, so that it cannot occur on an
	 * existing connection.
	 */
	boolean needsFreshConnection() {
		return isBeforeRequest();
	}

	private static void status(Exchange exchange, int status) throws IOException {
		exchange.read().answer(status, ApiAnswers.JSON, ApiAnswers.error(status));
	}

	private static void retryAfter(Exchange exchange, int status) throws IOException {
		exchange.read().answer(status, ApiAnswers.JSON + "Retry-After: 0\r\n", ApiAnswers.error(status));
	}

	private static void stall(Exchange exchange, int status) throws IOException {
		exchange.read()
			.write("HTTP/1.1 " + status + " Scripted\r\nContent-Length: 1000\r\nRetry-After: 0\r\n" + ApiAnswers.JSON
					+ "\r\n{\"id\":");
		exchange.keepSilent();
	}

	/**
	 * Return whether the body contains an error message and arrives completely.
	 */
	boolean isExplained() {
		return !name().startsWith("STALLED") && this != BROKEN_REFUSAL && this != UNAVAILABLE_CACHE;
	}

	private static void redirect(Exchange exchange, int status) throws IOException {
		exchange.read().answer(status, "Location: " + exchange.path() + "\r\n", "");
	}

}
