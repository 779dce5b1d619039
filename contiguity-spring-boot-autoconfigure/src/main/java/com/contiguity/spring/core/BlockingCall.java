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
import java.util.function.Consumer;
import java.util.function.Function;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.internal.delivery.SendCall;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.Assert;

/**
 * Waits on the calling thread for the end of a call.
 */
final class BlockingCall {

	private BlockingCall() {
	}

	/**
	 * Wait for a call to end. An interrupt cancels the call, unless it has already ended.
	 * The thread stays interrupted.
	 * @param <T> the type of the result
	 * @param call the call
	 * @return the result
	 */
	static <T> T await(Mono<T> call) {
		checkThread();
		CompletableFuture<@Nullable T> future = call.toFuture();
		try {
			return result(future);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (future.cancel(true)) {
				throw new ContiguityException("The thread was interrupted", Outcome.NOT_SENT, ex);
			}
			return resultNow(future);
		}
	}

	/**
	 * Wait for a send to end. An interrupt cancels the send, whose outcome is still
	 * determined. The thread stays interrupted.
	 * @param send starts the send and accepts a callback for its end
	 * @return the send
	 */
	static SendCall await(Function<Consumer<SendCall>, SendCall> send) {
		checkThread();
		CompletableFuture<SendCall> ended = new CompletableFuture<>();
		SendCall call = send.apply(ended::complete);
		try {
			return ended.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			// a cancelled send ends immediately, unless it has just ended
			call.cancel();
			return ended.join();
		}
		catch (ExecutionException ex) {
			throw withCaller(ex.getCause());
		}
	}

	private static <T> T result(CompletableFuture<@Nullable T> future) throws InterruptedException {
		try {
			T result = future.get();
			Assert.state(result != null, "'call' must not be empty");
			return result;
		}
		catch (ExecutionException ex) {
			throw withCaller(ex.getCause());
		}
	}

	private static <T> T resultNow(CompletableFuture<@Nullable T> ended) {
		try {
			// which does not check for interrupts if there is nothing to wait for
			return result(ended);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static void checkThread() {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException("ImessageTemplate blocks, and " + Thread.currentThread().getName()
					+ " must not block. Use ReactiveImessageTemplate on this thread");
		}
	}

	// the exception was created on another thread: add the caller's stack trace
	static RuntimeException withCaller(@Nullable Throwable failure) {
		if (failure instanceof RuntimeException exception) {
			exception.addSuppressed(new Exception("Called from here"));
			return exception;
		}
		return new IllegalStateException(failure);
	}

}
