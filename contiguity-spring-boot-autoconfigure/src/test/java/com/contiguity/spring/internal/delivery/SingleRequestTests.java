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

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.retry.Retry;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that retries neither block threads nor nest, on real sockets.
 */
class SingleRequestTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final HttpClientSettings SETTINGS = HttpClientSettings.defaults().withTimeouts(LONG, LONG);

	@Test
	void thousandRetriesWaitOnNoThread() throws InterruptedException {
		int calls = 1000;
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		AtomicInteger requests = new AtomicInteger();
		CountDownLatch failed = new CountDownLatch(calls);
		LoopResources loop = LoopResources.create("only-loop", 1, true);
		ConnectionProvider connections = ConnectionProvider.builder("only-loop")
			.maxConnections(100)
			.pendingAcquireMaxCount(-1)
			.build();
		ReactorResourceFactory resources = new ReactorResourceFactory();
		resources.setUseGlobalResources(false);
		resources.setLoopResources(loop);
		resources.setConnectionProvider(connections);
		try (FaultServer server = FaultServer.start((exchange) -> {
			if (requests.incrementAndGet() <= calls) {
				exchange.read().answer(429, ApiAnswers.JSON + "Retry-After: 10\r\n", ApiAnswers.error(429));
			}
			else {
				Fault.OK.script().play(exchange);
			}
		})) {
			ReactiveImessageTemplate imessage = ReactiveImessageTemplate.builder()
				.token("contiguity_sk_test")
				.baseUrl(server.uri().toString())
				.transport(ClientHttpConnectorBuilder.reactor().withReactorResourceFactory(resources), SETTINGS)
				.retryListeners(List.of(new RetryListener() {

					@Override
					public <T, E extends Throwable> void onError(RetryContext context, RetryCallback<T, E> callback,
							Throwable failure) {
						failed.countDown();
					}

				}))
				.scheduler(time)
				.buildReactive();
			CountDownLatch ended = new CountDownLatch(calls);
			AtomicInteger accepted = new AtomicInteger();
			Set<String> before = clientThreads();
			Flux.range(0, calls)
				.flatMap((number) -> imessage.send("+15557654321", "Hello " + number)
					.doOnSuccess((receipt) -> accepted.incrementAndGet())
					.onErrorComplete()
					.doFinally((signal) -> ended.countDown()), calls)
				.subscribe();
			assertThat(failed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
			Set<String> whileWaiting = clientThreads();
			whileWaiting.removeAll(before);
			assertThat(whileWaiting).as("threads for %s calls", calls).hasSizeLessThanOrEqualTo(2);
			time.advanceTimeBy(Duration.ofSeconds(10));
			assertThat(ended.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
			int retries = RetryBudget.CAPACITY / RetryBudget.RETRY_COST;
			assertThat(accepted).hasValue(retries);
			assertThat(server.posts()).isEqualTo(calls + retries);
		}
		finally {
			connections.disposeLater().block(LONG);
			loop.disposeLater(Duration.ZERO, LONG).block(LONG);
		}
	}

	private static Set<String> clientThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> !name.startsWith(FaultServer.THREAD_PREFIX))
			// shared by everything that uses Reactor, and created once
			.filter((name) -> !name.startsWith("parallel-"))
			.collect(Collectors.toSet());
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVER_ERROR", "FIN", "RESET", "TOO_MANY", "UNAVAILABLE" })
	void filterThatRetriesCausesNoSecondRequest(Fault fault) {
		ExchangeFilterFunction retry = (request, next) -> next.exchange(request)
			.flatMap((response) -> (response.statusCode().isError()) ? response.createError() : Mono.just(response))
			.retryWhen(Retry.max(5));
		assertThatFilterPostsOnce(fault, retry);
	}

	@ParameterizedTest
	@EnumSource(names = { "OK", "SERVER_ERROR", "FIN", "TOO_MANY" })
	void filterThatRepeatsCausesNoSecondRequest(Fault fault) {
		ExchangeFilterFunction twice = (request, next) -> next.exchange(request)
			.flatMap((response) -> response.releaseBody().then(next.exchange(request)));
		assertThatFilterPostsOnce(fault, twice);
	}

	private static void assertThatFilterPostsOnce(Fault fault, ExchangeFilterFunction filter) {
		try (FaultServer server = FaultServer.start(fault.script())) {
			ImessageTemplate imessage = ImessageTemplate.builder()
				.token("contiguity_sk_test")
				.baseUrl(server.uri().toString())
				.webClientBuilder(WebClient.builder().filter(filter))
				.build();
			assertThatExceptionOfType(ContiguityException.class)
				.isThrownBy(() -> imessage.send("+15557654321", "Hello"))
				.extracting(ContiguityException::outcome)
				.isEqualTo(Outcome.UNKNOWN);
			assertThat(server.posts()).isEqualTo(1);
		}
	}

}
