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

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
import com.contiguity.spring.internal.delivery.SendCall;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Blocking operations of the iMessage API, based on a {@link ReactiveImessageTemplate}.
 * The events of a send are published on the calling thread, within its transaction if
 * there is one. Thread-safe. Share one instance.
 *
 * @since 0.1.0
 */
public class ImessageTemplate implements ImessageOperations, SmartLifecycle, AutoCloseable {

	private final ReactiveImessageTemplate reactive;

	private final SendEventPublisher events;

	/**
	 * Create a template.
	 * @param reactive the reactive template
	 */
	public ImessageTemplate(ReactiveImessageTemplate reactive) {
		Assert.notNull(reactive, "'reactive' must not be null");
		this.reactive = reactive;
		this.events = reactive.events();
	}

	/**
	 * Create a builder with default settings. In an application, inject an
	 * {@link ImessageTemplateBuilder} instead, which has the settings of the application.
	 * @return a builder without a token
	 */
	public static ImessageTemplateBuilder builder() {
		return new ImessageTemplateBuilder();
	}

	/**
	 * Return the reactive template.
	 * @return the reactive template
	 */
	public ReactiveImessageTemplate reactive() {
		return this.reactive;
	}

	@Override
	public SendReceipt send(String to, String message) {
		return send(SendRequest.to(to).message(message).build());
	}

	@Override
	public SendReceipt send(SendRequest request) {
		Assert.notNull(request, "'request' must not be null");
		SendCall call = BlockingCall.await((ended) -> this.reactive.sends().start(request, ended));
		this.events.publish(call);
		if (call.result() instanceof SendResult.Accepted accepted) {
			return accepted.receipt();
		}
		throw BlockingCall.withCaller(((SendResult.Failed) call.result()).exception());
	}

	@Override
	@SuppressWarnings("NullAway") // a send never completes without a value
	public CompletableFuture<SendReceipt> sendAsync(SendRequest request) {
		return this.reactive.send(request).toFuture();
	}

	@Override
	public List<SendResult> sendAll(Collection<SendRequest> requests) {
		BlockingCall.checkThread();
		Assert.notNull(requests, "'requests' must not be null");
		Assert.noNullElements(requests, "'requests' must not contain null");
		return new BlockingBulk(List.copyOf(requests)).send(this.reactive.sends(), this.events::publish);
	}

	@Override
	public SendReceipt reply(IncomingImessage received, String message) {
		return send(ReactiveImessageTemplate.replyTo(received, message));
	}

	@Override
	public Reconciliation reconcile(UnknownSend unknown) {
		return BlockingCall.await(this.reactive.reconcile(unknown));
	}

	@Override
	public ImessageMessage get(String messageId) {
		return BlockingCall.await(this.reactive.get(messageId));
	}

	@Override
	public ImessageMessage get(String messageId, boolean tracking) {
		return BlockingCall.await(this.reactive.get(messageId, tracking));
	}

	@Override
	public @Nullable String lineFor(String to) {
		return BlockingCall.await(this.reactive.lineFor(to).map(Optional::of).defaultIfEmpty(Optional.empty()))
			.orElse(null);
	}

	@Override
	public Conversation history(String to) {
		return BlockingCall.await(this.reactive.history(to));
	}

	@Override
	public Conversation history(String to, String from) {
		return BlockingCall.await(this.reactive.history(to, from));
	}

	@Override
	public Conversation history(HistoryRequest request) {
		return BlockingCall.await(this.reactive.history(request));
	}

	@Override
	public ReactionReceipt react(ReactionAction action, Reaction reaction) {
		return BlockingCall.await(this.reactive.react(action, reaction));
	}

	@Override
	public ReadReceipt read(String to) {
		return BlockingCall.await(this.reactive.read(to));
	}

	@Override
	public ReadReceipt read(String to, String from) {
		return BlockingCall.await(this.reactive.read(to, from));
	}

	@Override
	public TypingStatus typing(TypingAction action, String to) {
		return BlockingCall.await(this.reactive.typing(action, to));
	}

	@Override
	public TypingStatus typing(TypingAction action, String to, String from) {
		return BlockingCall.await(this.reactive.typing(action, to, from));
	}

	@Override
	public TypingIndicator showTyping(String to) {
		return BlockingCall.await(this.reactive.showTyping(to));
	}

	@Override
	public TypingIndicator showTyping(String to, String from) {
		return BlockingCall.await(this.reactive.showTyping(to, from));
	}

	@Override
	public Availability availability(String to) {
		return BlockingCall.await(this.reactive.availability(to));
	}

	@Override
	public void start() {
		this.reactive.start();
	}

	@Override
	public void stop() {
		this.reactive.stop();
	}

	@Override
	public void stop(Runnable callback) {
		this.reactive.stop(callback);
	}

	@Override
	public boolean isRunning() {
		return this.reactive.isRunning();
	}

	/**
	 * Close connections, shut down this template's threads and stop refreshing leased
	 * lines. A bean is closed with its application context.
	 */
	@Override
	public void close() {
		this.reactive.close();
	}

	@Override
	public int getPhase() {
		return this.reactive.getPhase();
	}

}
