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
import java.util.Collections;
import java.util.List;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.ResponseMetadata;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageOutcomeUnknownEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.event.LineSubstitutedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import com.contiguity.spring.imessage.Availability;
import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.ConversationInfo;
import com.contiguity.spring.imessage.ConversationMessage;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.IncomingText;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Creates results and events for unit tests as the library does. Tests that use these
 * methods instead of constructors still compile when components are added to results and
 * events.
 *
 * @since 0.1.0
 */
public final class ContiguityFixtures {

	/** The line for requests without a line. */
	private static final String LINE = "+15550001001";

	private static final String ACCOUNT = "default";

	private static final Duration ELAPSED = Duration.ofMillis(100);

	private ContiguityFixtures() {
	}

	/**
	 * Create the receipt of a message that was sent at the first attempt.
	 * @param request the request
	 * @return the receipt, with a unique message id
	 */
	public static SendReceipt receipt(SendRequest request) {
		return new SendReceipt(SandboxIds.next("imsg"), request.to(), line(request), 1, ELAPSED, request.reference(),
				metadata());
	}

	/**
	 * Create the result of a message that was sent by a bulk send.
	 * @param request the request
	 * @return the result
	 */
	public static SendResult.Accepted accepted(SendRequest request) {
		return new SendResult.Accepted(request, receipt(request));
	}

	/**
	 * Create the result of a message that a bulk send failed to send.
	 * @param request the request
	 * @param exception the failure
	 * @return the result
	 */
	public static SendResult.Failed failed(SendRequest request, ContiguityException exception) {
		return new SendResult.Failed(request, exception);
	}

	/**
	 * Create the exception of a send whose response was lost.
	 * @param request the request
	 * @return the exception
	 */
	public static SendOutcomeUnknownException outcomeUnknown(SendRequest request) {
		return new SendOutcomeUnknownException(request, line(request), now(), 1, new ContiguityTransportException(
				"There was no answer", Outcome.UNKNOWN, ContiguityTransportException.Phase.EXCHANGE, null));
	}

	/**
	 * Create the event of a message that was sent.
	 * @param request the request
	 * @return the event
	 */
	public static ImessageSentEvent sentEvent(SendRequest request) {
		return new ImessageSentEvent(ACCOUNT, request, receipt(request));
	}

	/**
	 * Create the event of a message that was not sent.
	 * @param request the request
	 * @param exception the failure, whose outcome is {@code REJECTED} or {@code NOT_SENT}
	 * @return the event
	 */
	public static ImessageNotSentEvent notSentEvent(SendRequest request, ContiguityException exception) {
		return new ImessageNotSentEvent(ACCOUNT, request, exception, 1, ELAPSED);
	}

	/**
	 * Create the event of a message whose response was lost.
	 * @param request the request
	 * @return the event
	 */
	public static ImessageOutcomeUnknownEvent outcomeUnknownEvent(SendRequest request) {
		return new ImessageOutcomeUnknownEvent(ACCOUNT, request, outcomeUnknown(request), 1, ELAPSED);
	}

	/**
	 * Create a received iMessage.
	 * @param from the sender
	 * @param text the text, or {@code null} for none
	 * @return the message
	 */
	public static IncomingImessage incoming(String from, @Nullable String text) {
		return new IncomingImessage(SandboxIds.next("evt"), from, LINE, text, now(), Collections.emptyList());
	}

	/**
	 * Create a received SMS.
	 * @param from the sender
	 * @param text the text, or {@code null} for none
	 * @return the message
	 */
	public static IncomingText incomingText(String from, @Nullable String text) {
		return new IncomingText(SandboxIds.next("evt"), from, LINE, text, now(), Collections.emptyList());
	}

	/**
	 * Create the event of a received iMessage.
	 * @param message the message
	 * @return the event
	 */
	public static ImessageReceivedEvent receivedEvent(IncomingImessage message) {
		String type = "imessage.incoming";
		return new ImessageReceivedEvent(
				message.id(), type, message.timestamp(), SandboxEnvelope.API_VERSION, raw(message.id(), type,
						message.timestamp(), data(message.from(), message.to(), message.body(), message.attachments())),
				message);
	}

	/**
	 * Create the event of a received SMS.
	 * @param message the message
	 * @return the event
	 */
	public static TextReceivedEvent textReceivedEvent(IncomingText message) {
		String type = (message.attachments().isEmpty()) ? "text.incoming.sms" : "text.incoming.mms";
		return new TextReceivedEvent(
				message.id(), type, message.timestamp(), SandboxEnvelope.API_VERSION, raw(message.id(), type,
						message.timestamp(), data(message.from(), message.to(), message.body(), message.attachments())),
				message);
	}

