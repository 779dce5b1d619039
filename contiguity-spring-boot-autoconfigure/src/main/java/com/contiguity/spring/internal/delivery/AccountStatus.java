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
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.internal.client.Attempt;
import com.contiguity.spring.internal.client.LeasedLine;
import com.contiguity.spring.internal.line.LinePool;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Determines whether the account works. The status is normally derived from the
 * application's calls. The account is probed only if there were no recent calls or if
 * their results are inconclusive. Concurrent callers share a probe. Intervals are
 * measured with a monotonic clock. Thread-safe.
 */
public final class AccountStatus {

	/** Shorter than the usual timeout of a health check. */
	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

	/** Time from the first failed probe to the next. */
	private static final Duration PROBE_BACK_OFF = Duration.ofSeconds(5);

	/** A single failed probe may be a temporary problem. */
	private static final int MIN_FAILED_PROBES = 2;

	/** Fewer consecutive failed calls may be a coincidence. */
	private static final int MIN_FAILED_CALLS = 3;

	private final LinePool linePool;

	private final Scheduler scheduler;

	private State state = new State();

	/**
	 * Create a status.
	 * @param linePool the lines that the application sends from
	 * @param scheduler provides the time
	 */
	public AccountStatus(LinePool linePool, Scheduler scheduler) {
		this.linePool = linePool;
		this.scheduler = scheduler;
	}

	/**
	 * Record a call that succeeded.
	 * @param operation its operation
	 * @param response the API's last response, or {@code null} if there was none
	 */
	void succeeded(Operation operation, Attempt.@Nullable Response response) {
		long now = now();
		synchronized (this) {
			this.state.responded(response);
			this.state.served(operation, now);
		}
	}

	/**
	 * Record a call that failed.
	 * @param operation its operation
	 * @param attempts how many attempts were made
	 * @param response the API's last response, or {@code null} if there was none
	 * @param cancelled whether the caller cancelled the call
	 */
	void failed(Operation operation, int attempts, Attempt.@Nullable Response response, boolean cancelled) {
		long now = now();
		synchronized (this) {
			this.state.responded(response);
			if (cancelled) {
				return;
			}
			if (response != null) {
				this.state.judge(operation, response, now);
			}
			else if (attempts > 0) {
				this.state.notServed(operation, now);
			}
		}
	}

	/**
	 * Discard everything that was recorded.
	 */
	synchronized void forget() {
		this.state = new State();
	}

	/**
	 * Report on the account, after a probe if that is necessary.
	 * @param probe lists the account's lines, with a single attempt
	 * @param interval the minimum interval between probes. After a failed probe, the next
	 * one comes sooner, with back-off
	 * @return the report
	 */
	public Mono<Report> check(Mono<List<LeasedLine>> probe, Duration interval) {
		return Mono.defer(() -> probeIfNecessary(probe, interval.toNanos()))
			.then(Mono.fromSupplier(() -> report(interval.toNanos())));
	}

	private synchronized Mono<?> probeIfNecessary(Mono<List<LeasedLine>> probe, long interval) {
		State state = this.state;
		if (state.isServed(now(), interval)) {
			return Mono.empty();
		}
		if (state.probe == null && state.isProbeDue(now(), interval)) {
			// cached, so that it continues if the first caller cancels
			state.probe = probe.timeout(PROBE_TIMEOUT, this.scheduler)
				.doOnSuccess((lines) -> probed(state, lines, null))
				.then()
				.onErrorResume((failure) -> {
					probed(state, null, failure);
					return Mono.empty();
				})
				.cache();
		}
		return (state.probe != null) ? state.probe : Mono.empty();
	}

	private void probed(State state, @Nullable List<LeasedLine> lines, @Nullable Throwable failure) {
		long now = now();
		synchronized (this) {
			state.probe = null;
			state.probedAt = now;
			if (lines != null) {
				state.usableLines = (int) lines.stream().filter(LeasedLine::sendsImessages).count();
			}
			// a 429 means that the API works; no other status of a probe can be caused by
			// its parameters
			boolean failed = failure != null
					&& !(failure instanceof ContiguityApiException apiException && apiException.status() == 429);
			state.probeFailure = (failed) ? failure : null;
			state.failedProbes = (failed) ? state.failedProbes + 1 : 0;
		}
	}

	private synchronized Report report(long interval) {
		State state = this.state;
		Throwable failure = state.probeFailure;
		int refusal = state.refusal();
		int failedCalls = state.failedCalls(now(), interval);
		String unusable = this.linePool.unusable();
		if (refusal != 0) {
			return state.report(Verdict.REFUSED, (refusal == 401) ? "The API does not accept the token (401)"
					: "The account is not allowed to do this (403)", null);
		}
		if (failure != null && (state.failedProbes >= MIN_FAILED_PROBES || !state.served)) {
			return state.report(Verdict.OUT_OF_SERVICE, reason(failure), null);
		}
		if (failedCalls > 0) {
			return state.report(Verdict.OUT_OF_SERVICE, failedCalls + " calls in a row were not served", null);
		}
		if (unusable != null) {
			return state.report(Verdict.OUT_OF_SERVICE, unusable, 0);
		}
		return state.report(Verdict.WORKS, null, (state.usableLines != null) ? state.usableLines : linesOfPool());
	}

	// with an empty pool Contiguity chooses the line, so that nothing is known
	private @Nullable Integer linesOfPool() {
		int lines = this.linePool.lines().size();
		return (lines > 0) ? lines : null;
	}

