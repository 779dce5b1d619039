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
 * Everything that can be done with iMessages, without blocking. What is said of
 * {@link ImessageOperations} holds here, too; failures arrive as error signals.
 * <p>
 * Each subscription is a call of its own: subscribing twice to a send sends twice. A send
 * whose subscription is cancelled after its request left ends as
 * {@link SendOutcomeUnknownException}, which then only the application event tells.
 *
 * @since 0.1.0
 */
public interface ReactiveImessageOperations {

	/**
	 * Send a text, with everything else as configured.
	 * @param to the recipient
	 * @param message the text
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> send(String to, String message);

	/**
	 * Send a message. It is put on the wire at most once, unless the API itself said that
	 * it did not take it.
	 * @param request what to send
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> send(SendRequest request);

	/**
	 * Send many messages: in order for each line, lines side by side. Each waits for its
	 * line as long as it takes; a failure does not stop the others. Requests are asked
	 * for as they can be sent, so memory does not grow with their number.
	 * @param requests what to send
	 * @return how each ended, as it ends
	 */
	Flux<SendResult> sendAll(Publisher<SendRequest> requests);

	/**
	 * Answer a message that came in, from the line that it came in on.
	 * @param received the message that came in
	 * @param message the text of the answer
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<SendReceipt> reply(IncomingImessage received, String message);

	/**
	 * Find out from the conversation's history what became of a send.
	 * @param unknown the send
	 * @return the verdict, never a guess, or a {@link ContiguityException}
	 */
	Mono<Reconciliation> reconcile(UnknownSend unknown);

	/**
	 * Find out from the conversation's history what became of a send.
	 * @param unknown what the send ended with
	 * @return the verdict, never a guess, or a {@link ContiguityException}
	 */
	default Mono<Reconciliation> reconcile(SendOutcomeUnknownException unknown) {
		return reconcile(unknown.unknownSend());
	}

	/**
	 * Tell which line messages to a recipient are sent from, if their request names none.
	 * @param to the recipient
	 * @return the line, or nothing if Contiguity chooses
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
	 * @param tracking whether to ask for the steps on its way
	 * @return the message, or a {@link ContiguityException}
	 */
	Mono<ImessageMessage> get(String messageId, boolean tracking);

	/**
	 * Get the latest messages of the conversation with a recipient, at most 20, on the
	 * recipient's {@link #lineFor line}.
	 * @param to the other side
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(String to);

	/**
	 * Get the latest messages of a conversation, at most 20.
	 * @param to the other side
	 * @param from the line
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(String to, String from);

	/**
	 * Get the latest messages of a conversation.
	 * @param request which conversation, and how much of it
	 * @return the conversation, or a {@link ContiguityException}
	 */
	Mono<Conversation> history(HistoryRequest request);

	/**
	 * Add or remove a reaction. A message that is named by its id is fetched first.
	 * @param action what to do
	 * @param reaction which reaction, to which message
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReactionReceipt> react(ReactionAction action, Reaction reaction);

	/**
	 * Mark the conversation with a recipient as read, on the recipient's {@link #lineFor
	 * line}.
	 * @param to the other side
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReadReceipt> read(String to);

	/**
	 * Mark a conversation as read.
	 * @param to the other side
	 * @param from the line
	 * @return the receipt, or a {@link ContiguityException}
	 */
	Mono<ReadReceipt> read(String to, String from);

	/**
	 * Show or hide the typing indicator, from the line that messages to this recipient
	 * are sent from.
	 * @param action what to do
	 * @param to the recipient
	 * @return the status, or a {@link ContiguityException}
	 */
	Mono<TypingStatus> typing(TypingAction action, String to);

	/**
	 * Show or hide the typing indicator.
	 * @param action what to do
	 * @param to the recipient
	 * @param from the line
	 * @return the status, or a {@link ContiguityException}
	 */
	Mono<TypingStatus> typing(TypingAction action, String to, String from);

	/**
	 * Show the typing indicator until the indicator is hidden, on the recipient's
	 * {@link #lineFor line}.
	 * @param to the recipient
	 * @return to be hidden, or a {@link ContiguityException}
	 */
	Mono<TypingIndicator> showTyping(String to);

	/**
	 * Show the typing indicator until the indicator is hidden: made for
	 * {@code Mono.usingWhen(showTyping(to, from), …, TypingIndicator::hide)}.
	 * @param to the recipient
	 * @param from the line
	 * @return to be hidden, or a {@link ContiguityException}
	 */
	Mono<TypingIndicator> showTyping(String to, String from);

	/**
	 * Ask whether somebody can be reached by iMessage.
	 * @param to the phone number
	 * @return the answer, or a {@link ContiguityException}
	 */
	Mono<Availability> availability(String to);

}
