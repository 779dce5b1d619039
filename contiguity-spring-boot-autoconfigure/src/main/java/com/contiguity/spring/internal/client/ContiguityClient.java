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

package com.contiguity.spring.internal.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.AuthenticationFailedException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.internal.failure.MaskedFailure;
import com.contiguity.spring.internal.masking.Masking;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.util.Assert;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.UriBuilder;
import org.springframework.web.util.UriBuilderFactory;

/**
 * Performs one HTTP exchange with Contiguity for each {@link Attempt}. It sends a request
 * and returns either the response as a value or an exception that describes the failure.
 * It does not retry and does not select lines. Thread-safe.
 * <p>
 * Bodies are written and read by a separate JSON mapper and bypass all codecs, so that
 * the application's JSON configuration does not affect them.
 *
 * @since 0.1.0
 */
public final class ContiguityClient {

	/** More than a page of 200 messages with texts of maximum length. */
	private static final int MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

	/**
	 * Maximum number of bytes that are read of an error's body. Only the status is
	 * needed.
	 */
	private static final int MAX_ERROR_BYTES = 64 * 1024;

	/** Maximum time to wait for the body of an error, which only describes it. */
	private static final Duration ERROR_BODY_TIMEOUT = Duration.ofSeconds(1);

	/** Headers that an application's default headers must not change. */
	private static final List<String> OWN_HEADERS = List.of(HttpHeaders.USER_AGENT, HttpHeaders.ACCEPT,
			HttpHeaders.CONTENT_TYPE, HttpHeaders.AUTHORIZATION);

	/** Replaces phone numbers in addresses. */
	private static final String REDACTED = "redacted";

	private static final String USER_AGENT = "contiguity-spring/" + Version.get();

	/**
	 * The attribute in which {@code WebClient} looks for the URI template of an
	 * observation.
	 */
	private static final String URI_TEMPLATE_ATTRIBUTE = WebClient.class.getName() + ".uriTemplate";

	private final Supplier<WebClient.Builder> webClientBuilder;

	private final Supplier<ContiguityConnector> connectorFactory;

	private final String baseUrl;

	/** By path, only for paths without variables. */
	private final Map<String, Address> addresses = new ConcurrentHashMap<>();

	private final Supplier<String> token;

	private final UnaryOperator<String> authorization;

	private final Lock transportLock = new ReentrantLock();

	/** Created on the first call, because loading its classes takes long. */
	private volatile @Nullable Transport transport;

	private boolean closed;

	/**
	 * Create a client.
	 * @param webClientBuilder supplies the builder of the underlying client, which is
	 * cloned
	 * @param connectorFactory creates the connector to use instead of the builder's, on
	 * the first call
	 * @param baseUrl the base URL of the API
	 * @param token the supplier of the token, called once for each attempt
	 * @param authorization creates the value of the header from the token
	 */
	public ContiguityClient(Supplier<WebClient.Builder> webClientBuilder,
			Supplier<ContiguityConnector> connectorFactory, String baseUrl, Supplier<String> token,
			UnaryOperator<String> authorization) {
		Assert.notNull(token, "'token' must not be null");
		this.webClientBuilder = webClientBuilder;
		this.baseUrl = baseUrl;
		this.connectorFactory = connectorFactory;
		this.token = token;
		this.authorization = authorization;
	}

	/**
	 * Create the transport now instead of on the first call, so that a configuration
	 * error is reported at startup.
	 */
	public void prepare() {
		createTransport();
	}

	private Transport transport() {
		Transport transport = this.transport;
		return (transport != null) ? transport : createTransport();
	}

