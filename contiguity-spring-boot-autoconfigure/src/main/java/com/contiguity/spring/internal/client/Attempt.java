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
import java.time.Instant;
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

	/** Of the request, and of what the transports make of it. */
	static final String ATTRIBUTE = Attempt.class.getName();

	private final AtomicBoolean started = new AtomicBoolean();

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.BEFORE_REQUEST);

	private final @Nullable Window window;

	private volatile boolean late;

	private volatile boolean watched;

	private volatile @Nullable URI address;

	private volatile @Nullable Answered answered;

	private volatile @Nullable ContiguityException refusal;

	/**
	 * Create an attempt that may be made at any time.
	 */
	public Attempt() {
		this.window = null;
	}

	/**
	 * Create an attempt whose request is written only before two deadlines.
	 * @param nanoDeadline the deadline as a {@link System#nanoTime()}
	 * @param wallDeadline the deadline by the system's clock
	 */
	public Attempt(long nanoDeadline, Instant wallDeadline) {
		this.window = new Window(nanoDeadline, wallDeadline);
	}

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
	 * Return whether the body was not written because it was too late.
	 * @return whether that is so; the API cannot have taken the request then
	 */
	public boolean isLate() {
		return this.late;
	}

	/**
	 * Return whether there are deadlines for writing the request.
	 * @return whether there are
	 */
	boolean hasWindow() {
		return this.window != null;
	}

	/**
	 * Called when something is about to be written: the request, and again its body,
	 * without which the API takes nothing.
	 * @throws CancellationException if the attempt was given up, or if it is too late:
	 * nothing must be written
	 */
	void leaveInTime() {
		checkTime();
		leave();
	}

	/**
	 * Called before a connection is asked for, and before anything is written where the
	 * transport tells.
	 * @throws CancellationException if it is too late to write anything
	 */
	void checkTime() {
		if (this.window != null && this.window.isOver()) {
			this.late = true;
			abandon();
			throw new CancellationException("It was too late to write the request");
		}
	}

	/**
	 * Called by the transport when it is about to write the request.
	 * @throws CancellationException if the attempt was given up: nothing must be written
	 */
	void leave() {
		if (!this.progress.compareAndSet(Progress.BEFORE_REQUEST, Progress.REQUEST_LEFT)
				&& this.progress.get() == Progress.ABANDONED) {
			throw new CancellationException("The attempt was abandoned before anything was sent");
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

	private record Window(long nanoDeadline, Instant wallDeadline) {

		boolean isOver() {
			return System.nanoTime() - this.nanoDeadline >= 0 || !Instant.now().isBefore(this.wallDeadline);
		}

	}

	private enum Progress {

		BEFORE_REQUEST, REQUEST_LEFT, ABANDONED

	}

}
