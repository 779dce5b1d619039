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
import com.contiguity.spring.test.SandboxState.Chat;
import com.contiguity.spring.test.SandboxState.Refusal;
import org.mockserver.integration.ClientAndServer;

import org.springframework.util.Assert;

/**
 * An in-process stand-in for the Contiguity API, for tests and experiments without an
 * account or a network. It listens on the loopback interface, on a free port unless one
 * is set, and checks every field of a request as the API does. It remembers accepted
 * messages: they can be fetched, appear in the history of the conversation and can be
 * reacted to.
 *
 * <pre class="code">
 * try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
 *     // contiguity.base-url = sandbox.baseUrl(), contiguity.token = sandbox.token()
 *     …
 *     assertThat(sandbox.messages()).hasSize(1);
 * }
 * </pre>
 * <p>
 * What the API leaves open is decided here: every message is delivered at once; histories
 * are in order, the latest message first; where a request names no line, a recipient
 * always gets the same one; a reaction to a text that is not in the conversation is
 * refused with 404. A refused request is answered with an error that names the field, but
 * never repeats its value.
 * <p>
 * A line sends one message a second, and five at once; more are refused with 429 and a
 * {@code Retry-After}, unless they are fast-tracked. Messages to these recipients always
 * end in the same way, and do not count for that:
 * <table border="1">
 * <caption>Recipients</caption>
 * <tr>
 * <th>recipient</th>
 * <th>what happens</th>
 * </tr>
 * <tr>
 * <td>{@code +15005550001}</td>
 * <td>has no iMessage: with a fallback for that the message goes out as SMS, otherwise it
 * is refused with 400</td>
 * </tr>
 * <tr>
 * <td>{@code +15005550002}</td>
 * <td>accepts, but the delivery fails; with a fallback for that the message goes out as
 * SMS</td>
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
 * <td>accepts, but does not answer within ten minutes</td>
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
 * Safe for use by several threads. Close it: its threads keep the JVM running.
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
	 * Returns when it is ready to answer.
	 * @return the sandbox
	 * @throws RuntimeException if no port can be opened
	 */
	public static ContiguitySandbox start() {
		return builder().start();
	}

	/**
	 * Return a builder for a sandbox with other settings than those of {@link #start()}.
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
	 * @return the token, {@code contiguity_sk_} and what makes it unique
	 */
	public String token() {
		return this.token;
	}

	/**
	 * Return the messages that were accepted.
	 * @return an immutable copy, in the order of their arrival
	 */
	public List<SandboxMessage> messages() {
		return this.state.messages();
	}

	Map<Refusal, Integer> refusals() {
		return this.state.refusals();
	}

	/**
	 * Return whether a recipient sees a typing indicator.
	 * @param to the recipient, as it stands in the request
	 * @return whether a typing indicator was started and not stopped, on any line
	 */
	public boolean isTyping(String to) {
		return this.state.isTyping(to);
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
	 * @param lines the lines; without any the API says that nothing is leased
	 * @return this sandbox
	 * @throws IllegalArgumentException if a line has no status
	 */
	public ContiguitySandbox lease(Line... lines) {
		this.state.lines(Arrays.stream(lines).map(SandboxLines::complete).toList());
		return this;
	}

	/**
	 * Lease more lines, beyond {@link #clear()}.
	 * @param lines the lines; those whose number is leased already are left out
	 */
	void leaseAlso(List<Line> lines) {
		this.state.leaseAlso(lines);
	}

	/**
	 * Switch the lines' rate limit on or off, until {@link #clear()}.
	 * @param rateLimit whether a line sends one message a second, and five at once, at
	 * most
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
	 * Show the texts of messages as real histories do, until {@link #clear()}: not letter
	 * for letter. A text with an attachment has U+FFFC in front, a line ends with
	 * {@code \n} only, straight quotes are typographic ones, and letters with accents are
	 * in the other Unicode normal form. {@link #messages()} has the texts as they were
	 * sent.
	 * @param changeTexts whether to change the texts in histories
	 * @return this sandbox
	 */
	public ContiguitySandbox changeTexts(boolean changeTexts) {
		this.state.changesTexts(changeTexts);
		return this;
	}

	/**
	 * Mark the messages to a recipient as read. The messages of the recipient are marked
	 * as read by the application.
	 * @param to the recipient
	 * @param from the line that the messages went out from
	 * @return this sandbox
	 * @throws IllegalArgumentException if there is no message between both
	 */
	public ContiguitySandbox markRead(String to, String from) {
		Chat chat = new Chat(to, from);
		Assert.isTrue(!this.state.conversation(chat).isEmpty(),
				"There is no message between 'to', the recipient, and 'from', the line: are they swapped?");
		this.state.read(chat, false);
		return this;
	}

	/**
	 * Make requests fail at random, until {@link #clear()}: with a 500, with a 503 with
	 * {@code Retry-After}, or with a connection that drops before or after the request
	 * was accepted. The same seed gives the same faults in the same order. Faults of
	 * {@link #next(Fault...)} come first.
	 * @param probability the probability of a fault, from 0 to 1
	 * @param seed where the random numbers start
	 * @return this sandbox
	 * @throws IllegalArgumentException if the probability is out of range
	 */
	public ContiguitySandbox failing(double probability, long seed) {
		Assert.isTrue(probability >= 0 && probability <= 1, "'probability' must be from 0 to 1");
		this.faults.failing(probability, seed);
		return this;
	}

	/**
	 * Set where the application receives webhooks, until {@link #clear()}. The delivery
	 * of messages that fall back to SMS is then reported there, 0.2 seconds after the
	 * response to their sends. Webhooks are signed at the time of the
	 * {@linkplain Builder#clock(Clock) clock}. A webhook that the application refuses is
	 * logged.
	 * @param url the address, with the path, such as
	 * {@code http://localhost:8080/contiguity/webhook}
	 * @param secret the secret to sign them with
	 * @return this sandbox
	 * @throws IllegalArgumentException if the address is none that can be posted to, or
	 * the secret is empty
	 */
	public ContiguitySandbox webhooks(String url, String secret) {
		this.webhooks.target(url, secret);
		return this;
	}

	/**
	 * Simulate an incoming iMessage. It is added to the history of the conversation and
	 * posted to the application as a signed webhook. Returns when the application has
	 * answered. Listeners run later, so wait for their effects.
	 * @param from who sends it
	 * @param to the line that it comes in on
	 * @param text the text
	 * @return the webhook
	 * @throws IllegalArgumentException if the line is not leased or has no iMessage, or
	 * if nobody could have such an address
	 * @throws IllegalStateException if it was not said where to, or nobody answers there
	 */
	public SandboxWebhook receive(String from, String to, String text) {
		Require.recipient("from", from);
		Assert.notNull(text, "'text' must not be null");
		Assert.isTrue(
				lines().stream().anyMatch((line) -> SandboxLines.sendsImessages(line) && line.number().equals(to)),
				"'to' must be a leased line that has iMessage");
		this.webhooks.requireTarget();
		this.state.receive(from, to, text);
		return this.webhooks.incoming(from, to, text);
	}

	/**
	 * Return the MockServer behind the sandbox, to verify requests or to add
	 * expectations. Those come before the sandbox's own answers, and last until
	 * {@link #clear()}. After a {@code reset()} of the MockServer the sandbox answers
	 * nothing until {@link #clear()}.
	 * @return the MockServer
	 */
	public ClientAndServer mockServer() {
		return this.server.mockServer();
	}

	/**
	 * Go back to the state after the start: no messages, reactions, typing indicators or
	 * faults, no address for webhooks, the first lines, rested, the first rate limit, no
	 * expectations or recorded requests of the MockServer. The server keeps running, on
	 * the same port and with the same token. Takes milliseconds; no request may be on its
	 * way meanwhile. Webhooks that were not posted yet never are, and one that is being
	 * posted is waited for.
	 */
	public void clear() {
		this.webhooks.clear();
		this.state.clear();
		this.rate.clear();
		this.faults.clear();
		this.server.reset();
	}

	/**
	 * Post no more webhooks, until {@link #webhooks} says where to. One that is being
	 * posted is waited for.
	 */
	void stopWebhooks() {
		this.webhooks.clear();
	}

	/**
	 * Stop the sandbox and free its port. Stopping it again does nothing. Webhooks that
	 * were not posted yet never are.
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
	 * Builds a {@link ContiguitySandbox}. What is set here survives
	 * {@link ContiguitySandbox#clear()}. Not safe for use by several threads.
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
		 * Set the clock that all the sandbox's times come from.
		 * @param clock the clock, safe for use by several threads; the system's by
		 * default
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Set the lines that are leased: all active, with iMessage, SMS and MMS.
		 * @param numbers the lines' numbers, in E.164 format
		 * @return this builder
		 */
		public Builder lines(String... numbers) {
			this.lines = Arrays.stream(numbers).map(SandboxLines::line).toList();
			return this;
		}

		/**
		 * Set whether lines have a rate limit.
		 * @param rateLimit whether a line sends one message a second, and five at once,
		 * at most; {@code true} by default
		 * @return this builder
		 */
		public Builder rateLimit(boolean rateLimit) {
			this.rateLimit = rateLimit;
			return this;
		}

		/**
		 * Take every token, for applications with several accounts.
		 * @return this builder
		 */
		public Builder anyToken() {
			this.anyToken = true;
			return this;
		}

		/**
		 * Set the port that the sandbox listens on.
		 * @param port the port; 0, which is the default, for a free one
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
		 * @return the sandbox, ready to answer
		 * @throws RuntimeException if no port can be opened
		 */
		public ContiguitySandbox start() {
			return new ContiguitySandbox(this);
		}

	}

}