	/**
	 * Create the event of the delivery, or failed delivery, of a message that fell back
	 * to SMS.
	 * @param receipt the receipt of the message
	 * @param error why it was not delivered, or {@code null} if it was delivered
	 * @return the event
	 */
	public static TextDeliveryEvent textDeliveryEvent(SendReceipt receipt, @Nullable String error) {
		String id = SandboxIds.next("evt");
		String type = (error != null) ? "text.delivery.failed" : "text.delivery.confirmed";
		String from = (receipt.from() != null) ? receipt.from() : LINE;
		ObjectNode data = data(from, receipt.to(), null, Collections.emptyList()).put("message_id",
				receipt.messageId());
		if (error != null) {
			data.put("error", error);
		}
		Instant now = now();
		return new TextDeliveryEvent(id, type, now, SandboxEnvelope.API_VERSION, raw(id, type, now, data),
				receipt.messageId(), from, receipt.to(), error == null, error);
	}

	/**
	 * Create the event of a message that was sent from another line.
	 * @param receipt the receipt of the message
	 * @param usedLine the line that was used
	 * @return the event
	 */
	public static LineSubstitutedEvent lineSubstitutedEvent(SendReceipt receipt, String usedLine) {
		String id = SandboxIds.next("evt");
		String type = "numbers.substitution";
		String original = (receipt.from() != null) ? receipt.from() : LINE;
		String reason = "number_unavailable";
		ObjectNode data = JsonNodeFactory.instance.objectNode()
			.put("original_number", original)
			.put("used_number", usedLine)
			.put("reason", reason)
			.put("message_id", receipt.messageId());
		Instant now = now();
		return new LineSubstitutedEvent(id, type, now, SandboxEnvelope.API_VERSION, raw(id, type, now, data), original,
				usedLine, reason, receipt.messageId());
	}

	/**
	 * Create a delivered message, as returned by the API.
	 * @param request the request that it was sent with
	 * @param receipt its receipt
	 * @return the message
	 */
	public static ImessageMessage message(SendRequest request, SendReceipt receipt) {
		return new ImessageMessage(receipt.messageId(), receipt.to(), receipt.from(), request.message(), now(),
				"delivered", request.attachments(), Collections.emptyList(), metadata());
	}

	/**
	 * Create a delivered message of a conversation.
	 * @param to the recipient
	 * @param from the sender
	 * @param text the text
	 * @return the message
	 */
	public static ConversationMessage conversationMessage(String to, String from, String text) {
		Instant now = now();
		return new ConversationMessage(to, from, text, now, null,
				new ConversationMessage.Delivery("delivered", false, now), null, Collections.emptyList(),
				Collections.emptyList());
	}

	/**
	 * Create a conversation without reactions.
	 * @param messages the messages, latest first
	 * @return the conversation
	 */
	public static Conversation conversation(ConversationMessage... messages) {
		return new Conversation(List.of(messages), Collections.emptyList(),
				new ConversationInfo(false, false, 20, (long) messages.length, messages.length), metadata());
	}

	/**
	 * Create the availability of a recipient.
	 * @param to the recipient
	 * @param available whether the recipient can receive iMessages
	 * @return the availability
	 */
	public static Availability availability(String to, boolean available) {
		return new Availability(to, available, metadata());
	}

	private static String line(SendRequest request) {
		return (request.from() != null) ? request.from() : LINE;
	}

	private static ResponseMetadata metadata() {
		return new ResponseMetadata(SandboxIds.next("req"), now(), SandboxEnvelope.API_VERSION);
	}

	private static Instant now() {
		return Instant.now().truncatedTo(ChronoUnit.SECONDS);
	}

	private static ObjectNode data(String from, String to, @Nullable String text,
			List<IncomingAttachment> attachments) {
		ObjectNode data = JsonNodeFactory.instance.objectNode().put("from", from).put("to", to).put("body", text);
		for (IncomingAttachment attachment : attachments) {
			data.withArray("attachments")
				.addObject()
				.put("url", attachment.url())
				.put("mime", attachment.mime())
				.put("filename", attachment.filename());
		}
		return data;
	}

	private static String raw(String id, String type, Instant timestamp, ObjectNode data) {
		return JsonNodeFactory.instance.objectNode()
			.put("id", id)
			.put("type", type)
			.put("timestamp", timestamp.getEpochSecond())
			.put("api_version", SandboxEnvelope.API_VERSION)
			.<ObjectNode>set("data", data)
			.toString();
	}

}
