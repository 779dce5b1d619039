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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.imessage.TypingStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A typing indicator that is shown until it is closed. Use it with
 * {@code try}-with-resources. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TypingIndicator implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(TypingIndicator.class);

	private final Mono<TypingStatus> stop;

	private final AtomicBoolean closed = new AtomicBoolean();

	/**
	 * Create an indicator that is already shown.
	 * @param stop hides the indicator; subscribed to at most once
	 */
	public TypingIndicator(Mono<TypingStatus> stop) {
		this.stop = stop;
	}

	/**
	 * Hide the indicator. Only the first call has an effect. A failure is logged rather
	 * than thrown, so that it does not suppress an exception of the block. If the thread
	 * is interrupted or must not block, this method does not wait for the response.
	 */
	@Override
	public void close() {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		CompletableFuture<@Nullable TypingStatus> hidden = this.stop.toFuture();
		if (Schedulers.isInNonBlockingThread()) {
			logFailureOf(hidden);
			return;
		}
		try {
			hidden.get();
		}
		catch (InterruptedException ex) {
			logFailureOf(hidden);
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			notHidden(ex.getCause());
		}
	}

	/**
	 * Hide the indicator. Only the first call has an effect, as with {@link #close()}.
	 * @return completes when the API has responded, even if hiding the indicator failed
	 */
	public Mono<Void> hide() {
		return Mono.defer(() -> (this.closed.compareAndSet(false, true)) ? this.stop.then().onErrorResume((failure) -> {
			notHidden(failure);
			return Mono.empty();
		}) : Mono.empty());
	}

	private static void logFailureOf(CompletableFuture<@Nullable TypingStatus> hidden) {
		hidden.whenComplete((status, failure) -> {
			if (failure != null) {
				notHidden(failure);
			}
		});
	}

	private static void notHidden(@Nullable Throwable failure) {
		logger.warn("Failed to hide the typing indicator: "
				+ ((failure instanceof ContiguityException) ? failure.getMessage() : "unexpected error"));
	}

}
