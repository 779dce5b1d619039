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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.event.ImessageNotSentEvent;
import com.contiguity.spring.event.ImessageSendEvent;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.client.AcceptedMessage;
import com.contiguity.spring.internal.client.Attempts;
import com.contiguity.spring.line.LinePacer.Permit;
import org.junit.jupiter.api.Test;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.retry.backoff.NoBackOffPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a send whose caller gives up on one thread while its permit comes on another:
 * whatever comes first, the outcome is true and no permit is lost.
 */
class GiveUpRaceTests {

	private static final int ROUNDS = 20_000;

	private static final SendRequest REQUEST = SendRequest.to("+15557654321")
		.from("+15551234567")
		.message("Hello")
		.build();

	private final AtomicReference<CoreSubscriber<? super Permit>> waiting = new AtomicReference<>();

	private final AtomicBoolean left = new AtomicBoolean();

	private final AtomicBoolean givenBack = new AtomicBoolean();

	private final AtomicReference<ImessageSendEvent> event = new AtomicReference<>();

	private final List<String> wrong = new ArrayList<>();

	private final SendPipeline pipeline = pipeline();

	@Test
	void whatIsToldOfACancelledSendIsTrueAndNoPermitIsLost() {
		AtomicInteger go = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		CompletableFuture<Void> permits = CompletableFuture.runAsync(() -> {
			for (int round = 1; round <= ROUNDS; round++) {
				spinUntil(go, round);
				Permit permit = () -> this.givenBack.set(true);
				this.waiting.get().onNext(permit);
				done.set(round);
			}
		});
		Random random = new Random(4711);
		int notSent = 0;
		for (int round = 1; round <= ROUNDS; round++) {
			this.left.set(false);
			this.givenBack.set(false);
			this.event.set(null);
			Disposable call = this.pipeline.send(REQUEST).subscribe();
			int pause = random.nextInt(500);
			if (pause < 50) {
				call.dispose();
			}
			go.set(round);
			if (pause >= 450) {
				spinUntil(done, round);
			}
			for (int i = 50; i < pause; i++) {
				Thread.onSpinWait();
			}
			call.dispose();
			spinUntil(done, round);
			notSent += check();
		}
		permits.join();
		assertThat(this.wrong).isEmpty();
		// also where one of the two certainly comes first
		assertThat(notSent).isBetween(1, ROUNDS - 1);
	}

	private int check() {
		boolean notSent = this.event.get() instanceof ImessageNotSentEvent;
		if (notSent == this.left.get()) {
			this.wrong.add(this.event.get() + ", left: " + this.left);
		}
		if (this.givenBack.get() != notSent) {
			this.wrong.add(this.event.get() + ", permit given back: " + this.givenBack);
		}
		return (notSent) ? 1 : 0;
	}

	private static void spinUntil(AtomicInteger counter, int value) {
		while (counter.get() != value) {
			Thread.yield();
		}
	}

	private SendPipeline pipeline() {
		Delivery delivery = new Delivery(
				new RetryRules(new NeverRetryPolicy(), new NoBackOffPolicy(), new ArrayList<>()),
				(line, maxWait) -> new Waiting(), Duration.ofMinutes(1), Duration.ofMinutes(1),
				VirtualTimeScheduler.create(), NoMonitor.create());
		return new SendPipeline(delivery, Mono::just, null,
				(request, attempt) -> Mono.<AcceptedMessage>never().doFirst(() -> {
					Attempts.leave(attempt);
					this.left.set(true);
				}), this::ended, 1, 1);
	}

	private void ended(SendCall call) {
		this.event.set(call.event());
		call.close();
	}

	/**
	 * Passes a permit on even to a subscriber that has cancelled, as a pacer may that
	 * does not know of the cancellation yet.
	 */
	private final class Waiting extends Mono<Permit> {

		@Override
		public void subscribe(CoreSubscriber<? super Permit> subscriber) {
			subscriber.onSubscribe(Operators.emptySubscription());
			GiveUpRaceTests.this.waiting.set(subscriber);
		}

	}

}
