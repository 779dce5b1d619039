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

import com.contiguity.spring.ContiguityException;
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
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reactive operations of the iMessage API. They behave like {@link ImessageOperations},
 * with failures as error signals.
 * <p>
 * Each subscription is a separate call: subscribing twice to a send sends twice. If the
 * subscription to a send is cancelled after its request was sent, the send ends as
 * {@link SendOutcomeUnknownException}, which is then reported only by the application
 * event.
 *
 * @since 0.1.0
 */
public interface ReactiveImessageOperations {

	/**
	 * Send a text, with all options as configured.
	 * @param to the recipient
	 * @param message the text
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> send(String to, String message);

	/**
	 * Send a message. It is sent at most once. The send is retried only if the API
	 * reports that it did not accept the message, or if the request was never sent.
	 * @param request what to send
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> send(SendRequest request);

	/**
	 * Send many messages. Messages of one line are sent in order, and lines send in
	 * parallel. Each message waits for its line without a limit. A failure does not stop
	 * the others. Requests are read from the publisher only as fast as they can be sent,
	 * so that memory use does not grow with their number.
	 * @param requests what to send
	 * @return the result of each message, as soon as it is known
	 */
	Flux<SendResult> sendAll(Publisher<SendRequest> requests);

	/**
	 * Reply to a received message, from the line that received it.
	 * @param received the received message
	 * @param message the text of the reply
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> reply(IncomingImessage received, String message);

	/**
	 * Determine the outcome of a send from the conversation's history. While the message
	 * may still appear there, {@link Reconciliation#retryAfter()} returns how long to
	 * wait before another call.
	 * @param unknown the send
	 * @return the verdict, or a {@link ContiguityException}
	 */
	Mono<Reconciliation> reconcile(UnknownSend unknown);

	/**
	 * Determine the outcome of a send from the conversation's history. While the message
	 * may still appear there, {@link Reconciliation#retryAfter()} returns how long to
	 * wait before another call.
	 * @param unknown the exception of the send
	 * @return the verdict, or a {@link ContiguityException}
	 */
	default Mono<Reconciliation> reconcile(SendOutcomeUnknownException unknown) {
		return reconcile(unknown.unknownSend());
	}

	/**
	 * Return the line that sends messages to a recipient if the request does not name
	 * one.
	 * @param to the recipient
	 * @return the line, or an empty {@code Mono} if Contiguity chooses
	 */
	Mono<String> lineFor(String to);

	/**
	 * Get a message.
	 * @param messageId the message's id
	 * @return the message, or a {@link ContiguityException}
	 */
	Mono<ImessageMessage> get(String messageId);

	/**
	 * Get a message.
	 * @param messageId the message's id
	 * @param tracking whether to request its tracking events
	 * @return the message, or a {@link ContiguityException}
	 */
	Mono<ImessageMessage> get(String messageId, boolean tracking);

	/**
	 * Get the latest messages of the conversation with a recipient, at most 20, on the
	 * recipient's {@link #lineFor line}.
	 * @param to the other participant
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(String to);

	/**
	 * Get the latest messages of a conversation, at most 20.
	 * @param to the other participant
	 * @param from the line
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(String to, String from);

	/**
	 * Get the latest messages of a conversation.
	 * @param request the conversation and the number of messages
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(HistoryRequest request);

	/**
	 * Add or remove a reaction. If the reaction names its message by id, the message is
	 * fetched first.
	 * @param action whether to add or remove the reaction
	 * @param reaction the reaction and its message
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReactionReceipt> react(ReactionAction action, Reaction reaction);

	/**
	 * Mark the conversation with a recipient as read, on the recipient's {@link #lineFor
	 * line}.
	 * @param to the other participant
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReadReceipt> read(String to);

	/**
	 * Mark a conversation as read.
	 * @param to the other participant
	 * @param from the line
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReadReceipt> read(String to, String from);

	/**
	 * Show or hide the typing indicator, on the recipient's {@link #lineFor line}.
	 * @param action whether to show or hide the indicator
	 * @param to the recipient
	 * @return the status, or a {@link ContiguityException}
	 */
	Mono<TypingStatus> typing(TypingAction action, String to);

	/**
	 * Show or hide the typing indicator.
	 * @param action whether to show or hide the indicator
	 * @param to the recipient
	 * @param from the line
	 * @return the status, or a {@link ContiguityException}
	 */
	Mono<TypingStatus> typing(TypingAction action, String to, String from);

	/**
	 * Show the typing indicator until it is hidden, on the recipient's {@link #lineFor
	 * line}.
	 * @param to the recipient
	 * @return the indicator, which must be hidden, or a {@link ContiguityException}
	 */
	Mono<TypingIndicator> showTyping(String to);

	/**
	 * Show the typing indicator until it is hidden. Use it with {@code
	 * Mono.usingWhen(showTyping(to, from), …, TypingIndicator::hide)}.
	 * @param to the recipient
	 * @param from the line
	 * @return the indicator, which must be hidden, or a {@link ContiguityException}
	 */
	Mono<TypingIndicator> showTyping(String to, String from);

	/**
	 * Check whether a recipient can receive iMessages.
	 * @param to the phone number
	 * @return the availability, or a {@link ContiguityException}
	 */
	Mono<Availability> availability(String to);

}
