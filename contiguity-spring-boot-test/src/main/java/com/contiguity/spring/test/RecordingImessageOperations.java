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

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.RateLimitedException;
import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationInfo;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ConversationReaction;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TrackingEvent;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.test.Conversations.Chat;
import com.contiguity.spring.test.Conversations.Entry;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * {@link ImessageOperations} that record calls instead of sending messages, for unit
 * tests without HTTP and without a Spring context. Invalid requests are rejected as by
 * the real implementation. <pre class="code">
 * RecordingImessageOperations imessages = new RecordingImessageOperations();
 * new Reminders(imessages).remind("+15551234567");
 * assertThat(imessages).sent(1).to("+15551234567");
 * </pre>
 * <p>
 * Sends succeed, unless {@link #next(Outcome...)}, {@link #next(ContiguityException...)}
 * or {@link #unavailable(String...)} specify another result. Thread-safe.
 *
 * @since 0.1.0
 */
public class RecordingImessageOperations implements ImessageOperations {

	private static final String LINE = SandboxLines.defaults().get(0).number();

	private final Conversations conversations = new Conversations();

	private final List<SendRequest> requests = new ArrayList<>();

	/** The reactions that were added and not removed. */
	private final List<Standing> standing = new ArrayList<>();

	/** Whether all received messages of a conversation are read. */
	private final Map<Chat, Boolean> read = new HashMap<>();

	private final Set<String> typedTo = new HashSet<>();

	private final Set<String> unavailable = new HashSet<>();

	private final Queue<Ending> endings = new ArrayDeque<>();

	private Reconciliation reconciliation = Reconciliation.undecided("Nothing was really sent");

	/**
	 * Set the outcomes of the next sends, one for each send, after those that are already
	 * set: {@code REJECTED} with a 400, {@code NOT_SENT} with a 429, {@code UNKNOWN} as
	 * after a dropped connection.
	 * @param outcomes the outcomes, in order
	 * @return this
	 */
	public synchronized RecordingImessageOperations next(Outcome... outcomes) {
		for (Outcome outcome : outcomes) {
			this.endings.add((request) -> failure(outcome, request));
		}
		return this;
	}

	/**
	 * Set the exceptions of the next sends, one for each send, after the outcomes and
	 * exceptions that are already set.
	 * @param exceptions the exceptions, in order
	 * @return this
	 */
	public synchronized RecordingImessageOperations next(ContiguityException... exceptions) {
		for (ContiguityException exception : exceptions) {
			this.endings.add((request) -> exception);
		}
		return this;
	}

	/**
	 * Set the result of {@link #reconcile(SendOutcomeUnknownException)}, which is
	 * undecided by default.
	 * @param reconciliation the result
	 * @return this
	 */
	public synchronized RecordingImessageOperations reconcileAs(Reconciliation reconciliation) {
		this.reconciliation = reconciliation;
		return this;
	}

	/**
	 * Set the recipients that cannot receive iMessages. There are none by default. A
	 * message to such a recipient falls back to SMS if it has a fallback for that, and is
	 * rejected otherwise.
	 * @param recipients the recipients
	 * @return this
	 */
	public synchronized RecordingImessageOperations unavailable(String... recipients) {
		this.unavailable.addAll(Arrays.asList(recipients));
		return this;
	}

	/**
	 * Add received messages to the history, so that the code under test can find them and
	 * react to them. They are later than all messages that were sent or received before,
	 * regardless of their timestamps. As with the API, their ids are those of the events,
	 * so that they cannot be {@linkplain #get(String) fetched} by id.
	 * @param messages the received messages, in order
	 * @return this
	 * @throws IllegalArgumentException if one of them is {@code null}
	 */
	public synchronized RecordingImessageOperations received(IncomingImessage... messages) {
		Assert.noNullElements(messages, "'messages' must not contain null");
		for (IncomingImessage message : messages) {
			this.conversations.received(message.from(), message.to(), message.body(),
					message.attachments().stream().map(IncomingAttachment::url).toList(), message.timestamp());
			this.read.put(new Chat(message.from(), message.to()), false);
		}
		return this;
	}

	/**
	 * Return the messages that were sent successfully.
	 * @return a copy, in order
	 */
	public synchronized List<SandboxMessage> messages() {
		return this.conversations.sent();
	}

	/**
	 * Return the requests of all sends, whether or not they succeeded.
	 * @return a copy, in order
	 */
	public synchronized List<SendRequest> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * Return the reactions that were added and not removed.
	 * @return a copy, in order
	 */
	public synchronized List<Reaction> reactions() {
		return this.standing.stream().map(Standing::requested).toList();
	}

	/**
	 * Return whether a recipient sees a typing indicator.
	 * @param to the recipient
	 * @return whether a typing indicator was started and not stopped
	 */
	public synchronized boolean isTyping(String to) {
		return this.conversations.isTyping(to);
	}

	/**
	 * Return whether a recipient has seen a typing indicator.
	 * @param to the recipient
	 * @return whether a typing indicator was started, even if it was stopped
	 */
	public synchronized boolean wasTyping(String to) {
		return this.typedTo.contains(to);
	}

	/**
	 * Return whether the messages of a sender were marked as read.
	 * @param from the sender
	 * @return whether a conversation with the sender was marked as read, and all
	 * {@linkplain #received(IncomingImessage...) received} messages of the sender are
	 * read
	 */
	public synchronized boolean isRead(String from) {
		List<Boolean> read = this.read.entrySet()
			.stream()
			.filter((chat) -> chat.getKey().to().equals(from))
			.map(Map.Entry::getValue)
			.toList();
		return !read.isEmpty() && !read.contains(false);
	}

	/**
	 * Discard everything, including outcomes and exceptions that have not been used.
	 */
	public synchronized void clear() {
		this.conversations.clear();
		this.requests.clear();
		this.standing.clear();
		this.read.clear();
		this.typedTo.clear();
		this.unavailable.clear();
		this.endings.clear();
		this.reconciliation = Reconciliation.undecided("Nothing was really sent");
	}

	@Override
	public SendReceipt send(String to, String message) {
		return send(SendRequest.to(to).message(message).build());
	}

	@Override
	public synchronized SendReceipt send(SendRequest request) {
		Assert.notNull(request, "'request' must not be null");
		this.requests.add(request);
		Ending ending = this.endings.poll();
		ContiguityException failure = (ending != null) ? ending.failure(request) : null;
		if (failure != null) {
			throw failure;
		}
		SandboxMessage message = new SandboxMessage(SandboxIds.next("imsg"), request.to(), line(request),
				request.message(), request.attachments(), request.fallback(), Boolean.TRUE.equals(request.fastTrack()),
				now(), delivery(request));
		this.conversations.sent(message);
		return new SendReceipt(message.id(), message.to(), message.from(), 1, Duration.ZERO, request.reference(),
				metadata());
	}

	private static String line(SendRequest request) {
		return (request.from() != null) ? request.from() : LINE;
	}

	private Delivery delivery(SendRequest request) {
		if (!this.unavailable.contains(request.to())) {
			return Delivery.IMESSAGE;
		}
		Fallback fallback = request.fallback();
		if (fallback == null || !fallback.when().contains(FallbackCondition.IMESSAGE_UNSUPPORTED)) {
			throw new ContiguityApiException(Operation.SEND, Outcome.REJECTED, 400,
					"'to' has no iMessage, and there is no 'fallback' for that", null, null);
		}
		return Delivery.SMS;
	}

	private static @Nullable ContiguityException failure(Outcome outcome, SendRequest request) {
		return switch (outcome) {
			case ACCEPTED -> null;
			case REJECTED ->
				new ContiguityApiException(Operation.SEND, Outcome.REJECTED, 400, "Recorded as rejected", null, null);
			case NOT_SENT ->
				new RateLimitedException(Operation.SEND, "Recorded as not sent", null, Duration.ofSeconds(1));
			case UNKNOWN ->
				new SendOutcomeUnknownException(request, line(request), now(), 1, new ContiguityTransportException(
						"Recorded as unknown", Outcome.UNKNOWN, ContiguityTransportException.Phase.EXCHANGE, null));
		};
	}

	@Override
	public CompletableFuture<SendReceipt> sendAsync(SendRequest request) {
		try {
			return CompletableFuture.completedFuture(send(request));
		}
		catch (ContiguityException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public List<SendResult> sendAll(Collection<SendRequest> requests) {
		Assert.notNull(requests, "'requests' must not be null");
		Assert.noNullElements(requests, "'requests' must not contain null");
		List<SendResult> results = new ArrayList<>();
		for (SendRequest request : requests) {
			try {
				results.add(new SendResult.Accepted(request, send(request)));
			}
			catch (ContiguityException ex) {
				results.add(new SendResult.Failed(request, ex));
			}
		}
		return results;
	}

	@Override
	public SendReceipt reply(IncomingImessage received, String message) {
		Assert.notNull(received, "'received' must not be null");
		return send(SendRequest.to(received.from()).from(received.to()).message(message).build());
	}

	@Override
	public synchronized Reconciliation reconcile(UnknownSend unknown) {
		Assert.notNull(unknown, "'unknown' must not be null");
		return this.reconciliation;
	}

	@Override
	public ImessageMessage get(String messageId) {
		return get(messageId, false);
	}

	@Override
	public synchronized ImessageMessage get(String messageId, boolean tracking) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		SandboxMessage message = this.conversations.sent(messageId).orElseThrow(() -> notFound(Operation.GET));
		return new ImessageMessage(message.id(), message.to(), message.from(), message.text(), message.timestamp(),
				message.status(), message.attachments(), timeline(message, tracking), metadata());
	}

	@Override
	public String lineFor(String to) {
		Require.recipient("to", to);
		return LINE;
	}

	@Override
	public Conversation history(String to) {
		return history(HistoryRequest.of(to).build());
	}

	@Override
	public Conversation history(String to, String from) {
		return history(HistoryRequest.between(to, from).build());
	}

	@Override
	public synchronized Conversation history(HistoryRequest request) {
		Assert.notNull(request, "'request' must not be null");
		Chat chat = new Chat(request.to(), (request.from() != null) ? request.from() : LINE);
		List<Entry> all = this.conversations.history(chat);
		List<ConversationMessage> latest = all.stream()
			.limit(request.limit())
			.map((entry) -> row(entry, request.tracking()))
			.toList();
		List<ConversationReaction> reactions = this.conversations.reactions(chat)
			.stream()
			.map(RecordingImessageOperations::row)
			.toList();
		return new Conversation(latest, reactions,
				new ConversationInfo(false, false, request.limit(), (long) all.size(), latest.size()), metadata());
	}

	private static ConversationMessage row(Entry entry, boolean tracking) {
		SandboxMessage message = entry.message();
		return new ConversationMessage(message.to(), message.from(), message.text(), message.timestamp(), entry.read(),
				new ConversationMessage.Delivery(message.status(), false, message.timestamp()),
				new ConversationMessage.Risk(false, false), message.attachments(), timeline(message, tracking));
	}

	private static ConversationReaction row(Conversations.Reaction reaction) {
		return new ConversationReaction(Tapback.of(reaction.tapback()), reaction.on(), reaction.timestamp(),
				reaction.status(), reaction.chat().from());
	}

	private static List<TrackingEvent> timeline(SandboxMessage message, boolean tracking) {
		return (tracking) ? message.timeline() : List.of();
	}

	@Override
	public synchronized ReactionReceipt react(ReactionAction action, Reaction reaction) {
		Assert.notNull(action, "'action' must not be null");
		Assert.notNull(reaction, "'reaction' must not be null");
		Reaction toText = (reaction.messageId() != null) ? toText(reaction, get(reaction.messageId())) : reaction;
		if (!SandboxSending.TAPBACKS.contains(reaction.tapback().value())) {
			throw new ContiguityApiException(Operation.REACT, Outcome.REJECTED, 400,
					"'tapback' must be one of " + SandboxSending.TAPBACKS, null, null);
		}
		Chat chat = new Chat(Objects.requireNonNull(toText.to()), (toText.from() != null) ? toText.from() : LINE);
		Conversations.Reaction recorded = new Conversations.Reaction(chat, reaction.tapback().value(),
				Objects.requireNonNull(toText.message()), action == ReactionAction.ADD, now());
		if (!this.conversations.react(recorded)) {
			throw notFound(Operation.REACT);
		}
		if (recorded.added()) {
			this.standing.add(new Standing(reaction, recorded));
		}
		else {
			// by text, as the API does, even if the message was identified by its id
			this.standing.removeIf((added) -> recorded.removes(added.recorded()));
		}
		return new ReactionReceipt(recorded.status(), null, reaction.messageId(), metadata());
	}

	// because the API supports reactions to texts only
	private static Reaction toText(Reaction reaction, ImessageMessage message) {
		if (message.to() == null || message.from() == null || !StringUtils.hasText(message.message())) {
			throw new ContiguityException("The message to react to has no text, or its conversation is not known",
					Outcome.REJECTED);
		}
		return Reaction.of(reaction.tapback()).toMessage(message.to(), message.from(), message.message());
	}

	@Override
	public ReadReceipt read(String to) {
		return read(to, LINE);
	}

	@Override
	public synchronized ReadReceipt read(String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
		this.conversations.read(new Chat(to, from), true, now());
		this.read.put(new Chat(to, from), true);
		return new ReadReceipt("sent", null, metadata());
	}

	@Override
	public TypingStatus typing(TypingAction action, String to) {
		return typing(action, to, LINE);
	}

	@Override
	public synchronized TypingStatus typing(TypingAction action, String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
		Assert.notNull(action, "'action' must not be null");
		boolean start = action == TypingAction.START;
		this.conversations.typing(new Chat(to, from), start);
		if (start) {
			this.typedTo.add(to);
		}
		return new TypingStatus((start) ? "started" : "stopped", null, metadata());
	}

	@Override
	public TypingIndicator showTyping(String to) {
		return showTyping(to, LINE);
	}

	@Override
	public TypingIndicator showTyping(String to, String from) {
		typing(TypingAction.START, to, from);
		return new TypingIndicator(Mono.fromSupplier(() -> typing(TypingAction.STOP, to, from)));
	}

	@Override
	public synchronized Availability availability(String to) {
		Require.recipient("to", to);
		return new Availability(to, !this.unavailable.contains(to), metadata());
	}

	// in milliseconds, like the API's times
	private static Instant now() {
		return Instant.now().truncatedTo(ChronoUnit.MILLIS);
	}

	private static ResponseMetadata metadata() {
		return new ResponseMetadata(SandboxIds.next("req"), now(), null);
	}

	private static ContiguityApiException notFound(Operation operation) {
		return new ContiguityApiException(operation, Outcome.REJECTED, 404, "Not Found", null, null);
	}

	/**
	 * Result of a send.
	 */
	@FunctionalInterface
	private interface Ending {

		@Nullable ContiguityException failure(SendRequest request);

	}

	/**
	 * A reaction that has not been removed.
	 *
	 * @param requested the reaction as requested
	 * @param recorded the reaction in its conversation
	 */
	private record Standing(Reaction requested, Conversations.Reaction recorded) {
	}

}
