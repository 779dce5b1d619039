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

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.Conversations.Chat;
import com.contiguity.spring.test.SandboxState.Refusal;
import org.mockserver.integration.ClientAndServer;

import org.springframework.util.Assert;

/**
 * An in-process stand-in for the Contiguity API, for tests and experiments without an
 * account or a network. It listens on the loopback interface, on a free port unless one
 * is set, and checks every field of a request as the API does. It stores accepted
 * messages, so that they can be fetched, appear in the history of the conversation and
 * can be reacted to. <pre class="code">
 * try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
 *     // contiguity.base-url = sandbox.baseUrl(), contiguity.token = sandbox.token()
 *     …
 *     assertThat(sandbox.messages()).hasSize(1);
 * }
 * </pre>
 * <p>
 * Where the API does not specify the behavior, the sandbox behaves as follows: Every
 * message is delivered immediately. Histories are ordered, latest message first. If a
 * request names no line, a recipient always gets the same one. A reaction to a text that
 * is not in the conversation is rejected with 404. The response to a rejected request
 * names the field, but never repeats its value.
 * <p>
 * A line can send one message per second and five at once. Further messages are rejected
 * with 429 and a {@code Retry-After}, unless they are fast-tracked. Messages to the
 * following recipients always have the same result and do not count towards the rate
 * limit:
 * <table border="1">
 * <caption>Recipients</caption>
 * <tr>
 * <th>recipient</th>
 * <th>what happens</th>
 * </tr>
 * <tr>
 * <td>{@code +15005550001}</td>
 * <td>has no iMessage: the message is sent as SMS if it has a fallback for that,
 * otherwise it is rejected with 400</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550002}</td>
 * <td>accepts, but the delivery fails; the message is sent as SMS if it has a fallback
 * for that</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550003}</td>
 * <td>answers 429 with {@code Retry-After: 1}</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550004}</td>
 * <td>accepts, then the connection drops</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550005}</td>
 * <td>the connection drops before the message is accepted</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550006}</td>
 * <td>answers 500</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550007}</td>
 * <td>accepts, but does not respond within ten minutes</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550008}</td>
 * <td>answers 403 with an {@code agreement_url}</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550009}</td>
 * <td>answers 502 with an HTML page</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550010}</td>
 * <td>has no iMessage: with a fallback for that the message is accepted, and its SMS
 * fails; otherwise it is refused with 400</td>
 * </tr>
 * </table>
 * <p>
 * Thread-safe. A sandbox must be closed, because its threads keep the JVM running.
 *
 * @since 0.1.0
 */
public final class ContiguitySandbox implements AutoCloseable {

	private final String token = SandboxIds.next("contiguity_sk_sandbox");

	private final SandboxState state;

	private final SandboxRate rate;

	private final SandboxFaults faults = new SandboxFaults();

	private final SandboxWebhooks webhooks;

	private final SandboxServer server;

	private ContiguitySandbox(Builder builder) {
		this.state = new SandboxState(builder.clock, builder.lines);
		this.rate = new SandboxRate(builder.clock, builder.rateLimit);
		this.webhooks = new SandboxWebhooks(builder.clock);
		SandboxEnvelope envelope = new SandboxEnvelope(builder.clock);
		this.server = new SandboxServer(
				new SandboxApi((builder.anyToken) ? null : this.token, this.state, this.faults, envelope, this.webhooks,
						new SandboxSending(this.state, this.rate, envelope, this.webhooks)),
				(request) -> this.webhooks.answered(request.getLogCorrelationId()), builder.port);
	}

	/**
	 * Start a sandbox with two lines, {@code +15550001001} and {@code +15550001002}.
	 * Returns when it is ready to accept requests.
	 * @return the sandbox
	 * @throws RuntimeException if no port can be opened
	 */
	public static ContiguitySandbox start() {
		return builder().start();
	}

	/**
	 * Create a builder for a sandbox with other settings than those of {@link #start()}.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the base URL.
	 * @return the URL, {@code http://127.0.0.1:} and the port
	 */
	public String baseUrl() {
		return this.server.baseUrl();
	}

	/**
	 * Return the token that the sandbox requires, unless it accepts any. Each sandbox has
	 * its own token.
	 * @return the token, which starts with {@code contiguity_sk_}
	 */
	public String token() {
		return this.token;
	}

	/**
	 * Return the messages that were accepted.
	 * @return an immutable copy, in the order of their arrival
	 */
	public List<SandboxMessage> messages() {
		return this.state.conversations().sent();
	}

	Map<Refusal, Integer> refusals() {
		return this.state.refusals();
	}

	/**
	 * Return whether a recipient sees a typing indicator.
	 * @param to the recipient, as written in the request
	 * @return whether a typing indicator was started and not stopped, on any line
	 */
	public boolean isTyping(String to) {
		return this.state.conversations().isTyping(to);
	}

