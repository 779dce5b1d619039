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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.TypingStatus;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.LogRecorder;
import com.contiguity.spring.testsupport.RecordingServer;
import com.contiguity.spring.testsupport.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TypingIndicator}, which is always hidden.
 */
class TypingIndicatorTests {

	private RecordingServer server;

	private ImessageTemplate imessage;

	private volatile Thread interrupted;

	@BeforeEach
	void start() {
		this.server = RecordingServer.start().otherwise(Reply.data("{\"status\":\"ok\"}"));
		this.imessage = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.retryPolicy(new NeverRetryPolicy())
			.build();
	}

	@AfterEach
	void close() {
		this.server.close();
	}

	private TypingIndicator show() {
		return this.imessage.showTyping(Canaries.RECIPIENT, Canaries.LINE);
	}

	private void assertThatItWasHiddenOnce() throws InterruptedException {
		assertThat(this.server.take().bodyText()).contains("start");
		assertThat(this.server.take().bodyText()).contains("stop");
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void isHiddenOnce() throws InterruptedException {
		TypingIndicator typing = show();
		typing.close();
		typing.close();
		typing.hide().block();
		assertThatItWasHiddenOnce();
	}

	@Test
	void isHiddenWhenTheCodeInBetweenFails() throws InterruptedException {
		assertThatIllegalStateException().isThrownBy(() -> {
			try (TypingIndicator typing = show()) {
				throw new IllegalStateException("no answer for " + typing.getClass());
			}
		}).satisfies((ex) -> assertThat(ex.getSuppressed()).isEmpty());
		assertThatItWasHiddenOnce();
	}

	@Test
	void isHiddenByAThreadThatWasInterrupted() throws InterruptedException {
		TypingIndicator typing = show();
		Thread.currentThread().interrupt();
		typing.close();
		assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
		assertThatItWasHiddenOnce();
	}

	@Test
	void isHiddenIfWhoeverWantedItDoesNotWait() throws InterruptedException {
		this.server.reply(Reply.silence());
		Disposable wanted = this.imessage.reactive().showTyping(Canaries.RECIPIENT, Canaries.LINE).subscribe();
		assertThat(this.server.take().bodyText()).contains("start");
		wanted.dispose();
		assertThat(this.server.take().bodyText()).contains("stop");
	}

	@Test
	void isNotHiddenByAStreamThatHasItAlready() {
		TypingIndicator typing = Flux.just("Hello")
			.concatMap((text) -> this.imessage.reactive().showTyping(Canaries.RECIPIENT, Canaries.LINE))
			.blockFirst();
		this.imessage.read(Canaries.RECIPIENT, Canaries.LINE);
		assertThat(this.server.requests()).extracting((request) -> request.bodyText())
			.noneMatch((body) -> body.contains("stop"));
		typing.close();
		assertThat(this.server.requests()).last()
			.extracting((request) -> request.bodyText())
			.asString()
			.contains("stop");
	}

	@Test
	void isHiddenIfTheThreadThatWantedItIsInterrupted() throws InterruptedException {
		this.server.reply((socket) -> {
			this.interrupted.interrupt();
			return socket.getInputStream().read() >= 0;
		});
		this.interrupted = Thread.currentThread();
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(this::show);
		assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
		assertThatItWasHiddenOnce();
	}

	@Test
	void aFailureToHideItIsLoggedInTheContextOfTheCaller() {
		TypingIndicator typing = show();
		this.server.otherwise(Reply.error(400, "No typing for " + Canaries.RECIPIENT));
		try (LogRecorder log = new LogRecorder(); MDC.MDCCloseable mdc = MDC.putCloseable("caller", "me")) {
			typing.close();
			assertThat(log.lines()).as("by " + mdc)
				.filteredOn((line) -> line.contains("Failed to hide the typing indicator"))
				.singleElement()
				.asString()
				.contains("400", "caller=me")
				.doesNotContain(Canaries.traces());
		}
	}

	@Test
	void closeMakesOneAttemptAndDoesNotWaitForTheTimeout() {
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		ReactiveImessageTemplate reactive = ReactiveImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.timeout(Duration.ofMinutes(5))
			.scheduler(time)
			.buildReactive();
		TypingIndicator typing = reactive.showTyping(Canaries.RECIPIENT, Canaries.LINE).block();
		this.server.otherwise(Reply.silence());
		AtomicBoolean hidden = new AtomicBoolean();
		typing.hide().doFinally((signal) -> hidden.set(true)).subscribe();
		time.advanceTimeBy(Duration.ofSeconds(3));
		assertThat(hidden).isTrue();
		reactive.close();
	}

	@Test
	void closeDoesNotWaitOnAThreadThatMustNotBlock() throws Exception {
		Sinks.One<TypingStatus> stop = Sinks.one();
		TypingIndicator typing = new TypingIndicator(stop.asMono());
		Scheduler eventLoop = Schedulers.newParallel("event-loop", 1);
		try (LogRecorder log = new LogRecorder()) {
			CompletableFuture.runAsync(typing::close, eventLoop::schedule).get(30, TimeUnit.SECONDS);
			stop.tryEmitError(new ContiguityException("No answer", Outcome.NOT_SENT));
			assertThat(log.lines())
				.filteredOn((line) -> line.contains("Failed to hide the typing indicator: No answer"))
				.hasSize(1);
		}
		finally {
			eventLoop.dispose();
		}
	}

	@Test
	void closeDoesNotTryAgain() {
		ImessageTemplate retrying = ImessageTemplate.builder()
			.baseUrl(this.server.baseUrl())
			.token(Canaries.TOKEN)
			.backOffPolicy(new NoBackOffPolicy())
			.build();
		TypingIndicator typing = retrying.showTyping(Canaries.RECIPIENT, Canaries.LINE);
		this.server.otherwise(Reply.error(503, "Later"));
		typing.close();
		assertThat(this.server.requests()).hasSize(2);
		retrying.close();
	}

}
