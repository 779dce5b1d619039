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

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.Conversations.Chat;
import com.contiguity.spring.test.Conversations.Reaction;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.jspecify.annotations.Nullable;
import org.mockserver.model.HttpResponse;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations that send something: messages, typing indicators, reactions and read
 * receipts.
 */
final class SandboxSending {

	private static final int MAX_ATTACHMENTS = 10;

	static final List<String> TAPBACKS = List.of("love", "like", "dislike", "laugh", "emphasize", "question");

	private static final Map<String, FallbackCondition> CONDITIONS = Map.of("imessage_unsupported",
			FallbackCondition.IMESSAGE_UNSUPPORTED, "imessage_fails", FallbackCondition.IMESSAGE_FAILS);

	private final SandboxState state;

	private final SandboxRate rate;

	private final SandboxEnvelope envelope;

	private final SandboxWebhooks webhooks;

	SandboxSending(SandboxState state, SandboxRate rate, SandboxEnvelope envelope, SandboxWebhooks webhooks) {
		this.state = state;
		this.rate = rate;
		this.envelope = envelope;
		this.webhooks = webhooks;
	}

	HttpResponse send(SandboxRequest request) {
		request.refuseQuery();
		SandboxMessage message = read(request.body("to", "from", "message", "fallback", "attachments", "fast_track"));
		return SandboxRecipients.fault(message.to()).answer(this.envelope, () -> accept(request, message));
	}

	private HttpResponse accept(SandboxRequest request, SandboxMessage message) {
		Delivery delivery = SandboxRecipients.delivery(message);
		if (!message.fastTrack() && !SandboxRecipients.alwaysDoesTheSame(message.to())) {
			this.rate.take(message.from());
		}
		if (delivery == Delivery.SMS && !this.state.takesSms(message.to())) {
			delivery = Delivery.SMS_FAILED;
		}
		SandboxMessage accepted = message.withDelivery(delivery);
		this.state.conversations().sent(accepted);
		if (delivery == Delivery.SMS || delivery == Delivery.SMS_FAILED) {
			String line = smsLine(accepted);
			request.onceAnswered((target) -> this.webhooks.delivered(target, accepted, line));
		}
		return this.envelope.response(object().put("message_id", message.id()));
	}

	/**
	 * Return the line that sends an SMS: that of the fallback, otherwise that of the
	 * message if it can send SMS, otherwise any line that can.
	 * @param message the message that falls back
	 * @return the line's number
	 */
	private String smsLine(SandboxMessage message) {
		Fallback fallback = message.fallback();
		if (fallback != null && fallback.from() != null) {
			return fallback.from();
		}
		List<String> lines = this.state.lines().stream().filter(SandboxSending::sendsSms).map(Line::number).toList();
		return (lines.isEmpty() || lines.contains(message.from())) ? message.from() : lines.get(0);
	}

	private SandboxMessage read(SandboxFields fields) {
		String to = fields.recipient("to");
		String from = lineOrAny(fields, to);
		String text = fields.optionalText("message");
		List<String> attachments = fields.attachments("attachments", MAX_ATTACHMENTS);
		if (attachments.isEmpty() && (text == null || text.isBlank())) {
			throw fields.refuse("message", "is required unless there are 'attachments'");
		}
		Fallback fallback = fallback(fields.object("fallback", "when", "from"));
		boolean fastTrack = fields.flag("fast_track");
		return new SandboxMessage(SandboxIds.next("imsg"), to, from, text, attachments, fallback, fastTrack,
				this.state.now(), Delivery.IMESSAGE);
	}

	private @Nullable Fallback fallback(@Nullable SandboxFields fields) {
		if (fields == null) {
			return null;
		}
		List<String> names = fields.texts("when");
		if (names.isEmpty()) {
			throw fields.refuse("when", "is required");
		}
		Set<FallbackCondition> when = EnumSet.noneOf(FallbackCondition.class);
		for (String name : names) {
			FallbackCondition condition = CONDITIONS.get(name);
			if (condition == null) {
				throw fields.refuse("when", "must be of imessage_unsupported and imessage_fails");
			}
			when.add(condition);
		}
		String from = fields.optionalNumber("from");
		if (from != null) {
			requireLine(fields, from, SandboxSending::sendsSms, "SMS or RCS");
		}
		return Fallback.when(when).from(from);
	}

	ObjectNode typing(SandboxRequest request) {
		request.refuseQuery();
		SandboxFields fields = request.body("to", "from", "action");
		String to = fields.recipient("to");
		String from = lineOrAny(fields, to);
		boolean start = fields.oneOf("action", List.of("start", "stop")).equals("start");
		this.state.conversations().typing(new Chat(to, from), start);
		return object().put("status", (start) ? "started" : "stopped");
	}

	ObjectNode react(SandboxRequest request) {
		request.refuseQuery();
		SandboxFields fields = request.body("to", "from", "action", "tapback", "message");
		Chat chat = new Chat(fields.recipient("to"), line(fields));
		boolean add = fields.oneOf("action", List.of("add", "remove")).equals("add");
		String tapback = fields.oneOf("tapback", TAPBACKS);
		String on = fields.text("message");
		Reaction reaction = new Reaction(chat, tapback, on, add, this.state.now());
		if (!this.state.conversations().react(reaction)) {
			throw SandboxRefusal.notFound("No message of this conversation has the text of 'message'");
		}
		return object().put("status", reaction.status())
			.put("message", "Reaction " + reaction.status() + " to " + chat.to() + " from " + chat.from());
	}

	ObjectNode read(SandboxRequest request) {
		request.refuseQuery();
		SandboxFields fields = request.body("to", "from");
		Chat chat = new Chat(fields.recipient("to"), line(fields));
		this.state.conversations().read(chat, true, this.state.now());
		return object().put("status", "sent")
			.put("message", "Read receipt sent to " + chat.to() + " from " + chat.from());
	}

	/**
	 * Return the requested line, otherwise one that is always the same for the same
	 * recipient.
	 * @param fields the fields of the request
	 * @param to the recipient
	 * @return the line's number
	 */
	private String lineOrAny(SandboxFields fields, String to) {
		String from = fields.optionalNumber("from");
		if (from != null) {
			return line(fields);
		}
		List<Line> lines = this.state.lines().stream().filter(SandboxLines::sendsImessages).toList();
		if (lines.isEmpty()) {
			throw fields.refuse("from", "cannot be chosen, because there is no active line that sends iMessages");
		}
		return lines.get(Math.floorMod(to.hashCode(), lines.size())).number();
	}

	private String line(SandboxFields fields) {
		String from = fields.number("from");
		requireLine(fields, from, SandboxLines::sendsImessages, "iMessages");
		return from;
	}

	private void requireLine(SandboxFields fields, String number, Predicate<Line> sends, String what) {
		List<Line> leased = this.state.lines().stream().filter((line) -> line.number().equals(number)).toList();
		if (leased.stream().noneMatch(sends)) {
			throw fields.refuse("from",
					"is not a leased line that sends " + what + ((leased.isEmpty()) ? SandboxLines.HOW_TO_LEASE : ""));
		}
	}

	private static boolean sendsSms(Line line) {
		return "active".equals(line.status()) && (line.channels().contains("sms") || line.channels().contains("rcs"));
	}

	private static ObjectNode object() {
		return JsonNodeFactory.instance.objectNode();
	}

}