	private static String reason(Throwable failure) {
		if (failure instanceof ContiguityApiException apiException) {
			return "The API answers " + apiException.status();
		}
		if (failure instanceof ContiguityTransportException transport && transport.phase() == Phase.CONNECT) {
			// distinguishes the network from the token supplier, and contains no private
			// data
			return String.valueOf(transport.getMessage());
		}
		return (failure instanceof TimeoutException)
				? "The API did not respond within " + PROBE_TIMEOUT.toSeconds() + " s"
				: "The API does not respond as expected";
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	/**
	 * The known state of the account. Guarded by the status.
	 */
	private final class State {

		/** Whether the API has served a call, and when it last did. */
		private boolean served;

		private long servedAt;

		private boolean tokenRefused;

		private boolean forbidden;

		// sends are counted separately, because other calls can succeed while sends fail
		private final Streak sends = new Streak();

		private final Streak others = new Streak();

		private @Nullable Instant answeredAt;

		private @Nullable String apiVersion;

		/** The current probe. */
		private @Nullable Mono<?> probe;

		private @Nullable Long probedAt;

		private int failedProbes;

		private @Nullable Throwable probeFailure;

		private @Nullable Integer usableLines;

		void responded(Attempt.@Nullable Response response) {
			if (response != null) {
				this.answeredAt = Instant.ofEpochMilli(AccountStatus.this.scheduler.now(TimeUnit.MILLISECONDS));
				this.apiVersion = (response.apiVersion() != null) ? response.apiVersion() : this.apiVersion;
			}
		}

		void served(Operation operation, long now) {
			this.served = true;
			this.servedAt = now;
			this.tokenRefused = false;
			this.forbidden = false;
			this.failedProbes = 0;
			this.probeFailure = null;
			Streak streak = streak(operation);
			if (streak != null) {
				streak.end();
			}
		}

		void notServed(Operation operation, long now) {
			Streak streak = streak(operation);
			if (streak != null) {
				streak.grow(now);
			}
		}

		// the list of lines is requested by probes rather than by the application
		private @Nullable Streak streak(Operation operation) {
			return switch (operation) {
				case SEND -> this.sends;
				case LINES -> null;
				default -> this.others;
			};
		}

		void judge(Operation operation, Attempt.Response response, long now) {
			int status = response.status();
			if ((status == 401 || status == 403) && response.isErrorOfTheApi()) {
				this.tokenRefused |= status == 401;
				// may be caused by the content of the call, and is a reason to probe
				this.forbidden |= status == 403;
			}
			else if (status < 400 || status == 408 || status >= 500 || isOfAnotherServer(response)) {
				notServed(operation, now);
			}
			else if (status != 429 && response.isErrorOfTheApi() && operation != Operation.LINES) {
				served(operation, now);
			}
			// other failures are inconclusive: the caller must retry later, or the
			// response is not from the API. The request for the lines has no parameters
			// that could be invalid
		}

		private static boolean isOfAnotherServer(Attempt.Response response) {
			return !response.isErrorOfTheApi() && Set.of(401, 403, 404).contains(response.status());
		}

		// calls are sufficient if some were served recently and nothing suggests that the
		// next one fails
		boolean isServed(long now, long interval) {
			return this.served && now - this.servedAt < interval && !this.tokenRefused && !this.forbidden
					&& failedCalls(now, interval) == 0;
		}

		boolean isProbeDue(long now, long interval) {
			return this.probedAt == null || now - this.probedAt >= timeToNextProbe(interval);
		}

		private long timeToNextProbe(long interval) {
			return (this.failedProbes == 0) ? interval
					: Math.min(interval, PROBE_BACK_OFF.toNanos() << Math.min(20, this.failedProbes - 1));
		}

		int failedCalls(long now, long interval) {
			return Math.max(this.sends.length(now, interval), this.others.length(now, interval));
		}

		int refusal() {
			if (this.probeFailure instanceof ContiguityApiException apiException
					&& (apiException.status() == 401 || apiException.status() == 403)
					&& Attempt.Response.isErrorOfTheApi(apiException.errorId())) {
				return apiException.status();
			}
			return (this.tokenRefused) ? 401 : 0;
		}

		Report report(Verdict verdict, @Nullable String reason, @Nullable Integer usableLines) {
			return new Report(verdict, reason, usableLines, this.answeredAt, this.apiVersion);
		}

	}

	/**
	 * Consecutive calls that were not served.
	 */
	private static final class Streak {

		private int length;

		private long last;

		void grow(long now) {
			this.length++;
			this.last = now;
		}

		void end() {
			this.length = 0;
		}

		int length(long now, long interval) {
			return (this.length >= MIN_FAILED_CALLS && now - this.last < interval) ? this.length : 0;
		}

	}

	/**
	 * Verdict on the account.
	 */
	public enum Verdict {

		/**
		 * Calls are served.
		 */
		WORKS,

		/**
		 * The API rejects the token or the account.
		 */
		REFUSED,

		/**
		 * Calls are not served, or no line can send.
		 */
		OUT_OF_SERVICE

	}

	/**
	 * Report on the account.
	 *
	 * @param verdict whether it works
	 * @param reason why it does not, or {@code null} if it does
	 * @param usableLines how many lines can send iMessages, or {@code null} if that is
	 * not known
	 * @param answeredAt when the API last responded, or {@code null} if it never did
	 * @param apiVersion the version of the API, or {@code null} if it is not known
	 */
	public record Report(Verdict verdict, @Nullable String reason, @Nullable Integer usableLines,
			@Nullable Instant answeredAt, @Nullable String apiVersion) {
	}

}
