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

import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import com.contiguity.spring.ContiguityException;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * One HTTP request made for a call, and how far it got. Thread-safe; used once.
 *
 * @since 0.1.0
 */
public final class Attempt {

	private final AtomicBoolean started = new AtomicBoolean();

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.BEFORE_REQUEST);

	private volatile boolean watched;

	private volatile @Nullable URI address;

	private volatile @Nullable Answered answered;

	private volatile @Nullable ContiguityException refusal;

	/**
	 * Return whether something of the request may have left this machine.
	 * @return {@code false} if certainly nothing did
	 */
	public boolean requestLeft() {
		return this.progress.get() == Progress.REQUEST_LEFT;
	}

	/**
	 * Give the attempt up. If nothing of the request has left, nothing will.
	 * @return whether it is certain that nothing left and nothing will
	 */
	public boolean abandon() {
		return this.progress.compareAndSet(Progress.BEFORE_REQUEST, Progress.ABANDONED)
				|| this.progress.get() == Progress.ABANDONED;
	}

	/**
	 * Return what the API answered.
	 * @return the answer, or {@code null} if there is none
	 */
	public @Nullable Answered answered() {
		return this.answered;
	}

	void setAnswered(Answered answered) {
		this.answered = answered;
	}

	/**
	 * Return what the status of the answer means, for whoever does not wait for the rest
	 * of the answer.
	 * @return the failure, or {@code null} if there is no answer yet or if it is one of
	 * success
	 */
	public @Nullable ContiguityException refusal() {
		return this.refusal;
	}

	void setRefusal(ContiguityException refusal) {
		this.refusal = refusal;
	}

	/**
	 * Claim the one exchange that this attempt stands for.
	 * @return whether it was still there to be claimed
	 */
	boolean start() {
		return this.started.compareAndSet(false, true);
	}

	boolean isStarted() {
		return this.started.get();
	}

	/**
	 * Called by the transport when it is about to write the request.
	 * @throws CancellationException if the attempt was given up: nothing must be written
	 */
	void leave() {
		if (!this.progress.compareAndSet(Progress.BEFORE_REQUEST, Progress.REQUEST_LEFT)
				&& this.progress.get() == Progress.ABANDONED) {
			throw new CancellationException("The attempt was given up before anything was sent");
		}
	}

	/**
	 * The transport tells before it writes the first byte, so that {@link #requestLeft()}
	 * can be relied on even for headers that go out ahead of the body.
	 */
	void markWatched() {
		this.watched = true;
	}

	boolean isWatched() {
		return this.watched;
	}

	/**
	 * Set the address that the transport is to use in place of the one without numbers
	 * that everybody else sees.
	 * @param address the address, or {@code null} if there is nothing to hide in it
	 */
	void setAddress(@Nullable URI address) {
		this.address = address;
	}

	@Nullable URI getAddress() {
		return this.address;
	}

	static @Nullable Attempt from(ContextView context) {
		return context.getOrDefault(Attempt.class, null);
	}

	/**
	 * What the API answered.
	 *
	 * @param status the HTTP status
	 * @param id the API's id of the answer, or {@code null} if it gave none
	 * @param apiVersion the version of the API, or {@code null} if it did not tell
	 */
	public record Answered(int status, @Nullable String id, @Nullable String apiVersion) {

		/** No other server's errors have such an id. */
		private static final String ERROR_ID_PREFIX = "err_";

		/**
		 * Tell whether this is an error of the API's own, and not of whoever answers for
		 * it or at a wrong address.
		 * @return whether it is
		 */
		public boolean isErrorOfTheApi() {
			return isErrorOfTheApi(this.id);
		}

		static boolean isErrorOfTheApi(@Nullable String id) {
			return id != null && id.startsWith(ERROR_ID_PREFIX);
		}

	}

	private enum Progress {

		BEFORE_REQUEST, REQUEST_LEFT, ABANDONED

	}

}
