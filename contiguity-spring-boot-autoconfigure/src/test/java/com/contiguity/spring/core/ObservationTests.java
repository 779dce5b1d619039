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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.observation.DefaultImessageObservationConvention;
import com.contiguity.spring.observation.ImessageObservationContext;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.ObservationRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the names, keys and parents of observations of calls.
 */
class ObservationTests {

	private static final String CALL = "contiguity.imessage";

	private static final String EXCHANGE = "http.client.requests";

	private static final SendRequest REQUEST = Ways.REQUEST;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ObservationRecorder observations = new ObservationRecorder();

	private final ObservationRegistry registry = this.observations.registry();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.lines(List.of(Canaries.LINE))
			.backOffPolicy(new NoBackOffPolicy())
			.webClientBuilder(WebClient.builder().observationRegistry(this.registry))
			.observationRegistry(this.registry);
	}

	static List<String> exchangesAreChildrenOfTheCallAndCallsOfWhoeverMakesThem() {
		return Ways.all();
	}

	@ParameterizedTest
	@MethodSource
	void exchangesAreChildrenOfTheCallAndCallsOfWhoeverMakesThem(String way) throws Throwable {
		this.server.reply(Reply.error(503, "Later", "Retry-After: 0"));
		assertThatExchangesAreChildren((outer) -> Ways.send(way, builder().buildReactive(), outer));
	}

	@Test
	void soAreThoseOfAnotherOperation() throws Throwable {
		this.server.reply(Reply.hangUp());
		this.server.otherwise(Reply.data("{\"available\":true}"));
		assertThatExchangesAreChildren(
				(outer) -> outer.scoped(() -> builder().build().availability(Canaries.RECIPIENT)));
	}

	private void assertThatExchangesAreChildren(ThrowingConsumer<Observation> call) throws Throwable {
		Observation outer = Observation.start("outer", this.registry);
		call.accept(outer);
		outer.stop();
		Observation.Context observed = single(this.observations.started(CALL));
		assertThat(observed.getParentObservation()).isSameAs(outer);
		assertThat(this.observations.started(EXCHANGE)).hasSize(2)
			.allSatisfy((exchange) -> assertThat(exchange.getParentObservation().getContextView()).isSameAs(observed));
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void laterStepsBelongToTheCallerToo() {
		this.server.otherwise(Reply
			.data("""
					{"message_id":"imsg_1","id":"imsg_1","to":"%1$s","from":"%2$s","message":"Hello","status":"ok","numbers":[
					{"id":"%2$s","lease_status":"active","capabilities":{"channels":["imessage"]}}]}"""
				.formatted(Canaries.RECIPIENT, Canaries.LINE)));
		ImessageTemplate oneLine = builder().bulkConcurrency(2).build();
		ImessageTemplate leasedLines = builder().lines(List.of()).leasedLines(Duration.ofMinutes(10)).build();
		ImessageTemplate otherLeasedLines = builder().lines(List.of()).leasedLines(Duration.ofMinutes(10)).build();
		Observation outer = Observation.start("outer", this.registry);
		outer.scoped(() -> {
			oneLine.sendAll(List.of(REQUEST, REQUEST, REQUEST, REQUEST));
			oneLine.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId("imsg_1"));
			leasedLines.typing(TypingAction.START, Canaries.RECIPIENT);
			otherLeasedLines.sendAll(List.of(REQUEST, REQUEST));
			otherLeasedLines.send(REQUEST);
		});
		outer.stop();
		assertThat(this.observations.started(CALL)).extracting(Observation.Context::getContextualName)
			.contains("imessage send", "imessage get", "imessage react", "imessage typing", "imessage lines");
		assertThat(this.observations.started(CALL))
			.allSatisfy((call) -> assertThat(call.getParentObservation()).as(call.getContextualName()).isSameAs(outer));
	}

	@Test
	void exchangesBelongToTheCallerWhereCallsAreNotObserved() throws Throwable {
		this.registry.observationConfig().observationPredicate((name, context) -> !CALL.equals(name));
		for (String way : List.of("blocking", "async", "reactive", "bulk")) {
			Observation outer = Observation.start("outer", this.registry);
			Ways.send(way, builder().buildReactive(), outer);
			outer.stop();
			List<Observation.Context> exchanges = this.observations.started(EXCHANGE);
			assertThat(exchanges.get(exchanges.size() - 1).getParentObservation()).as(way).isSameAs(outer);
		}
		assertThat(this.observations.started(CALL)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(classes = { IllegalStateException.class, AssertionError.class, NoClassDefFoundError.class })
	void aHandlerThatFailsChangesNothingForTheSend(Class<? extends Throwable> failure) {
		FailingHandler handler = new FailingHandler(failure, "start");
		this.registry.observationConfig().observationHandler(handler);
		List<Object> events = new CopyOnWriteArrayList<>();
		ImessageTemplate imessage = builder().eventPublisher(events::add).build();
		assertThat(imessage.send(REQUEST).messageId()).isEqualTo("imsg_1");
		assertThat(imessage.sendAll(List.of(REQUEST))).hasOnlyElementsOfType(SendResult.Accepted.class);
		assertThat(events).hasSize(2).hasOnlyElementsOfType(ImessageSentEvent.class);
		assertThat(this.registry.getCurrentObservation()).isNull();
		assertThat(handler.failed).containsExactly("start", "start");
		assertThat(this.observations.stopped(CALL)).as("nothing is left open")
			.hasSameSizeAs(this.observations.started(CALL));
		handler.fails = Set.of("scope", "stop");
		handler.failed.clear();
		assertThat(imessage.send(REQUEST).messageId()).isEqualTo("imsg_1");
		assertThat(handler.failed).containsExactly("stop", "scope");
		assertThat(events).hasSize(3);
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void aHandlerThatFailsAtTheEndOfAScopeLeavesNothingBehind() {
		FailingHandler handler = new FailingHandler(IllegalStateException.class, "end of scope");
		this.registry.observationConfig().observationHandler(handler);
		Observation outer = Observation.start("outer", this.registry);
		outer.scoped(() -> {
			builder().eventPublisher((event) -> {
			}).build().send(REQUEST);
			assertThat(this.registry.getCurrentObservation()).isSameAs(outer);
		});
		assertThat(handler.failed).containsExactly("end of scope");
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	@Test
	void callsOfNobodyHaveNoParent() {
		builder().build().send(REQUEST);
		assertThat(single(this.observations.stopped(CALL)).getParentObservation()).isNull();
	}

	@Test
	void showsTheUriTemplateWithoutNumbers() {
		this.server.otherwise(Reply.data("{\"available\":true}"));
		builder().build().availability(Canaries.RECIPIENT);
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.observations.stopped(EXCHANGE).size() == 1);
		Observation.Context exchange = single(this.observations.stopped(EXCHANGE));
		assertThat(exchange.getLowCardinalityKeyValue("uri").getValue())
			.isEqualTo("/conversations/availability/imessage/{to}");
		assertThat(exchange.getHighCardinalityKeyValue("http.url").getValue())
			.isEqualTo(this.server.baseUrl() + "/conversations/availability/imessage/redacted");
		assertThat(this.server.take().methodAndPath()).endsWith("%2B" + Canaries.RECIPIENT.substring(1));
	}

	@Test
	void tellsTheAddressOfASend() {
		builder().build().send(REQUEST);
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.observations.stopped(EXCHANGE).size() == 1);
		assertThat(single(this.observations.stopped(EXCHANGE)).getLowCardinalityKeyValue("uri").getValue())
			.isEqualTo("/send/imessage");
	}

	@Test
	void hasAllKeysOfASuccess() {
		this.server.reply(Reply.error(429, "Later"));
		builder().build().send(REQUEST);
		Observation.Context call = single(this.observations.stopped(CALL));
		assertThat(call.getContextualName()).isEqualTo("imessage send");
		assertThat(call.getLowCardinalityKeyValues()).containsExactly(KeyValue.of("account", "default"),
				KeyValue.of("exception", "none"), KeyValue.of("operation", "send"), KeyValue.of("outcome", "accepted"),
				KeyValue.of("status", "200"));
		assertThat(call.getHighCardinalityKeyValues()).containsExactly(KeyValue.of("attempts", "2"),
				KeyValue.of("message.id", "imsg_1"), KeyValue.of("request.id", "req_1"));
	}

	@ParameterizedTest
	@CsvSource({ "400,rejected,ContiguityApiException,400", "401,rejected,AuthenticationFailedException,401",
			"429,not_sent,RateLimitedException,429", "500,unknown,SendOutcomeUnknownException,500",
			"0,unknown,SendOutcomeUnknownException,none" })
	void hasAllKeysOfAFailure(int status, String outcome, String exception, String keyOfStatus) {
		this.server.otherwise((status != 0) ? Reply.error(status, "No") : Reply.hangUp());
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> builder().build().send(REQUEST));
		Observation.Context call = single(this.observations.stopped(CALL));
		assertThat(call.getLowCardinalityKeyValues()).containsExactly(KeyValue.of("account", "default"),
				KeyValue.of("exception", exception), KeyValue.of("operation", "send"), KeyValue.of("outcome", outcome),
				KeyValue.of("status", keyOfStatus));
		assertThat(call.getHighCardinalityKeyValues()).extracting(KeyValue::getKey)
			.containsExactly("attempts", "message.id", "request.id");
		assertThat(call.getError().getClass().getSimpleName()).isEqualTo(exception);
	}

	@Test
	void aCallUnderWayHasNoOutcomeYet() throws Exception {
		CountDownLatch answer = new CountDownLatch(1);
		this.server.otherwise((socket) -> {
			await(answer);
			return Reply.accepted("imsg_1").write(socket);
		});
		var receipt = builder().build().sendAsync(REQUEST);
		this.server.take();
		assertThat(single(this.observations.started(CALL)).getLowCardinalityKeyValues()).containsExactly(
				KeyValue.of("account", "default"), KeyValue.of("exception", "none"), KeyValue.of("operation", "send"),
				KeyValue.of("outcome", "none"), KeyValue.of("status", "none"));
		assertThat(this.observations.stopped(CALL)).isEmpty();
		answer.countDown();
		receipt.get(30, TimeUnit.SECONDS);
	}

	@Test
	void endsWithAnOutcomeWhenCancelled() {
		this.server.otherwise(Reply.silence());
		var send = builder().buildReactive().send(REQUEST).subscribe();
		this.server.take();
		send.dispose();
		Awaitility.waitAtMost(TIMEOUT).until(() -> this.observations.stopped(CALL).size() == 1);
		assertThat(single(this.observations.stopped(CALL)).getLowCardinalityKeyValue("outcome").getValue())
			.isEqualTo("unknown");
	}

	@Test
	void usesAConventionOfTheApplication() {
		builder().observationConvention(new DefaultImessageObservationConvention() {

			@Override
			public String getName() {
				return "messages.sent";
			}

			@Override
			public KeyValues getLowCardinalityKeyValues(ImessageObservationContext context) {
				return super.getLowCardinalityKeyValues(context).and("region", "eu");
			}

		}).build().send(REQUEST);
		assertThat(single(this.observations.stopped("messages.sent")).getLowCardinalityKeyValue("region").getValue())
			.isEqualTo("eu");
	}

	@Test
	void aConventionThatFailsChangesNothingForTheSend() {
		DefaultImessageObservationConvention failing = new DefaultImessageObservationConvention() {

			@Override
			public KeyValues getHighCardinalityKeyValues(ImessageObservationContext context) {
				throw new IllegalStateException("a bug");
			}

		};
		assertThat(builder().observationConvention(failing).build().send(REQUEST).messageId()).isEqualTo("imsg_1");
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aConventionThatFailsAtTheEndLeavesNothingOpen() {
		DefaultImessageObservationConvention failing = new DefaultImessageObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(ImessageObservationContext context) {
				if (context.isSucceeded()) {
					throw new IllegalStateException("a bug");
				}
				return super.getLowCardinalityKeyValues(context);
			}

		};
		builder().observationConvention(failing).build().send(REQUEST);
		assertThat(single(this.observations.stopped(CALL)).getLowCardinalityKeyValue("outcome").getValue())
			.isEqualTo("accepted");
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	private static Observation.Context single(List<Observation.Context> contexts) {
		assertThat(contexts).hasSize(1);
		return contexts.get(0);
	}

	private static final class FailingHandler implements ObservationHandler<ImessageObservationContext> {

		private final Class<? extends Throwable> failure;

		private final List<String> failed = new CopyOnWriteArrayList<>();

		private volatile Set<String> fails;

		FailingHandler(Class<? extends Throwable> failure, String... fails) {
			this.failure = failure;
			this.fails = Set.of(fails);
		}

		private void happens(String what) {
			if (this.fails.contains(what)) {
				this.failed.add(what);
				Throwable failure = BeanUtils.instantiateClass(this.failure);
				if (failure instanceof Error error) {
					throw error;
				}
				throw (RuntimeException) failure;
			}
		}

		@Override
		public void onStart(ImessageObservationContext context) {
			happens("start");
		}

		@Override
		public void onScopeOpened(ImessageObservationContext context) {
			happens("scope");
		}

		@Override
		public void onScopeClosed(ImessageObservationContext context) {
			happens("end of scope");
		}

		@Override
		public void onStop(ImessageObservationContext context) {
			happens("stop");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof ImessageObservationContext;
		}

	}

}