	/**
	 * Return the lines that are leased now.
	 * @return an immutable list
	 */
	public List<Line> lines() {
		return this.state.lines();
	}

	/**
	 * Change the lines that are leased, until {@link #clear()}. Only a line whose lease
	 * is {@code active} and that has the channel {@code imessage} accepts messages. A
	 * line without a reputation gets a reputation of 0.9. Aliases are not used.
	 * @param lines the lines; if empty, the API reports that no lines are leased
	 * @return this sandbox
	 * @throws IllegalArgumentException if a line has no status
	 */
	public ContiguitySandbox lease(Line... lines) {
		this.state.lines(Arrays.stream(lines).map(SandboxLines::complete).toList());
		return this;
	}

	/**
	 * Lease additional lines. They remain leased after {@link #clear()}.
	 * @param lines the lines; those whose number is leased already are ignored
	 */
	void leaseAlso(List<Line> lines) {
		this.state.leaseAlso(lines);
	}

	/**
	 * Enable or disable the rate limit of lines, until {@link #clear()}.
	 * @param rateLimit whether a line can send at most one message per second and five at
	 * once
	 * @return this sandbox
	 */
	public ContiguitySandbox rateLimit(boolean rateLimit) {
		this.rate.limited(rateLimit);
		return this;
	}

	/**
	 * Make the next requests fail, one fault for each request, after faults that are
	 * already defined. Requests of any operation count if their token and path are valid,
	 * including those of health checks and of the refresh of leased lines. If a request
	 * is rejected, a fault that accepts it has no effect and is used up. Lasts until
	 * {@link #clear()}.
	 * @param faults the faults, in order
	 * @return this sandbox
	 * @see #nextSend(Fault...)
	 */
	public ContiguitySandbox next(Fault... faults) {
		this.faults.script(faults);
		return this;
	}

	/**
	 * Make the next attempts to send a message fail, one fault for each attempt,
	 * independent of other requests. These faults come before those of
	 * {@link #next(Fault...)}. If a message is rejected, a fault that accepts it has no
	 * effect and is used up. Lasts until {@link #clear()}.
	 * @param faults the faults, in order
	 * @return this sandbox
	 */
	public ContiguitySandbox nextSend(Fault... faults) {
		this.faults.scriptSends(faults);
		return this;
	}

	/**
	 * Make messages to a recipient that fall back to SMS fail, until {@link #clear()}.
	 * They are accepted, and then reported with {@code text.delivery.failed}.
	 * @param to the recipient
	 * @return this sandbox
	 */
	public ContiguitySandbox failSmsTo(String to) {
		this.state.failSmsTo(to);
		return this;
	}

	/**
	 * Return the texts of messages as real histories do, until {@link #clear()}: not
	 * exactly as they were sent. A text with an attachment starts with U+FFFC, lines end
	 * with {@code \n} only, straight quotes become typographic quotes, and accented
	 * letters use the other Unicode normal form. {@link #messages()} returns the texts as
	 * they were sent.
	 * @param changeTexts whether to change the texts in histories
	 * @return this sandbox
	 */
	public ContiguitySandbox changeTexts(boolean changeTexts) {
		this.state.changesTexts(changeTexts);
		return this;
	}

	/**
	 * Mark those messages to a recipient as read that were delivered as iMessage. SMS has
	 * no read receipts. To mark messages from the recipient as read, the application
	 * calls the API.
	 * @param to the recipient
	 * @param from the line that sent the messages
	 * @return this sandbox
	 * @throws IllegalArgumentException if there is no message between them
	 */
	public ContiguitySandbox markRead(String to, String from) {
		Chat chat = new Chat(to, from);
		Assert.isTrue(!this.state.conversations().history(chat).isEmpty(),
				"There is no message between 'to', the recipient, and 'from', the line. Are they swapped?");
		this.state.conversations().read(chat, false, this.state.now());
		return this;
	}

	/**
	 * Make requests fail at random, until {@link #clear()}: with a 500, with a 503 and
	 * {@code Retry-After}, or with a connection that drops before or after the request
	 * was accepted. The same seed produces the same faults in the same order. Faults of
	 * {@link #next(Fault...)} take precedence.
	 * @param probability the probability of a fault, from 0 to 1
	 * @param seed the seed of the random numbers
	 * @return this sandbox
	 * @throws IllegalArgumentException if the probability is out of range
	 */
	public ContiguitySandbox failing(double probability, long seed) {
		Assert.isTrue(probability >= 0 && probability <= 1, "'probability' must be from 0 to 1");
		this.faults.failing(probability, seed);
		return this;
	}

