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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
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
import com.contiguity.spring.SendOutcomeUnknownException;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.TypingIndicator;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationInfo;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.ReactionReceipt;
import com.contiguity.spring.imessage.ReadReceipt;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Require;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * {@link ImessageOperations} that send nothing, but remember what they were asked to, for
 * unit tests without HTTP and without a Spring context. What could never be valid is
 * refused just as the real ones do.
 *
 * <pre class="code">
 * RecordingImessageOperations imessages = new RecordingImessageOperations();
 * new Reminders(imessages).remind("+15551234567");
 * assertThat(imessages).sent(1).to("+15551234567");
 * </pre>
 * <p>
 * Sends succeed, unless {@link #next(Outcome...)} says otherwise. Safe for use by several
 * threads.
 *
 * @since 0.1.0
 */
public class RecordingImessageOperations implements ImessageOperations {

	private static final String LINE = SandboxLines.defaults().get(0).number();

	private final List<SandboxMessage> messages = new ArrayList<>();

	private final List<SendRequest> requests = new ArrayList<>();

	private final List<Reaction> reactions = new ArrayList<>();

	private final Set<String> typing = new HashSet<>();

	private final Set<String> unavailable = new HashSet<>();

	private final Queue<Outcome> outcomes = new ArrayDeque<>();

	private Reconciliation reconciliation = Reconciliation.undecided("Nothing was really sent");

	/**
	 * Say how the next sends end, one outcome for each, after those that are waiting
	 * already: {@code REJECTED} with a 400, {@code NOT_SENT} with a 429, {@code UNKNOWN}
	 * as after a connection that dropped.
	 * @param outcomes the outcomes, in order
	 * @return this
	 */
	public synchronized RecordingImessageOperations next(Outcome... outcomes) {
		this.outcomes.addAll(Arrays.asList(outcomes));
		return this;
	}

	/**
	 * Say what {@link #reconcile(SendOutcomeUnknownException)} answers; undecided by
	 * default.
	 * @param reconciliation the answer
	 * @return this
	 */
	public synchronized RecordingImessageOperations reconcileAs(Reconciliation reconciliation) {
		this.reconciliation = reconciliation;
		return this;
	}

	/**
	 * Say who cannot be reached by iMessage; nobody by default.
	 * @param recipients the recipients
	 * @return this
	 */
	public synchronized RecordingImessageOperations unavailable(String... recipients) {
		this.unavailable.addAll(Arrays.asList(recipients));
		return this;
	}

	/**
	 * Return the messages whose send succeeded.
	 * @return a copy, in order
	 */
	public synchronized List<SandboxMessage> messages() {
		return List.copyOf(this.messages);
	}

	/**
	 * Return everything that was to be sent, whether that succeeded or not.
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
		return List.copyOf(this.reactions);
	}

	/**
	 * Return whether somebody is shown to a recipient as typing.
	 * @param to the recipient
	 * @return whether a typing indicator was started and not stopped
	 */
	public synchronized boolean isTyping(String to) {
		return this.typing.contains(to);
	}

	/**
	 * Forget everything, what is to come included.
	 */
	public synchronized void clear() {
		this.messages.clear();
		this.requests.clear();
		this.reactions.clear();
		this.typing.clear();
		this.unavailable.clear();
		this.outcomes.clear();
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
		Outcome outcome = this.outcomes.poll();
		if (outcome != null && outcome != Outcome.ACCEPTED) {
			throw failure(outcome, request);
		}
		String from = (request.from() != null) ? request.from() : LINE;
		SandboxMessage message = new SandboxMessage(SandboxIds.next("imsg"), request.to(), from, request.message(),
				request.attachments(), request.fallback(), Boolean.TRUE.equals(request.fastTrack()), Instant.now(),
				Delivery.IMESSAGE);
		this.messages.add(message);
		return new SendReceipt(message.id(), message.to(), from, 1, Duration.ZERO, metadata());
	}

	private static ContiguityException failure(Outcome outcome, SendRequest request) {
		return switch (outcome) {
			case REJECTED ->
				new ContiguityApiException(Operation.SEND, Outcome.REJECTED, 400, "Recorded as rejected", null, null);
			case NOT_SENT ->
				new RateLimitedException(Operation.SEND, "Recorded as not sent", null, Duration.ofSeconds(1));
			default -> new SendOutcomeUnknownException(request, request.from(), Instant.now(), 1,
					new ContiguityTransportException("Recorded as unknown", Outcome.UNKNOWN,
							ContiguityTransportException.Phase.EXCHANGE, null));
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
	public synchronized Reconciliation reconcile(SendOutcomeUnknownException unknown) {
		Assert.notNull(unknown, "'unknown' must not be null");
		return this.reconciliation;
	}

	@Override
	public ImessageMessage get(String messageId) {
		return get(messageId, false);
	}

	@Override
	public ImessageMessage get(String messageId, boolean tracking) {
		Assert.hasText(messageId, "'messageId' must not be empty");
		return messages().stream()
			.filter((message) -> message.id().equals(messageId))
			.map((message) -> new ImessageMessage(message.id(), message.to(), message.from(), message.text(),
					message.timestamp(), "delivered", message.attachments(), Collections.emptyList(), metadata()))
			.findFirst()
			.orElseThrow(() -> notFound(Operation.GET));
	}

	@Override
	public Conversation history(String to, String from) {
		return history(HistoryRequest.between(to, from).build());
	}

	@Override
	public Conversation history(HistoryRequest request) {
		Assert.notNull(request, "'request' must not be null");
		List<SandboxMessage> all = new ArrayList<>(messages());
		all.removeIf((message) -> !message.to().equals(request.to()) || !message.from().equals(request.from()));
		Collections.reverse(all);
		List<ConversationMessage> latest = all.stream()
			.limit(request.limit())
			.map((message) -> new ConversationMessage(message.to(), message.from(), message.text(), message.timestamp(),
					null, null, null, message.attachments(), Collections.emptyList()))
			.toList();
		return new Conversation(latest, Collections.emptyList(),
				new ConversationInfo(false, false, request.limit(), all.size(), latest.size()), metadata());
	}

	@Override
	public synchronized ReactionReceipt react(ReactionAction action, Reaction reaction) {
		Assert.notNull(action, "'action' must not be null");
		Assert.notNull(reaction, "'reaction' must not be null");
		if (reaction.messageId() != null) {
			get(reaction.messageId());
		}
		if (action == ReactionAction.ADD) {
			this.reactions.add(reaction);
		}
		else {
			this.reactions.removeIf((added) -> isSame(added, reaction));
		}
		return new ReactionReceipt((action == ReactionAction.ADD) ? "added" : "removed", null, reaction.messageId(),
				metadata());
	}

	private static boolean isSame(Reaction one, Reaction other) {
		return one.tapback().equals(other.tapback()) && Objects.equals(one.to(), other.to())
				&& Objects.equals(one.from(), other.from()) && Objects.equals(one.message(), other.message())
				&& Objects.equals(one.messageId(), other.messageId());
	}

	@Override
	public ReadReceipt read(String to, String from) {
		Require.recipient("to", to);
		Require.line("from", from);
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
		if (action == TypingAction.START) {
			this.typing.add(to);
		}
		else {
			this.typing.remove(to);
		}
		return new TypingStatus((action == TypingAction.START) ? "started" : "stopped", null, metadata());
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

	private static ResponseMetadata metadata() {
		return new ResponseMetadata(SandboxIds.next("req"), Instant.now(), null);
	}

	private static ContiguityApiException notFound(Operation operation) {
		return new ContiguityApiException(operation, Outcome.REJECTED, 404, "Not Found", null, null);
	}

}
