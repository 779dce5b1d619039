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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.line.LineSelection;
import com.contiguity.spring.line.LineSelector;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordedRequest;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for templates that use the lines leased by the account.
 */
class LeasedLinesTests {

	private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(10);

	private static final Reply LINES = Reply.data("""
			{"numbers":[{"id":"+15550001001","lease_status":"active","capabilities":{"channels":["imessage"]}}]}""");

	private static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message("Hello").build();

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final AtomicInteger requests = new AtomicInteger();

	private ImessageTemplate template(RecordingServer server) {
		return builder(server).build();
	}

	private ImessageTemplateBuilder builder(RecordingServer server) {
		return ImessageTemplate.builder()
			.baseUrl(server.baseUrl())
			.token(Canaries.TOKEN)
			.leasedLines(REFRESH_INTERVAL)
			.scheduler(this.time)
			.webClientBuilder(WebClient.builder().filter((request, next) -> {
				this.requests.incrementAndGet();
				return next.exchange(request);
			}));
	}

	@Test
	void areReadAgainUntilTheTemplateIsClosed() {
		try (RecordingServer server = RecordingServer.start().reply(LINES, Reply.accepted("imsg_1")).otherwise(LINES)) {
			ImessageTemplate closed = template(server);
			try (ImessageTemplate imessage = closed) {
				assertThat(imessage.send(Canaries.RECIPIENT, "Hello").from()).isEqualTo("+15550001001");
				assertThat(server.take().methodAndPath()).isEqualTo("GET /numbers/leased");
				assertThat(server.take().methodAndPath()).isEqualTo("POST /send/imessage");
				this.time.advanceTimeBy(REFRESH_INTERVAL);
				assertThat(server.take().methodAndPath()).isEqualTo("GET /numbers/leased");
			}
			this.time.advanceTimeBy(REFRESH_INTERVAL.multipliedBy(3));
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> closed.typing(TypingAction.START, Canaries.RECIPIENT))
				.withMessageContaining("The leased lines are no longer refreshed")
				.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
			assertThat(closed.sendAll(List.of(REQUEST))).singleElement().isInstanceOf(SendResult.Failed.class);
			assertThat(this.requests).hasValue(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"numbers\":[]}", """
			{"numbers":[{"id":"+15550001001","lease_status":"past_due","capabilities":{"channels":["imessage"]}}]}""" })
	void withoutALineThatCanSendNothingIsSent(String lines) {
		try (RecordingServer server = RecordingServer.start().otherwise(Reply.data(lines));
				ImessageTemplate imessage = builder(server).build()) {
			for (Executable call : List.<Executable>of(() -> imessage.send(REQUEST),
					() -> imessage.typing(TypingAction.START, Canaries.RECIPIENT),
					() -> imessage.sendAsync(REQUEST).join())) {
				assertThatException().isThrownBy(call::execute).satisfies((failure) -> {
					ContiguityException exception = (ContiguityException) ((failure instanceof CompletionException)
							? failure.getCause() : failure);
					assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT);
					assertThat(exception).message()
						.containsAnyOf("The account leases no lines", "(1, lease status past_due)")
						.endsWith(". Lease a line, or set 'contiguity.from' or 'contiguity.lines'");
				});
			}
			assertThat(imessage.sendAll(List.of(REQUEST, REQUEST))).hasSize(2)
				.allSatisfy((result) -> assertThat(result).isInstanceOf(SendResult.Failed.class));
			assertThat(server.requests()).extracting(RecordedRequest::methodAndPath)
				.containsExactly("GET /numbers/leased");
		}
	}

	@Test
	void aLineThatIsNamedNeedsNoLeasedOne() {
		try (RecordingServer server = RecordingServer.start().otherwise(Reply.accepted("imsg_1"));
				ImessageTemplate imessage = template(server)) {
			imessage.send(REQUEST.mutate().from(Canaries.LINE).build());
			assertThat(server.requests()).extracting(RecordedRequest::methodAndPath)
				.containsExactly("POST /send/imessage");
		}
	}

	@Test
	void aLineSelectorGetsTheLeasedLines() {
		List<LineSelection> selections = new ArrayList<>();
		LineSelector selector = (selection) -> {
			selections.add(selection);
			return selection.lines().get(0).number();
		};
		try (RecordingServer server = RecordingServer.start()
			.reply(Reply.data("""
					{"numbers":[{"id":"+15550001001","lease_status":"active","capabilities":{"channels":["imessage"]},
					"health":{"reputation":0.7}},
					{"id":"+15550001002","lease_status":"ended","capabilities":{"channels":["imessage"]}}]}"""),
					Reply.accepted("imsg_1"), Reply.data("{\"status\":\"ok\"}"));
				ImessageTemplate imessage = builder(server).lineSelector(selector).build()) {
			assertThat(imessage.send(REQUEST).from()).isEqualTo("+15550001001");
			imessage.typing(TypingAction.START, Canaries.RECIPIENT);
			List<Line> lines = List.of(new Line("+15550001001", "line-1", "active", 0.7, Set.of("imessage")));
			assertThat(selections).containsExactly(new LineSelection(Canaries.RECIPIENT, REQUEST, lines),
					new LineSelection(Canaries.RECIPIENT, null, lines));
		}
	}

	@Test
	void aLineSelectorMayKnowALineWhereNoneIsLeased() {
		try (RecordingServer server = RecordingServer.start()
			.reply(Reply.data("{\"numbers\":[]}"), Reply.accepted("imsg_1"));
				ImessageTemplate imessage = builder(server).lineSelector((selection) -> Canaries.LINE).build()) {
			assertThat(imessage.send(REQUEST).from()).isEqualTo(Canaries.LINE);
		}
	}

	@Test
	void aLineSelectorGetsTheConfiguredLines() {
		List<LineSelection> selections = new ArrayList<>();
		try (RecordingServer server = RecordingServer.start().otherwise(Reply.accepted("imsg_1"));
				ImessageTemplate imessage = ImessageTemplate.builder()
					.baseUrl(server.baseUrl())
					.token(Canaries.TOKEN)
					.lineSelector((selection) -> {
						selections.add(selection);
						return null;
					})
					.lines(List.of("+15550001001", "+15550001002"))
					.build()) {
			assertThat(imessage.send(REQUEST).from()).as("the selector leaves the choice to Contiguity").isNull();
			assertThat(selections).singleElement()
				.extracting((selection) -> selection.lines().stream().map(Line::number).toList())
				.isEqualTo(List.of("+15550001001", "+15550001002"));
		}
	}

}
