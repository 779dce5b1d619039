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

package com.contiguity.spring.internal.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.SendGuard;
import com.contiguity.spring.internal.delivery.SendWindow;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * An attempt to send an entry. The entry is marked once it has a permit of its line,
 * before anything is written.
 */
final class Flight implements SendGuard {

	private final StoredEntry entry;

	private final SendRequest request;

	private final LaneHolder holder;

	private final OutboxRepository repository;

	private final Messages messages;

	private final Duration sendWindow;

	private final Executor executor;

	private final long probe;

	private final CompletableFuture<Void> marking = new CompletableFuture<>();

	private volatile boolean asked;

	private boolean withdrawn;

	private @Nullable Disposable send;

	private volatile boolean changed;

	private volatile @Nullable Mark mark;

	private volatile @Nullable SendWindow window;

	Flight(StoredEntry entry, SendRequest request, LaneHolder holder, OutboxRepository repository, Messages messages,
			Duration sendWindow, Executor executor, long probe) {
		this.entry = entry;
		this.request = request;
		this.holder = holder;
		this.repository = repository;
		this.messages = messages;
		this.sendWindow = sendWindow;
		this.executor = executor;
		this.probe = probe;
	}

	void start(Account account, BiConsumer<Flight, SendResult> ended) {
		start(account.sendGuarded(this.request, this), ended);
	}

	void start(Mono<SendResult> attempt, BiConsumer<Flight, SendResult> ended) {
		this.send = attempt.subscribe((result) -> whenMarked(() -> ended.accept(this, result)),
				(failure) -> whenMarked(() -> ended.accept(this, failed(failure))));
	}

	/**
	 * Give up the attempt and its place in the line's queue, unless it already has a
	 * permit.
	 * @return whether it was given up; if so, it is never marked
	 */
	boolean withdraw() {
		if (!withdrawUnlessAsked()) {
			return false;
		}
		if (this.send != null) {
			this.send.dispose();
		}
		return true;
	}

	private synchronized boolean withdrawUnlessAsked() {
		this.withdrawn = !this.asked;
		return this.withdrawn;
	}

	private synchronized boolean ask() {
		this.asked = !this.withdrawn;
		return this.asked;
	}

	// an attempt that was given up may still be marked, unless it has not asked yet
	private void whenMarked(Runnable next) {
		if (!withdrawUnlessAsked()) {
			this.marking.whenComplete((marked, failure) -> next.run());
		}
		else {
			next.run();
		}
	}

	private SendResult failed(Throwable failure) {
		return new SendResult.Failed(this.request,
				new ContiguityException("The attempt failed", Outcome.UNKNOWN, failure));
	}

	@Override
	public Mono<SendWindow> open(SendRequest request) {
		return Mono.create((sink) -> {
			if (!ask()) {
				sink.success();
				return;
			}
			this.changed = !request.to().equals(this.request.to())
					|| !Objects.equals(request.from(), this.request.from());
			if (this.changed) {
				this.marking.complete(null);
				sink.success();
				return;
			}
			try {
				// not on a thread that is interrupted by a cancellation: databases in
				// files close their file on an interrupt
				this.executor.execute(() -> {
					try {
						sink.success(mark(request));
					}
					catch (Throwable ex) {
						sink.error(ex);
					}
					finally {
						this.marking.complete(null);
					}
				});
			}
			catch (RuntimeException ex) {
				this.marking.complete(null);
				sink.error(ex);
			}
		});
	}

	private @Nullable SendWindow mark(SendRequest request) {
		SentContent sent = this.messages.sent(this.request, request, this.entry.id());
		long nanos = System.nanoTime();
		Instant now = Instant.now();
		Integer attempt = this.repository.mark(this.entry.id(), this.holder, sent, this.sendWindow);
		if (attempt == null) {
			return null;
		}
		this.mark = new Mark(this.entry.id(), this.holder, attempt);
		SendWindow window = new SendWindow(nanos + this.sendWindow.toNanos(), now.plus(this.sendWindow));
		this.window = window;
		return window;
	}

	StoredEntry entry() {
		return this.entry;
	}

	SendRequest request() {
		return this.request;
	}

	/**
	 * Return the permit of the probe.
	 * @return the permit, or zero if this is not a probe
	 */
	long probe() {
		return this.probe;
	}

	@Nullable Mark marked() {
		return this.mark;
	}

	boolean isUnasked() {
		return !this.asked;
	}

	boolean isChanged() {
		return this.changed;
	}

	boolean isLate() {
		SendWindow window = this.window;
		return window != null && System.nanoTime() - window.nanoDeadline() > 0;
	}

}
