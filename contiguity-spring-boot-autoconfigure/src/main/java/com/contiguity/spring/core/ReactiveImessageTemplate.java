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

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.client.ContiguityClient;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.Delivery;
import com.contiguity.spring.internal.delivery.Reconciler;
import com.contiguity.spring.internal.delivery.SendPipeline;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.internal.validation.Require;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Reactive operations of the iMessage API. Thread-safe. Share one instance. Create it
 * with an {@link ImessageTemplateBuilder}.
 *
 * @since 0.1.0
 */
public class ReactiveImessageTemplate implements ReactiveImessageOperations, SmartLifecycle, AutoCloseable {

	/**
	 * Stops after other components that may still send: web servers with graceful
	 * shutdown, listeners, and Spring's thread pools.
	 */
	static final int PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE - 1024;

	/**
	 * Closing a typing indicator waits for at most this time, often in a {@code finally}
	 * block.
	 */
	private static final Duration HIDE_TYPING_LIMIT = Duration.ofSeconds(3);

	private final ContiguityClient client;

	private final Delivery delivery;

	private final Account account;

	private final SendDefaults defaults;

	private final SendPipeline sends;

	private final Reconciler reconciler;

	private final SendEventPublisher events;

	ReactiveImessageTemplate(ContiguityClient client, Delivery delivery, LinePool linePool, SendDefaults defaults,
			SendPipeline sends, Reconciler reconciler, SendEventPublisher events) {
		this.client = client;
		this.delivery = delivery;
		this.account = new Account(delivery, sends, linePool, reconciler,
				Mono.defer(() -> delivery.callOnce(Operation.LINES, client::leasedLines)), () -> {
					delivery.forget();
					defaults.forgetLeasedLines();
				});
		this.defaults = defaults;
		this.sends = sends;
		this.reconciler = reconciler;
		this.events = events;
	}

	/**
	 * Create a builder with default settings. In an application, inject an
	 * {@link ImessageTemplateBuilder} instead, which has the settings of the application.
	 * @return a builder without a token
	 */
	public static ImessageTemplateBuilder builder() {
		return new ImessageTemplateBuilder();
	}

	@Override
	public Mono<SendReceipt> send(String to, String message) {
		return send(SendRequest.to(to).message(message).build());
	}

	@Override
	public Mono<SendReceipt> send(SendRequest request) {
		Assert.notNull(request, "'request' must not be null");
		return this.sends.send(request).handle((result, sink) -> {
			if (result instanceof SendResult.Accepted accepted) {
				sink.next(accepted.receipt());
			}
			else {
				sink.error(((SendResult.Failed) result).exception());
			}
		});
	}

	@Override
	public Flux<SendResult> sendAll(Publisher<SendRequest> requests) {
		Assert.notNull(requests, "'requests' must not be null");
		return this.sends.sendAll(requests);
	}

	@Override
	public Mono<SendReceipt> reply(IncomingImessage received, String message) {
		return send(replyTo(received, message));
	}

	static SendRequest replyTo(IncomingImessage received, String message) {
		Assert.notNull(received, "'received' must not be null");
		return SendRequest.to(received.from()).from(received.to()).message(message).build();
	}

	@Override
	public Mono<Reconciliation> reconcile(UnknownSend unknown) {
		Assert.notNull(unknown, "'unknown' must not be null");
		return this.reconciler.reconcile(unknown);
	}

	@Override
	public Mono<String> lineFor(String to) {
		Require.recipient("to", to);
		return this.defaults.line(to);
	}

	// Contiguity cannot choose here: a conversation belongs to a recipient and a line
	private Mono<String> requiredLine(String to) {
		return lineFor(to).switchIfEmpty(Mono.error(() -> new InvalidRequestException("from",
				"'from' must be set, because no line is configured. Set 'contiguity.from' or 'contiguity.lines'")));
	}

	@Override
	public Mono<ImessageMessage> get(String messageId) {
		return get(messageId, false);
	}

