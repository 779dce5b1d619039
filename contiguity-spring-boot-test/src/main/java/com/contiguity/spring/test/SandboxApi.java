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

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.contiguity.spring.test.SandboxState.Refusal;
import org.jspecify.annotations.Nullable;
import org.mockserver.mock.action.ExpectationResponseCallback;
import org.mockserver.model.HttpRequest;
import org.mockserver.model.HttpResponse;
import tools.jackson.databind.JsonNode;

/**
 * Responds to requests as Contiguity does: checks the token, calls the operation and
 * wraps its result.
 */
final class SandboxApi implements ExpectationResponseCallback {

	private static final Pattern AUTHORIZATION = Pattern.compile("(?i:token|bearer) +(\\S+)");

	private static final String SEND = "send/imessage";

	/** {@code null} if any token is accepted. */
	private final @Nullable String token;

	private final SandboxState state;

	private final SandboxFaults faults;

	private final SandboxEnvelope envelope;

	private final SandboxWebhooks webhooks;

	private final List<Route> routes;

	SandboxApi(@Nullable String token, SandboxState state, SandboxFaults faults, SandboxEnvelope envelope,
			SandboxWebhooks webhooks, SandboxSending sending) {
		this.token = token;
		this.state = state;
		this.faults = faults;
		this.envelope = envelope;
		this.webhooks = webhooks;
		SandboxQueries queries = new SandboxQueries(state);
		this.routes = List.of(new Route("POST", segments(SEND), true, sending::send),
				post("send/imessage/typing", sending::typing), post("send/imessage/reactions", sending::react),
				post("send/imessage/read", sending::read), get("conversations/history/message/*", queries::message),
				get("conversations/history/imessage/*/*", queries::history),
				get("conversations/history/imessage/*/*/*", queries::history),
				get("conversations/availability/imessage/*", queries::availability),
				get("numbers/leased", queries::leased));
	}

	@Override
	public HttpResponse handle(HttpRequest httpRequest) {
		HttpResponse answer = answer(httpRequest);
		if (answer.getStatusCode() >= 400 && httpRequest.getPath().getValue().equals("/" + SEND)) {
			this.state.refused(new Refusal(answer.getStatusCode(), this.envelope.reason(answer)));
		}
		return answer;
	}

	private HttpResponse answer(HttpRequest httpRequest) {
		int generation = this.webhooks.generation();
		try {
			SandboxRequest request = new SandboxRequest(httpRequest);
			authorize(request);
			Route route = route(request);
			HttpResponse answer = this.faults.next(route.send())
				.answer(this.envelope, () -> route.operation().apply(request));
			this.webhooks.onceAnswered(generation, httpRequest.getLogCorrelationId(), request.followUps());
			return answer;
		}
		catch (SandboxRefusal ex) {
			return ex.answer(this.envelope);
		}
		catch (RuntimeException ex) {
			// not the message, which may contain private data
			return this.envelope.error(500, "The sandbox failed: " + ex.getClass().getName() + " at "
					+ ((ex.getStackTrace().length > 0) ? ex.getStackTrace()[0] : "an unknown place"));
		}
	}

	private void authorize(SandboxRequest request) {
		Matcher matcher = AUTHORIZATION.matcher(request.header("Authorization"));
		if (!matcher.matches() || (this.token != null && !matcher.group(1).equals(this.token))) {
			throw new SandboxRefusal(401, "Unauthorized");
		}
	}

	private Route post(String path, Function<SandboxRequest, JsonNode> operation) {
		return new Route("POST", segments(path), false, (request) -> this.envelope.response(operation.apply(request)));
	}

	private Route get(String path, Function<SandboxRequest, JsonNode> operation) {
		return new Route("GET", segments(path), false, (request) -> this.envelope.response(operation.apply(request)));
	}

	private static List<String> segments(String path) {
		return List.of(path.split("/"));
	}

	private Route route(SandboxRequest request) {
		List<Route> candidates = this.routes.stream().filter((route) -> route.matches(request.segments())).toList();
		if (candidates.isEmpty()) {
			throw SandboxRefusal.notFound("Not Found");
		}
		return candidates.stream()
			.filter((route) -> Objects.equals(route.method(), request.method()))
			.findFirst()
			.orElseThrow(() -> SandboxRefusal.methodNotAllowed(candidates.get(0).method()));
	}

	/**
	 * An operation and its route.
	 *
	 * @param method the method
	 * @param path the segments of the path, {@code *} for a variable one
	 * @param send whether it sends a message
	 * @param operation the operation
	 */
	private record Route(String method, List<String> path, boolean send,
			Function<SandboxRequest, HttpResponse> operation) {

		boolean matches(List<String> segments) {
			if (segments.size() != this.path.size()) {
				return false;
			}
			for (int i = 0; i < segments.size(); i++) {
				boolean variable = this.path.get(i).equals("*");
				if ((variable) ? segments.get(i).isEmpty() : !this.path.get(i).equals(segments.get(i))) {
					return false;
				}
			}
			return true;
		}

	}

}