	private Transport createTransport() {
		// before the lock, because this may create a bean, for which Spring has a lock
		WebClient.Builder builder = this.webClientBuilder.get().clone();
		this.transportLock.lock();
		try {
			Transport transport = this.transport;
			if (transport == null) {
				ContiguityConnector connector = this.connectorFactory.get();
				if (this.closed) {
					connector.close();
				}
				DefaultUriBuilderFactory addresses = new DefaultUriBuilderFactory(this.baseUrl);
				transport = new Transport(connector, webClient(builder, addresses, connector), addresses);
				this.transport = transport;
			}
			return transport;
		}
		finally {
			this.transportLock.unlock();
		}
	}

	private static WebClient webClient(WebClient.Builder builder, UriBuilderFactory addresses,
			ContiguityConnector connector) {
		return builder.uriBuilderFactory(addresses)
			.clientConnector(connector)
			// bodies bypass the codecs, but logged headers would contain the token
			.codecs((codecs) -> codecs.defaultCodecs().enableLoggingRequestDetails(false))
			.defaultHeaders(ContiguityClient::removeOwnHeaders)
			// the last filter is the innermost one, so that it sees the requests of all
			// the application's filters
			.filter(ContiguityClient::exchangeOnce)
			.build();
	}

	// rejects the second request of a filter that retries
	private static Mono<ClientResponse> exchangeOnce(ClientRequest request, ExchangeFunction next) {
		Attempt attempt = (Attempt) request.attributes().get(Attempt.ATTRIBUTE);
		if (attempt == null) {
			return next.exchange(request);
		}
		// checked at each subscription, because retries subscribe again
		return Mono.defer(() -> {
			attempt.checkTime();
			return (attempt.start()) ? next.exchange(request)
					: Mono.error(
							new IllegalStateException("A filter of the WebClient tried to send a request to Contiguity "
									+ "a second time. Configure retries with the properties 'contiguity.retry.*'"));
		});
	}

	/**
	 * Send a message.
	 * @param request the request
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<AcceptedMessage> send(SendRequest request, Attempt attempt) {
		return post(Operation.SEND, "/send/imessage", JsonRequests.send(request), attempt,
				ContiguityClient::acceptedMessage, request.message());
	}

	/**
	 * Show or hide the typing indicator.
	 * @param action whether to show or hide the indicator
	 * @param to the recipient
	 * @param from the line, or {@code null} to let Contiguity choose
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<TypingStatus> typing(TypingAction action, String to, @Nullable String from, Attempt attempt) {
		return post(Operation.TYPING, "/send/imessage/typing", JsonRequests.typing(action, to, from), attempt,
				fromTree(ResponseBody::typingStatus), null);
	}

	/**
	 * Add or remove a reaction.
	 * @param action whether to add or remove the reaction
	 * @param tapback the kind of reaction
	 * @param to the recipient
	 * @param from the line
	 * @param message the full text of the message
	 * @param messageId the id of the message, for the receipt only
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<ReactionReceipt> react(ReactionAction action, Tapback tapback, String to, String from, String message,
			@Nullable String messageId, Attempt attempt) {
		return post(Operation.REACT, "/send/imessage/reactions", JsonRequests.react(action, tapback, to, from, message),
				attempt, fromTree((body) -> body.reactionReceipt(messageId)), message);
	}

	/**
	 * Mark a conversation as read.
	 * @param to the recipient
	 * @param from the line
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<ReadReceipt> read(String to, String from, Attempt attempt) {
		return post(Operation.READ, "/send/imessage/read", JsonRequests.read(to, from), attempt,
				fromTree(ResponseBody::readReceipt), null);
	}

	/**
	 * Get a message.
	 * @param messageId the message's id
	 * @param tracking whether to request its tracking events
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<ImessageMessage> get(String messageId, boolean tracking, Attempt attempt) {
		// the API's id could contain a phone number
		String visibleId = (Masking.isId(messageId)) ? messageId : REDACTED;
		return get(Operation.GET, tracked("/conversations/history/message/{id}", tracking), attempt,
				fromTree(ResponseBody::message), new Object[] { messageId }, new Object[] { visibleId });
	}

	/**
	 * Get a conversation.
	 * @param request the request
	 * @param from the line of the conversation
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<Conversation> history(HistoryRequest request, String from, Attempt attempt) {
		return get(Operation.HISTORY,
				tracked("/conversations/history/imessage/{to}/{from}/{limit}", request.tracking()), attempt,
				fromTree(ResponseBody::conversation), new Object[] { request.to(), from, request.limit() },
				new Object[] { REDACTED, REDACTED, request.limit() });
	}

	/**
	 * Check whether a recipient can receive iMessages.
	 * @param to the phone number
	 * @param attempt the attempt
	 * @return the API's response, or a {@link ContiguityException}
	 */
	public Mono<Availability> availability(String to, Attempt attempt) {
		return get(Operation.AVAILABILITY, "/conversations/availability/imessage/{to}", attempt,
				fromTree((body) -> body.availability(to)), new Object[] { to }, new Object[] { REDACTED });
	}

