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
import java.util.concurrent.CompletableFuture;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.LineBusyException;
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
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.imessage.UnknownSend;
import org.jspecify.annotations.Nullable;

/**
 * Blocking operations of the iMessage API.
 * <p>
 * Numbers are in E.164 format ({@code +} and up to 15 digits). If a request can never be
 * valid, an {@link IllegalArgumentException} that names the field is thrown and nothing
 * is sent. All other failures are reported as {@link ContiguityException}. Its
 * {@linkplain ContiguityException#outcome() outcome} determines what to do next:
 * <ul>
 * <li>{@link Outcome#REJECTED}: the API rejected the call, and repeating it does not
 * help;</li>
 * <li>{@link Outcome#NOT_SENT}: the API did not accept the call, and it is safe to
 * repeat;</li>
 * <li>{@link Outcome#UNKNOWN}: sends only, as {@link SendOutcomeUnknownException}: the
 * API may have accepted the message; {@link #reconcile(SendOutcomeUnknownException)}
 * finds out.</li>
 * </ul>
 * <p>
 * Thread-safe. On a thread that must not block, such as an event loop, calls throw an
 * {@link IllegalStateException}. Use {@link ReactiveImessageOperations} there.
 *
 * @since 0.1.0
 */
public interface ImessageOperations {

	/**
	 * Send a text, with all options as configured.
	 * @param to the recipient
	 * @param message the text
	 * @return the receipt
	 * @throws ContiguityException if the API did not accept the message, or if that is
	 * unknown
	 */
	SendReceipt send(String to, String message);

	/**
	 * Send a message. It is sent at most once. The send is retried only if the API
	 * reports that it did not accept the message, or if the request was never sent.
	 * @param request what to send
	 * @return the receipt
	 * @throws SendOutcomeUnknownException if the API may have accepted the message
	 * @throws LineBusyException if the line cannot send the message in time
	 * @throws ContiguityException if the API did not accept the message
	 */
	SendReceipt send(SendRequest request);

	/**
	 * Send a message without waiting.
	 * @param request what to send
	 * @return a future that completes with the receipt or a {@link ContiguityException};
	 * cancelling it cancels the call
	 */
	CompletableFuture<SendReceipt> sendAsync(SendRequest request);

	/**
	 * Send many messages. Messages of one line are sent in order, and lines send in
	 * parallel. Each message waits for its line without a limit. A failure does not stop
	 * the others. An interrupt stops messages that are not sent yet. The thread stays
	 * interrupted.
	 * @param requests what to send
	 * @return the result of each message, in the order of the requests
	 */
	List<SendResult> sendAll(Collection<SendRequest> requests);

	/**
	 * Reply to a received message, from the line that received it.
	 * @param received the received message
	 * @param message the text of the reply
	 * @return the receipt
	 * @throws ContiguityException if the API did not accept the message, or if that is
	 * unknown
	 */
	SendReceipt reply(IncomingImessage received, String message);

	/**
	 * Determine the outcome of a send from the conversation's history. While the message
	 * may still appear there, {@link Reconciliation#retryAfter()} returns how long to
	 * wait before another call.
	 * @param unknown the send
	 * @return the verdict
	 * @throws ContiguityException if the history cannot be read
	 */
	Reconciliation reconcile(UnknownSend unknown);

	/**
	 * Determine the outcome of a send from the conversation's history. While the message
	 * may still appear there, {@link Reconciliation#retryAfter()} returns how long to
	 * wait before another call.
	 * @param unknown the exception of the send
	 * @return the verdict
	 * @throws ContiguityException if the history cannot be read
	 */
	default Reconciliation reconcile(SendOutcomeUnknownException unknown) {
		return reconcile(unknown.unknownSend());
	}

	/**
	 * Return the line that sends messages to a recipient if the request does not name
	 * one.
	 * @param to the recipient
	 * @return the line, or {@code null} if Contiguity chooses
	 */
	@Nullable String lineFor(String to);

	/**
	 * Get a message.
	 * @param messageId the message's id
	 * @return the message
	 * @throws ContiguityException if there is no response, or no such message
	 */
	ImessageMessage get(String messageId);

	/**
	 * Get a message.
	 * @param messageId the message's id
	 * @param tracking whether to request its tracking events
	 * @return the message
	 * @throws ContiguityException if there is no response, or no such message
	 */
	ImessageMessage get(String messageId, boolean tracking);

	/**
	 * Get the latest messages of the conversation with a recipient, at most 20, on the
	 * recipient's {@link #lineFor line}.
	 * @param to the other participant
	 * @return the conversation
	 * @throws ContiguityException if the conversation cannot be read
	 */
	Conversation history(String to);

	/**
	 * Get the latest messages of a conversation, at most 20.
	 * @param to the other participant
	 * @param from the line
	 * @return the conversation
	 * @throws ContiguityException if there is no response
	 */
	Conversation history(String to, String from);

	/**
	 * Get the latest messages of a conversation.
	 * @param request the conversation and the number of messages
	 * @return the conversation
	 * @throws ContiguityException if there is no response
	 */
	Conversation history(HistoryRequest request);

	/**
	 * Add or remove a reaction. If the reaction names its message by id, the message is
	 * fetched first.
	 * @param action whether to add or remove the reaction
	 * @param reaction the reaction and its message
	 * @return the receipt
	 * @throws ContiguityException if the API did not accept the call
	 */
	ReactionReceipt react(ReactionAction action, Reaction reaction);

	/**
	 * Mark the conversation with a recipient as read, on the recipient's {@link #lineFor
	 * line}.
	 * @param to the other participant
	 * @return the receipt
	 * @throws ContiguityException if the API did not accept the call
	 */
	ReadReceipt read(String to);

	/**
	 * Mark a conversation as read.
	 * @param to the other participant
	 * @param from the line
	 * @return the receipt
	 * @throws ContiguityException if the API did not accept the call
	 */
	ReadReceipt read(String to, String from);

	/**
	 * Show or hide the typing indicator, on the recipient's {@link #lineFor line}.
	 * @param action whether to show or hide the indicator
	 * @param to the recipient
	 * @return the status
	 * @throws ContiguityException if the API did not accept the call
	 */
	TypingStatus typing(TypingAction action, String to);

	/**
	 * Show or hide the typing indicator.
	 * @param action whether to show or hide the indicator
	 * @param to the recipient
	 * @param from the line
	 * @return the status
	 * @throws ContiguityException if the API did not accept the call
	 */
	TypingStatus typing(TypingAction action, String to, String from);

	/**
	 * Show the typing indicator until the returned object is closed, on the recipient's
	 * {@link #lineFor line}.
	 * @param to the recipient
	 * @return the indicator, which must be closed
	 * @throws ContiguityException if the indicator cannot be shown
	 */
	TypingIndicator showTyping(String to);

	/**
	 * Show the typing indicator until the returned object is closed.
	 * @param to the recipient
	 * @param from the line
	 * @return the indicator, which must be closed
	 * @throws ContiguityException if the API did not accept the call
	 */
	TypingIndicator showTyping(String to, String from);

	/**
	 * Check whether a recipient can receive iMessages.
	 * @param to the phone number
	 * @return the availability
	 * @throws ContiguityException if there is no response
	 */
	Availability availability(String to);

}
