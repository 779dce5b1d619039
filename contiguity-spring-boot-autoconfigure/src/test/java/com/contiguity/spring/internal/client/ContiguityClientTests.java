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

package com.contiguity.spring.internal.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ContiguityClient} and its {@link Attempt}.
 */
class ContiguityClientTests {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static final SendRequest REQUEST = SendRequest.to("+15557654321").message("Hello").build();

	private RecordingServer server;

	private ContiguityClient client;

	private int connectors;

	@BeforeEach
	void startServer() {
		this.server = RecordingServer.start();
		this.client = client(WebClient.builder());
	}

	private ContiguityClient client(WebClient.Builder builder) {
		return new ContiguityClient(() -> builder, this::connector, this.server.baseUrl(), () -> "contiguity_sk_client",
				(token) -> "Token " + token);
	}

	private ContiguityConnector connector() {
		this.connectors++;
		return ContiguityConnector.create(ClientHttpConnectorBuilder.reactor(), HttpClientSettings.defaults(), true,
				null, null, LONG);
	}

	@AfterEach
	void closeServer() {
		this.client.close();
		this.server.close();
	}

	@Test
	void createsItsTransportWhenTheFirstCallIsMade() {
		this.server.otherwise(Reply.data("{\"message_id\":\"imsg_1\"}"));
		assertThat(this.connectors).isZero();
		Mono<AcceptedMessage> send = this.client.send(REQUEST, new Attempt());
		assertThat(this.connectors).isZero();
		send.block(LONG);
		this.client.send(REQUEST, new Attempt()).block(LONG);
		assertThat(this.connectors).isOne();
	}

	@Test
	void sendsNothingIfItIsClosedBeforeItsFirstCall() {
		this.client.close();
		assertThatExceptionOfType(ContiguityTransportException.class)
			.isThrownBy(() -> this.client.send(REQUEST, new Attempt()).block(LONG))
			.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void hasSentNothingIfItsTransportCannotBeCreatedAndTriesAgain() {
		this.server.otherwise(Reply.data("{\"message_id\":\"imsg_1\"}"));
		AtomicBoolean broken = new AtomicBoolean(true);
		ContiguityClient breaking = client(WebClient.builder().codecs((codecs) -> {
			if (broken.get()) {
				throw new IllegalStateException("Broken");
			}
		}));
		try {
			assertThatExceptionOfType(ContiguityTransportException.class)
				.isThrownBy(() -> breaking.send(REQUEST, new Attempt()).block(LONG))
				.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
			broken.set(false);
			assertThat(breaking.send(REQUEST, new Attempt()).block(LONG)).isNotNull();
		}
		finally {
			breaking.close();
		}
	}

	@Test
	void knowsNothingOfAConversationThatIsNotInTheAnswer() {
		this.server.otherwise(Reply.data("{\"reactions\":[],\"chat\":{\"total\":0}}"));
		assertThatExceptionOfType(ContiguityTransportException.class)
			.isThrownBy(() -> this.client
				.history(HistoryRequest.between("+15557654321", "+15551112222").build(), "+15551112222", new Attempt())
				.block(LONG))
			.withMessageContaining("not with the expected data");
	}

	@Test
	void knowsNothingOfLinesThatAreNotInTheAnswer() {
		this.server.otherwise(Reply.data("{\"total\":0}"));
		assertThatExceptionOfType(ContiguityTransportException.class)
			.isThrownBy(() -> this.client.leasedLines(new Attempt()).block(LONG))
			.withMessageContaining("not with the expected data");
	}

	@Test
	void readsThatNoLineIsLeased() {
		this.server.otherwise(Reply.data("{\"numbers\":[]}"));
		assertThat(this.client.leasedLines(new Attempt()).block(LONG)).isEmpty();
	}

	@Test
	void keepsTheStatusOfAnErrorThatIsNotJson() {
		this.server.otherwise(Reply.html(502, "<h1>Bad Gateway</h1>"));
		Attempt attempt = new Attempt();
		assertThatExceptionOfType(ContiguityApiException.class)
			.isThrownBy(() -> this.client.send(REQUEST, attempt).block(LONG))
			.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
		assertThat(attempt.response()).isEqualTo(new Attempt.Response(502, null, null));
	}

	@Test
	void releasesWhatItReads() {
		List<ByteBuf> parts = new CopyOnWriteArrayList<>();
		NettyDataBufferFactory factory = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
		ContiguityClient inParts = client(WebClient.builder()
			.filter((request, next) -> next.exchange(request)
				.map((response) -> response.mutate()
					.body((body) -> body.thenMany(Flux.just("{\"data\":{\"message", "_id\":\"imsg_1\"}}")
						.map((part) -> PooledByteBufAllocator.DEFAULT.buffer()
							.writeBytes(part.getBytes(StandardCharsets.UTF_8)))
						.doOnNext(parts::add)
						.map(factory::wrap)))
					.build())));
		try {
			assertThat(inParts.send(REQUEST, new Attempt()).block(LONG)).extracting(AcceptedMessage::messageId)
				.isEqualTo("imsg_1");
			assertThat(parts).hasSizeGreaterThan(1).allMatch((part) -> part.refCnt() == 0);
		}
		finally {
			inParts.close();
		}
	}

	@Test
	void writesNothingOfAnAttemptThatWasGivenUp() {
		Attempt attempt = new Attempt();
		assertThat(attempt.abandon()).isTrue();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(attempt::leave);
		assertThat(attempt.requestLeft()).isFalse();
		assertThat(attempt.abandon()).isTrue();
		assertThatExceptionOfType(ContiguityTransportException.class)
			.isThrownBy(() -> this.client.send(REQUEST, attempt).block(LONG))
			.satisfies((failure) -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT));
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void cannotGiveUpWhatIsOnItsWay() {
		Attempt attempt = Attempts.leave(new Attempt());
		assertThat(attempt.abandon()).isFalse();
		assertThat(attempt.requestLeft()).isTrue();
	}

}