	/**
	 * List the lines leased by the account.
	 * @param attempt the attempt
	 * @return the lines, empty if the API reports that there are none, or a
	 * {@link ContiguityException}
	 */
	public Mono<List<LeasedLine>> leasedLines(Attempt attempt) {
		return get(Operation.LINES, "/numbers/leased", attempt, fromTree(ResponseBody::leasedLines), new Object[0],
				new Object[0])
			.onErrorResume(ContiguityApiException.class,
					(ex) -> (ex.status() == 404) ? noLeasedLines(attempt) : Mono.error(ex));
	}

	// only if the API reports it as an error of its own: other responses, for example at
	// a wrong address or of a gateway, say nothing about lines
	private static Mono<List<LeasedLine>> noLeasedLines(Attempt attempt) {
		Attempt.Response response = attempt.response();
		return (response != null && response.isErrorOfTheApi()) ? Mono.just(List.of())
				: Mono.error(unusable(Operation.LINES, 404));
	}

	private static String tracked(String template, boolean tracking) {
		return (tracking) ? template + "?tracking=true" : template;
	}

	private <T> Mono<T> post(Operation operation, String path, byte[] body, Attempt attempt, ResponseReader<T> reader,
			@Nullable String text) {
		return exchange(operation, (via) -> {
			Address address = this.addresses.computeIfAbsent(path, (key) -> Address.of(via, key));
			return via.webClient()
				.method(HttpMethod.POST)
				.uri(address.uri())
				.attribute(URI_TEMPLATE_ATTRIBUTE, address.template());
		}, body, attempt, reader, text);
	}

	private <T> Mono<T> get(Operation operation, String template, Attempt attempt, ResponseReader<T> reader,
			Object[] values, Object[] visibleValues) {
		return exchange(operation, (via) -> {
			if (!Arrays.equals(values, visibleValues)) {
				attempt.setAddress(via.addresses().expand(template, values));
			}
			return via.webClient().method(HttpMethod.GET).uri(template, visibleValues);
		}, null, attempt, reader, null);
	}

	private <T> Mono<T> exchange(Operation operation, Function<Transport, WebClient.RequestBodySpec> request,
			byte @Nullable [] body, Attempt attempt, ResponseReader<T> reader, @Nullable String text) {
		return Mono.defer(() -> {
			String token = token();
			return request.apply(transport())
				.headers(ContiguityClient::removeOwnHeaders)
				.attribute(Attempt.ATTRIBUTE, attempt)
				.body(content(body, this.authorization.apply(token), attempt))
				.exchangeToMono((response) -> read(operation, response, attempt, reader, text, token));
		})
			.contextWrite((context) -> context.put(Attempt.class, attempt))
			.onErrorMap((failure) -> !(failure instanceof ContiguityException),
					(failure) -> noResponse(operation, attempt, failure));
	}

	// removing a header allocates memory, even if there is none
	private static void removeOwnHeaders(HttpHeaders headers) {
		if (!headers.isEmpty()) {
			OWN_HEADERS.forEach(headers::remove);
		}
	}

