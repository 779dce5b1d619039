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

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.test.SandboxMessage.Delivery;
import com.contiguity.spring.test.SandboxState.Refusal;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions for sent messages, in the order in which they were sent. A failed assertion
 * lists all sent messages, including numbers and texts, which come from the test itself.
 * It also lists the messages that the sandbox rejected, with the reasons.
 *
 * @since 0.1.0
 * @see ContiguityAssertions
 */
public final class SentMessagesAssert extends AbstractAssert<SentMessagesAssert, List<SandboxMessage>> {

	/** The messages that failures list. */
	private final List<SandboxMessage> all;

	/** How often attempts to send were rejected, by reason. */
	private final Map<Refusal, Integer> refusals;

	/** The selection of messages, as in "Expected 2 messages to Bob". */
	private final String which;

	SentMessagesAssert(List<SandboxMessage> messages, Map<Refusal, Integer> refusals) {
		this(messages, messages, refusals, "");
	}

	private SentMessagesAssert(List<SandboxMessage> messages, List<SandboxMessage> all, Map<Refusal, Integer> refusals,
			String which) {
		super(messages, SentMessagesAssert.class);
		this.all = all;
		this.refusals = refusals;
		this.which = which;
	}

	private SentMessagesAssert narrow(List<SandboxMessage> messages, String which) {
		return new SentMessagesAssert(messages, this.all, this.refusals, which).as(this.info.description());
	}

	/**
	 * Verify the number of sent messages.
	 * @param count the number
	 * @return this assertion, for all messages
	 */
	public SentMessagesAssert sent(int count) {
		if (this.actual.size() != count) {
			fail("Expected " + count + " message" + ((count != 1) ? "s" : "") + this.which + " to be sent");
		}
		return this;
	}

	/**
	 * Verify that no message was sent.
	 * @return this assertion
	 */
	public SentMessagesAssert sentNothing() {
		return sent(0);
	}

	/**
	 * Select the messages to a recipient.
	 * @param to the recipient
	 * @return an assertion for those messages
	 */
	public SentMessagesAssert messagesTo(String to) {
		return narrow(this.actual.stream().filter((message) -> message.to().equals(to)).toList(),
				this.which + " to " + to);
	}

	/**
	 * Select the message that was sent last.
	 * @return an assertion for that message
	 */
	public SentMessagesAssert last() {
		requireAny("Expected a message" + this.which + " to be sent");
		return narrow(this.actual.subList(this.actual.size() - 1, this.actual.size()), this.which + " that was last");
	}

	/**
	 * Verify that every message was sent to a recipient.
	 * @param to the recipient
	 * @return this assertion
	 */
	public SentMessagesAssert to(String to) {
		return each("to " + to, (message) -> message.to().equals(to));
	}

	/**
	 * Verify that every message was sent from a line.
	 * @param from the number of the line
	 * @return this assertion
	 */
	public SentMessagesAssert from(String from) {
		return each("from " + from, (message) -> message.from().equals(from));
	}

	/**
	 * Verify the text of every message.
	 * @param text the full text
	 * @return this assertion
	 */
	public SentMessagesAssert withText(String text) {
		return each("with text \"" + text + "\"", (message) -> Objects.equals(message.text(), text));
	}

	/**
	 * Verify that the text of every message contains the given part.
	 * @param part the text to look for
	 * @return this assertion
	 */
	public SentMessagesAssert withTextContaining(String part) {
		return each("with text containing \"" + part + "\"",
				(message) -> message.text() != null && message.text().contains(part));
	}

	/**
	 * Verify that every message has exactly these attachments, in this order.
	 * @param urls the URLs of the attachments
	 * @return this assertion
	 */
	public SentMessagesAssert withAttachments(String... urls) {
		List<String> expected = List.of(urls);
		return each("with attachments " + expected, (message) -> message.attachments().equals(expected));
	}

	/**
	 * Verify that every message has a fallback for a condition.
	 * @param condition the condition
	 * @return this assertion
	 */
	public SentMessagesAssert withFallback(FallbackCondition condition) {
		return each("with a fallback when " + condition,
				(message) -> message.fallback() != null && message.fallback().when().contains(condition));
	}

	/**
	 * Verify how every message was delivered.
	 * @param delivery the result of the delivery
	 * @return this assertion
	 */
	public SentMessagesAssert deliveredAs(Delivery delivery) {
		return each("delivered as " + delivery, (message) -> message.delivery() == delivery);
	}

	private SentMessagesAssert each(String expectation, Predicate<SandboxMessage> predicate) {
		String expected = "Expected " + ((this.actual.size() > 1) ? "every message" : "the message") + this.which
				+ " to be " + expectation;
		requireAny(expected);
		if (!this.actual.stream().allMatch(predicate)) {
			fail(expected);
		}
		return this;
	}

	private void requireAny(String expected) {
		if (this.actual.isEmpty()) {
			fail(expected);
		}
	}

	private void fail(String expected) {
		StringBuilder failure = new StringBuilder(expected);
		if (this.all.isEmpty()) {
			failure.append(", but nothing was sent");
		}
		else {
			failure.append(", but this was sent:");
		}
		for (int i = 0; i < this.all.size(); i++) {
			failure.append("%n  %s. ".formatted(i + 1)).append(describe(this.all.get(i)));
		}
		this.refusals.forEach((refusal, times) -> failure
			.append("%n%s %s refused with %s: ".formatted(times,
					(times == 1) ? "attempt to send was" : "attempts to send were", refusal.status()))
			.append(refusal.reason()));
		failWithMessage("%s", failure);
	}

	private static String describe(SandboxMessage message) {
		StringBuilder description = new StringBuilder("to ").append(message.to())
			.append(" from ")
			.append(message.from());
		if (message.text() != null) {
			description.append(": \"").append(message.text()).append("\"");
		}
		if (!message.attachments().isEmpty()) {
			description.append(", attachments ").append(message.attachments());
		}
		if (message.fallback() != null) {
			description.append(", fallback when ").append(message.fallback().when());
		}
		return description.append(", delivered as ").append(message.delivery()).toString();
	}

}