	@Override
	public Mono<ImessageMessage> get(String messageId, boolean tracking) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		return this.delivery.call(Operation.GET, (attempt) -> this.client.get(messageId, tracking, attempt));
	}

	@Override
	public Mono<Conversation> history(String to) {
		return history(HistoryRequest.of(to).build());
	}

	@Override
	public Mono<Conversation> history(String to, String from) {
		return history(HistoryRequest.between(to, from).build());
	}

	@Override
	public Mono<Conversation> history(HistoryRequest request) {
		Assert.notNull(request, "'request' must not be null");
		String from = request.from();
		return (from != null) ? history(request, from)
				: requiredLine(request.to()).flatMap((line) -> history(request, line))
					.contextWrite(this.delivery::inTraceOfCaller);
	}

	private Mono<Conversation> history(HistoryRequest request, String from) {
		return this.delivery.call(Operation.HISTORY, (attempt) -> this.client.history(request, from, attempt));
	}

	@Override
	public Mono<ReactionReceipt> react(ReactionAction action, Reaction reaction) {
		Assert.notNull(action, "'action' must not be null");
		Assert.notNull(reaction, "'reaction' must not be null");
		String messageId = reaction.messageId();
		if (messageId == null) {
			return react(action, reaction, null);
		}
		return get(messageId).flatMap((message) -> react(action, toText(reaction, message), messageId))
			.contextWrite(this.delivery::inTraceOfCaller);
	}

	// the API supports reactions to texts only
	private static Reaction toText(Reaction reaction, ImessageMessage message) {
		if (message.to() == null || message.from() == null || !StringUtils.hasText(message.message())) {
			throw new ContiguityException("The message to react to has no text, or its conversation is not known",
					Outcome.REJECTED);
		}
		return Reaction.of(reaction.tapback()).toMessage(message.to(), message.from(), message.message());
	}

	private Mono<ReactionReceipt> react(ReactionAction action, Reaction reaction, @Nullable String messageId) {
		String to = reaction.to();
		String from = reaction.from();
		String message = reaction.message();
		Assert.state(to != null && message != null, "'reaction' must contain a conversation and a text");
		Mono<String> line = (from != null) ? Mono.just(from) : requiredLine(to);
		return line.flatMap((resolved) -> this.delivery.call(Operation.REACT,
				(attempt) -> this.client.react(action, reaction.tapback(), to, resolved, message, messageId, attempt)))
			.contextWrite(this.delivery::inTraceOfCaller);
	}

	@Override
	public Mono<ReadReceipt> read(String to) {
		return requiredLine(to).flatMap((line) -> read(to, line)).contextWrite(this.delivery::inTraceOfCaller);
	}

	@Override
	public Mono<ReadReceipt> read(String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
		return this.delivery.call(Operation.READ, (attempt) -> this.client.read(to, from, attempt));
	}

	@Override
	public Mono<TypingStatus> typing(TypingAction action, String to) {
		Require.recipient("to", to);
		return this.defaults.line(to)
			.flatMap((line) -> sendTyping(action, to, line))
			.switchIfEmpty(Mono.defer(() -> sendTyping(action, to, null)))
			.contextWrite(this.delivery::inTraceOfCaller);
	}

	@Override
	public Mono<TypingStatus> typing(TypingAction action, String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
		return sendTyping(action, to, from);
	}

	private Mono<TypingStatus> sendTyping(TypingAction action, String to, @Nullable String from) {
		Assert.notNull(action, "'action' must not be null");
		return this.delivery.call(Operation.TYPING, (attempt) -> this.client.typing(action, to, from, attempt));
	}

	@Override
	public Mono<TypingIndicator> showTyping(String to) {
		return lineFor(to).flatMap((line) -> indicator(to, line))
			.switchIfEmpty(Mono.defer(() -> indicator(to, null)))
			.contextWrite(this.delivery::inTraceOfCaller);
	}

	@Override
	public Mono<TypingIndicator> showTyping(String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
		return indicator(to, from);
	}

	private Mono<TypingIndicator> indicator(String to, @Nullable String from) {
		Mono<TypingStatus> start = sendTyping(TypingAction.START, to, from);
		Mono<TypingStatus> stop = this.delivery.callOnce(Operation.TYPING, HIDE_TYPING_LIMIT,
				(attempt) -> this.client.typing(TypingAction.STOP, to, from, attempt));
		return Mono.defer(() -> {
			TypingIndicator indicator = new TypingIndicator(stop);
			AtomicBoolean handedOver = new AtomicBoolean();
			return start.map((status) -> {
				handedOver.set(true);
				return indicator;
			}).doOnCancel(() -> {
				// the indicator may be shown, and the caller has nothing to hide it with
				if (!handedOver.get()) {
					indicator.hide().subscribe();
				}
			});
		});
	}

	@Override
	public Mono<Availability> availability(String to) {
		Require.recipient("to", to);
		return this.delivery.call(Operation.AVAILABILITY, (attempt) -> this.client.availability(to, attempt));
	}

	/**
	 * Return an internal part of this template. These parts may change in any release.
	 * @param <T> the type of the part
	 * @param type the type of the part
	 * @return the part, or {@code null} if there is no part of the type
	 */
	public <T> @Nullable T unwrap(Class<T> type) {
		return (type.isInstance(this.account)) ? type.cast(this.account) : null;
	}

	SendPipeline sends() {
		return this.sends;
	}

	SendEventPublisher events() {
		return this.events;
	}

	@Override
	public void start() {
		this.delivery.start();
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.delivery.stop(() -> {
			this.defaults.stopLeasedLines();
			callback.run();
		});
	}

	@Override
	public boolean isRunning() {
		return this.delivery.isRunning();
	}

	/**
	 * Close connections, shut down this template's threads and stop refreshing leased
	 * lines. A bean is closed with its application context.
	 */
	@Override
	public void close() {
		this.defaults.closeLeasedLines();
		this.events.close();
		this.client.close();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