	// written to the transport's request, because WebClient copies the headers of its own
	// requests several times
	private static BodyInserter<Object, ClientHttpRequest> content(byte @Nullable [] body, String authorization,
			Attempt attempt) {
		return (message, context) -> {
			HttpHeaders headers = message.getHeaders();
			headers.set(HttpHeaders.USER_AGENT, USER_AGENT);
			headers.set(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
			if (body != null) {
				headers.set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE);
			}
			// a filter of the application may have set another one, for a gateway
			if (!headers.containsHeader(HttpHeaders.AUTHORIZATION)) {
				headers.set(HttpHeaders.AUTHORIZATION, authorization);
			}
			if (body == null) {
				return message.setComplete();
			}
			headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
			return message.writeWith(Mono.fromCallable(() -> {
				attempt.leaveInTime();
				return message.bufferFactory().wrap(body);
			}));
		};
	}

	// the transport would quote an invalid header in its exception
	private String token() {
		String token;
		try {
			token = this.token.get();
		}
		catch (RuntimeException ex) {
			throw new ContiguityTransportException(
					"Failed to obtain the token: the supplier threw " + ex.getClass().getSimpleName(), Outcome.NOT_SENT,
					Phase.CONNECT, MaskedFailure.of(ex));
		}
		try {
			return Require.token("token", token);
		}
		catch (InvalidRequestException ex) {
			throw new ContiguityTransportException(
					"The supplied token is empty or contains white space or other invalid characters", Outcome.NOT_SENT,
					Phase.CONNECT, null);
		}
	}

	private static <T> Mono<T> read(Operation operation, ClientResponse response, Attempt attempt,
			ResponseReader<T> reader, @Nullable String text, String token) {
		attempt.setResponse(new Attempt.Response(response.statusCode().value(), null, null));
		if (!response.statusCode().is2xxSuccessful()) {
			// the status decides, whether or not the body can be read
			ContiguityException refusal = error(operation, response, null, text, token);
			attempt.setRefusal(refusal);
			return body(response, MAX_ERROR_BYTES).map(ResponseBytes::bytes)
				.timeout(ERROR_BODY_TIMEOUT)
				.onErrorReturn(new byte[0])
				.map((body) -> error(operation, response, attempt, body, text, token, refusal))
				.flatMap(Mono::error);
		}
		return body(response, MAX_RESPONSE_BYTES).map((body) -> {
			T value = value(response, attempt, body.bytes(), reader);
			if (value == null) {
				throw unusable(operation, response.statusCode().value());
			}
			return value;
		});
	}

	private static <T> @Nullable T value(ClientResponse response, Attempt attempt, byte[] body,
			ResponseReader<T> reader) {
		try {
			return reader.read(response.statusCode().value(), body, attempt);
		}
		catch (Throwable ex) {
			// even an Error does not show whether the message was accepted
			return null;
		}
	}

	private static @Nullable AcceptedMessage acceptedMessage(int status, byte[] body, Attempt attempt) {
		SendResponseBody parsed = SendResponseBody.parse(body);
		if (parsed == null) {
			return null;
		}
		attempt.setResponse(parsed.response(status));
		return parsed.acceptedMessage();
	}

	private static <T> ResponseReader<T> fromTree(Function<ResponseBody, @Nullable T> reader) {
		return (status, body, attempt) -> {
			ResponseBody parsed = parse(status, body, attempt);
			return (parsed != null) ? reader.apply(parsed) : null;
		};
	}

	private static ContiguityException error(Operation operation, ClientResponse response, Attempt attempt, byte[] body,
			@Nullable String text, String token, ContiguityException refusal) {
		try {
			return error(operation, response, parse(response.statusCode().value(), body, attempt), text, token);
		}
		catch (Throwable ex) {
			return refusal;
		}
	}

