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
 * One HTTP request of a call, and how far it got. Thread-safe. Each attempt is used once.
 *
 * @since 0.1.0
 */
public final class Attempt {

	/**
	 * Name of the attribute in {@code WebClient}'s request and in the transport's
	 * request.
	 */
	static final String ATTRIBUTE = Attempt.class.getName();

	private final AtomicBoolean started = new AtomicBoolean();

	private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.BEFORE_REQUEST);

	private final @Nullable Window window;

	private volatile boolean late;

	private volatile boolean watched;

	private volatile @Nullable URI address;

	private volatile @Nullable Response response;

	private volatile @Nullable ContiguityException refusal;

	/**
	 * Create an attempt without deadlines.
	 */
	public Attempt() {
		this.window = null;
	}

	/**
	 * Create an attempt whose request is only written before two deadlines.
	 * @param nanoDeadline the deadline as a {@link System#nanoTime()}
	 * @param wallDeadline the deadline by the system's clock
	 */
	public Attempt(long nanoDeadline, Instant wallDeadline) {
		this.window = new Window(nanoDeadline, wallDeadline);
	}

	/**
	 * Return whether a part of the request may have been sent.
	 * @return {@code false} if nothing was sent
	 */
	public boolean requestLeft() {
		return this.progress.get() == Progress.REQUEST_LEFT;
	}

	/**
	 * Abandon the attempt. If no part of the request was sent, none will be.
	 * @return whether it is certain that nothing was and nothing will be sent
	 */
	public boolean abandon() {
		return this.progress.compareAndSet(Progress.BEFORE_REQUEST, Progress.ABANDONED)
				|| this.progress.get() == Progress.ABANDONED;
	}

	/**
	 * Return the response of the API.
	 * @return the response, or {@code null} if there is none
	 */
	public @Nullable Response response() {
		return this.response;
	}

	void setResponse(Response response) {
		this.response = response;
	}

	/**
	 * Return the failure that the status of the response indicates, without waiting for
	 * the rest of the response.
	 * @return the failure, or {@code null} if there is no response yet or if its status
	 * indicates success
	 */
	public @Nullable ContiguityException refusal() {
		return this.refusal;
	}

	void setRefusal(ContiguityException refusal) {
		this.refusal = refusal;
	}

	/**
	 * Claim the only exchange of this attempt.
	 * @return whether it had not been claimed
	 */
	boolean start() {
		return this.started.compareAndSet(false, true);
	}

	boolean isStarted() {
		return this.started.get();
	}

	/**
	 * Return whether the body was not written because it was too late.
	 * @return whether it was too late; the API cannot have accepted the request then
	 */
	public boolean isLate() {
		return this.late;
	}

	/**
	 * Return whether there are deadlines for writing the request.
	 * @return whether there are deadlines
	 */
	boolean hasWindow() {
		return this.window != null;
	}

	/**
	 * Called before the request is written, and again before its body is written. The API
	 * accepts no request without its body.
	 * @throws CancellationException if the attempt was abandoned or it is too late, so
	 * that nothing must be written
	 */
	void leaveInTime() {
		checkTime();
		leave();
	}

	/**
	 * Called before a connection is acquired and, if the transport supports it, before
	 * anything is written.
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
	 * Called by the transport before it writes the request.
	 * @throws CancellationException if the attempt was abandoned, so that nothing must be
	 * written
	 */
	void leave() {
		if (!this.progress.compareAndSet(Progress.BEFORE_REQUEST, Progress.REQUEST_LEFT)
				&& this.progress.get() == Progress.ABANDONED) {
			throw new CancellationException("The attempt was abandoned before anything was sent");
		}
	}

	/**
	 * Record that the transport announces the first byte before it writes it.
	 * {@link #requestLeft()} is then reliable even if headers are sent ahead of the body.
	 */
	void markWatched() {
		this.watched = true;
	}

	boolean isWatched() {
		return this.watched;
	}

	/**
	 * Set the address that the transport uses instead of the one without phone numbers
	 * that is visible everywhere else.
	 * @param address the address, or {@code null} if there is nothing to hide
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
	 * The response of the API.
	 *
	 * @param status the HTTP status
	 * @param id the API's id of the response, or {@code null} if there is none
	 * @param apiVersion the version of the API, or {@code null} if it is not known
	 */
	public record Response(int status, @Nullable String id, @Nullable String apiVersion) {

		/** Prefix that distinguishes the API's error ids from those of other servers. */
		private static final String ERROR_ID_PREFIX = "err_";

		/**
		 * Return whether this is an error of the API itself rather than of a gateway or
		 * of a server at a wrong address.
		 * @return whether it is an error of the API
		 */
		public boolean isErrorOfTheApi() {
			return isErrorOfTheApi(this.id);
		}

		/**
		 * Return whether an id is that of an error of the API itself.
		 * @param id the id, or {@code null} if there is none
		 * @return whether it is
		 */
		public static boolean isErrorOfTheApi(@Nullable String id) {
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
