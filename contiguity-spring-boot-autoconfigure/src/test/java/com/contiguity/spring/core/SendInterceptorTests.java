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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.SendRefusedException;
import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import org.springframework.retry.backoff.NoBackOffPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link SendInterceptor}.
 */
class SendInterceptorTests {

	private static final String OTHER_LINE = "+15550001002";

	private static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message("a").build();

	private final List<ImessageSendEvent> events = new ArrayList<>();

	private final List<String> paced = new ArrayList<>();

	private RecordingServer server;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.server.otherwise(Reply.accepted("imsg_1"));
	}

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ImessageTemplate template(SendInterceptor... interceptors) {
		return ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.from(Canaries.LINE)
			.backOffPolicy(new NoBackOffPolicy())
			.linePacer((line, maxWait) -> {
				this.paced.add(line);
				return Mono.just(() -> {
				});
			})
			.eventPublisher((event) -> this.events.add((ImessageSendEvent) event))
			.interceptors(List.of(interceptors))
			.build();
	}

	@Test
	void standBeforeEveryWayToSend() {
		List<String> seen = new ArrayList<>();
		ImessageTemplate imessage = template((request, chain) -> {
			seen.add(request.message() + " from " + request.from());
			return chain.proceed(request);
		});
		imessage.send(Canaries.RECIPIENT, "send");
		imessage.sendAsync(SendRequest.to(Canaries.RECIPIENT).message("sendAsync").build()).join();
		imessage.sendAll(List.of(SendRequest.to(Canaries.RECIPIENT).message("sendAll").build()));
		imessage.reply(
				new IncomingImessage("imsg_2", Canaries.RECIPIENT, OTHER_LINE, "Hello", Instant.EPOCH, List.of()),
				"reply");
		assertThat(seen).containsExactly("send from " + Canaries.LINE, "sendAsync from " + Canaries.LINE,
				"sendAll from " + Canaries.LINE, "reply from " + OTHER_LINE);
		assertThat(this.server.requests()).hasSize(4);
	}

	@Test
	void areCalledInOrderAndOnceForAllAttempts() {
		this.server.reply(Reply.error(429, "Later"), Reply.error(429, "Later"));
		List<String> order = new ArrayList<>();
		SendReceipt receipt = template((request, chain) -> {
			order.add("first");
			return chain.proceed(request);
		}, (request, chain) -> {
			order.add("second");
			return chain.proceed(request);
		}).send(REQUEST);
		assertThat(receipt.attempts()).isEqualTo(3);
		assertThat(order).containsExactly("first", "second");
	}

	@Test
	void mayChangeTheLineWhosePaceCountsThen() {
		SendReceipt receipt = template(
				(request, chain) -> chain.proceed(request.mutate().from(OTHER_LINE).message("changed").build()))
			.send(REQUEST);
		assertThat(receipt.from()).isEqualTo(OTHER_LINE);
		assertThat(this.paced).containsExactly(OTHER_LINE);
		assertThat(this.server.take().bodyText()).contains("changed").contains(OTHER_LINE);
		assertThat(this.events.get(0).request().message()).isEqualTo("changed");
	}

	@Test
	void mayRefuseForGoodOrForNow() {
		Instant later = Instant.parse("2026-11-23T12:00:00Z");
		SendRefusedException rejected = refusal(
				template((request, chain) -> Mono.error(SendRefusedException.rejected("unsubscribed"))));
		assertThat(rejected.outcome()).isEqualTo(Outcome.REJECTED);
		assertThat(rejected.reason()).isEqualTo("unsubscribed");
		assertThat(rejected.availableAt()).isNull();
		SendRefusedException notSent = refusal(template((request, chain) -> {
			throw SendRefusedException.notSent("quota", later);
		}));
		assertThat(notSent.outcome()).isEqualTo(Outcome.NOT_SENT);
		assertThat(notSent.availableAt()).isEqualTo(later);
		assertThat(this.events).hasSize(2).allMatch(ImessageNotSentEvent.class::isInstance);
		assertThat(this.server.requests()).isEmpty();
		assertThat(this.paced).isEmpty();
	}

	private static SendRefusedException refusal(ImessageTemplate imessage) {
		return catchThrowableOfType(SendRefusedException.class, () -> imessage.send(REQUEST));
	}

	static Stream<Named<SendInterceptor>> faulty() {
		return Stream.of(Named.of("throws", (request, chain) -> {
			throw new IllegalArgumentException("No " + Canaries.RECIPIENT);
		}), Named.of("fails", (request, chain) -> Mono.error(new IllegalArgumentException("No " + Canaries.RECIPIENT))),
				Named.of("returns null", (request, chain) -> null),
				Named.of("ends empty", (request, chain) -> Mono.empty()),
				Named.of("proceeds with null", (request, chain) -> chain.proceed(null)),
				Named.of("makes up a receipt", (request, chain) -> Mono.just(receipt())));
	}

	private static SendReceipt receipt() {
		return new SendReceipt("imsg_made_up", Canaries.RECIPIENT, null, 1, Duration.ZERO, null, null);
	}

	@ParameterizedTest
	@MethodSource("faulty")
	void nothingIsSentIfOneIsFaulty(SendInterceptor interceptor) {
		for (ImessageTemplate imessage : List.of(template(interceptor),
				template((request, chain) -> chain.proceed(request), interceptor))) {
			assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> imessage.send(REQUEST))
				.satisfies((exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT))
				.withMessageNotContaining(Canaries.RECIPIENT);
			assertThat(imessage.sendAll(List.of(REQUEST))).singleElement().isInstanceOf(SendResult.Failed.class);
		}
		assertThat(this.server.requests()).isEmpty();
		assertThat(this.events).hasSize(4);
	}

	@Test
	void oneThatProceedsTwiceIsRefusedTheSecondTime() {
		AtomicInteger refused = new AtomicInteger();
		SendReceipt receipt = template(
				(request,
						chain) -> chain.proceed(request)
							.flatMap((first) -> chain.proceed(request)
								.doOnError(IllegalStateException.class, (ex) -> refused.incrementAndGet())))
			.send(REQUEST);
		// the message has been accepted
		assertThat(receipt.messageId()).isEqualTo("imsg_1");
		assertThat(refused).hasValue(1);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void cannotSettleWhatIsUnknown() {
		this.server.otherwise(Reply.error(500, "No"));
		for (SendInterceptor interceptor : List.<SendInterceptor>of(
				(request, chain) -> chain.proceed(request).onErrorResume((failure) -> Mono.just(receipt())),
				(request, chain) -> chain.proceed(request).onErrorResume((failure) -> Mono.empty()),
				(request, chain) -> chain.proceed(request).retry(1), (request, chain) -> chain.proceed(request)
					.onErrorMap((failure) -> SendRefusedException.notSent("unknown", null)))) {
			assertThatExceptionOfType(SendOutcomeUnknownException.class)
				.isThrownBy(() -> template(interceptor).send(REQUEST));
		}
		assertThat(this.server.requests()).hasSize(4);
	}

	@Test
	void theDeadlineEndsTheWaitForOne() {
		ImessageTemplate imessage = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.linePacer(null)
			.timeout(Duration.ofMillis(50))
			.interceptors(List.of((request, chain) -> Mono.never()))
			.build();
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> imessage.send(REQUEST))
			.satisfies((exception) -> assertThat(exception.outcome()).isEqualTo(Outcome.NOT_SENT))
			.withMessageContaining("contiguity.timeout");
		assertThat(this.server.requests()).isEmpty();
	}

}