	/**
	 * Set where to post webhooks, until {@link #clear()}. If a message falls back to SMS,
	 * its delivery is reported there 0.2 seconds after the response to the send. The time
	 * of signatures is that of the {@linkplain Builder#clock(Clock) clock}. If the
	 * application rejects a webhook, a warning is logged.
	 * @param url the URL, including the path, such as {@code
	 * http://localhost:8080/contiguity/webhook}
	 * @param secret the secret to sign them with
	 * @return this sandbox
	 * @throws IllegalArgumentException if the URL is invalid or the secret is empty
	 */
	public ContiguitySandbox webhooks(String url, String secret) {
		this.webhooks.target(url, secret);
		return this;
	}

	/**
	 * Simulate an incoming iMessage. It is added to the history of the conversation and
	 * posted to the application as a signed webhook. Returns when the application has
	 * responded. Listeners run later, so wait for their effects.
	 * @param from the sender
	 * @param to the line that receives the message
	 * @param text the text
	 * @return the webhook
	 * @throws IllegalArgumentException if the line is not leased or has no iMessage, or
	 * if the sender is invalid
	 * @throws IllegalStateException if no URL for webhooks is set, or if the application
	 * does not respond
	 */
	public SandboxWebhook receive(String from, String to, String text) {
		Require.recipient("from", from);
		Assert.notNull(text, "'text' must not be null");
		Assert.isTrue(
				lines().stream().anyMatch((line) -> SandboxLines.sendsImessages(line) && line.number().equals(to)),
				"'to' must be a leased line that has iMessage");
		this.webhooks.requireTarget();
		this.state.conversations().received(from, to, text, List.of(), this.state.now());
		return this.webhooks.incoming(from, to, text);
	}

	/**
	 * Return the MockServer used by the sandbox, to verify requests or to add
	 * expectations. Added expectations take precedence over the sandbox's own responses
	 * until {@link #clear()}. After a {@code reset()} of the MockServer, the sandbox does
	 * not respond until {@link #clear()}.
	 * @return the MockServer
	 */
	public ClientAndServer mockServer() {
		return this.server.mockServer();
	}

	/**
	 * Restore the state after the start. Messages, reactions, typing indicators, faults,
	 * the URL for webhooks, and expectations and recorded requests of the MockServer are
	 * removed. The initial lines and rate limit are restored. The server keeps running,
	 * on the same port and with the same token. This method takes milliseconds. It must
	 * not be called while a request is in progress. Webhooks that have not been posted
	 * yet are discarded. A webhook that is being posted is awaited.
	 */
	public void clear() {
		this.webhooks.clear();
		this.state.clear();
		this.rate.clear();
		this.faults.clear();
		this.server.reset();
	}

	/**
	 * Stop posting webhooks, until {@link #webhooks} is called. A webhook that is being
	 * posted is awaited.
	 */
	void stopWebhooks() {
		this.webhooks.clear();
	}

	/**
	 * Stop the sandbox and free its port. Further calls have no effect. Webhooks that
	 * have not been posted yet are discarded.
	 */
	@Override
	public void close() {
		this.webhooks.clear();
		this.server.close();
	}

	@Override
	public String toString() {
		return "ContiguitySandbox[" + baseUrl() + "]";
	}

	/**
	 * Builds a {@link ContiguitySandbox}. The settings are kept by
	 * {@link ContiguitySandbox#clear()}. Not thread-safe.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder {

		private static final int MAX_PORT = 65535;

		private Clock clock = Clock.systemUTC();

		private List<Line> lines = SandboxLines.defaults();

		private boolean rateLimit = true;

		private boolean anyToken;

		private int port;

		private Builder() {
		}

		/**
		 * Set the clock for all times of the sandbox.
		 * @param clock the clock, which must be thread-safe; the system clock by default
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set the leased lines. All of them are active, with iMessage, SMS and MMS.
		 * @param numbers the lines' numbers, in E.164 format
		 * @return this builder
		 */
		public Builder lines(String... numbers) {
			this.lines = Arrays.stream(numbers).map(SandboxLines::line).toList();
			return this;
		}

		/**
		 * Set whether lines have a rate limit.
		 * @param rateLimit whether a line can send at most one message per second and
		 * five at once; {@code true} by default
		 * @return this builder
		 */
		public Builder rateLimit(boolean rateLimit) {
			this.rateLimit = rateLimit;
			return this;
		}

		/**
		 * Accept every token, for applications with several accounts.
		 * @return this builder
		 */
		public Builder anyToken() {
			this.anyToken = true;
			return this;
		}

		/**
		 * Set the port that the sandbox listens on.
		 * @param port the port; 0, the default, for a free port
		 * @return this builder
		 * @throws IllegalArgumentException if the port is out of range
		 */
		public Builder port(int port) {
			Assert.isTrue(port >= 0 && port <= MAX_PORT, "'port' must be from 0 to " + MAX_PORT);
			this.port = port;
			return this;
		}

		/**
		 * Start the sandbox.
		 * @return the sandbox, ready to accept requests
		 * @throws RuntimeException if no port can be opened
		 */
		public ContiguitySandbox start() {
			return new ContiguitySandbox(this);
		}

	}

}