	private static @Nullable ResponseBody parse(int status, byte[] body, Attempt attempt) {
		ResponseBody parsed = ResponseBody.parse(body);
		if (parsed != null) {
			attempt.setResponse(new Attempt.Response(status, parsed.id(), parsed.apiVersion()));
		}
		return parsed;
	}

	private static Mono<ResponseBytes> body(ClientResponse response, int maxBytes) {
		return response.body(BodyExtractors.toDataBuffers())
			.collect(() -> new ResponseBytes(maxBytes), ResponseBytes::add);
	}

	private static ContiguityException error(Operation operation, ClientResponse response, @Nullable ResponseBody body,
			@Nullable String text, String token) {
		int status = response.statusCode().value();
		String error = (body != null) ? echo(body.error(), text, token) : null;
		String errorId = (body != null) ? body.id() : null;
		Duration retryAfter = RetryAfter.parse(response.headers().asHttpHeaders().getFirst(HttpHeaders.RETRY_AFTER),
				Instant.now());
		if (status == 401) {
			return new AuthenticationFailedException(operation, error, errorId);
		}
		if (status == 429) {
			return new RateLimitedException(operation, error, errorId, retryAfter);
		}
		URI agreementUrl = (body != null) ? body.agreementUrl() : null;
		if (status == 403 && agreementUrl != null) {
			return new AgreementRequiredException(operation, error, errorId, agreementUrl);
		}
		boolean askedToWait = retryAfter != null && Attempt.Response.isErrorOfTheApi(errorId);
		return new ContiguityApiException(operation, FailureClassifier.status(operation, status, askedToWait), status,
				error, errorId, retryAfter);
	}

	private static @Nullable String echo(@Nullable String error, @Nullable String text, String token) {
		return (error != null) ? Masking.echo(error, text, token) : null;
	}

	private static ContiguityException unusable(Operation operation, int status) {
		return new ContiguityTransportException(
				"Contiguity answered %s to %s, but not with the expected data".formatted(status, operation),
				FailureClassifier.phase(operation, Phase.EXCHANGE), Phase.EXCHANGE, null);
	}

	private static ContiguityException noResponse(Operation operation, Attempt attempt, Throwable failure) {
		Throwable cause = Exceptions.unwrap(failure);
		// the wrapper contains the request's headers, and so the token
		while (cause instanceof WebClientRequestException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		Phase phase = FailureClassifier.phase(attempt, cause);
		Outcome outcome = FailureClassifier.phase(operation, phase);
		String what = (phase == Phase.CONNECT) ? "Contiguity could not be reached for %s: %s"
				: "Contiguity gave no usable response to %s: %s";
		return new ContiguityTransportException(what.formatted(operation, PlainFailures.describe(cause)), outcome,
				phase, PlainFailures.visible(cause));
	}

	/**
	 * Close the connections that are used by this client only.
	 */
	public void close() {
		this.transportLock.lock();
		try {
			this.closed = true;
			Transport transport = this.transport;
			if (transport != null) {
				transport.connector().close();
			}
		}
		finally {
			this.transportLock.unlock();
		}
	}

	/**
	 * The transport of calls.
	 *
	 * @param connector the connector
	 * @param webClient the client that uses it
	 * @param addresses creates the addresses of requests
	 */
	private record Transport(ContiguityConnector connector, WebClient webClient, UriBuilderFactory addresses) {
	}

	/**
	 * An address without variables.
	 *
	 * @param uri the address
	 * @param template the URI template for observations
	 */
	private record Address(URI uri, String template) {

		static Address of(Transport transport, String path) {
			UriBuilder builder = transport.addresses().uriString(path);
			return new Address(builder.build(), builder.toUriString());
		}

	}

	/**
	 * Reads the body of a successful response.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	private interface ResponseReader<T> {

		/**
		 * Read a body, and record the response in the attempt.
		 * @param status the status
		 * @param body the body
		 * @param attempt the attempt
		 * @return the result, or {@code null} if the body does not contain it
		 */
		@Nullable T read(int status, byte[] body, Attempt attempt);

	}

}
