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

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FailureClassifier}.
 */
class FailureClassifierTests {

	/** With these statuses, a server reports that it does not perform the request. */
	private static final Set<Integer> REJECTED = Set.of(301, 307, 308, 400, 402, 403, 404, 405, 406, 407, 409, 410, 411,
			412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 431, 451);

	@Test
	void aSendIsUnknownUnlessTheStatusRulesOutThatItWasTaken() {
		classified().forEach((status) -> {
			Outcome expected = (REJECTED.contains(status)) ? Outcome.REJECTED : Outcome.UNKNOWN;
			assertThat(FailureClassifier.status(Operation.SEND, status, false)).as("status " + status)
				.isEqualTo(expected);
			assertThat(FailureClassifier.status(Operation.SEND, status, true)).as("status " + status)
				.isEqualTo((status == 503) ? Outcome.NOT_SENT : expected);
		});
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SEND")
	void otherCallsCanBeMadeAgainWhereTheServerWasNotAbleToAnswer(Operation operation) {
		classified().forEach((status) -> {
			boolean unable = status < 200 || status >= 500 || status == 408;
			assertThat(FailureClassifier.status(operation, status, false)).as("status " + status)
				.isEqualTo((unable) ? Outcome.NOT_SENT : Outcome.REJECTED);
		});
	}

	// all others than those whose exceptions have a fixed outcome
	private static IntStream classified() {
		return IntStream.rangeClosed(100, 599).filter((status) -> status != 401 && status != 429);
	}

	@Test
	void onlyASendIsInDoubtAfterTheConnectionBroke() {
		assertThat(FailureClassifier.phase(Operation.SEND, Phase.CONNECT)).isEqualTo(Outcome.NOT_SENT);
		assertThat(FailureClassifier.phase(Operation.SEND, Phase.EXCHANGE)).isEqualTo(Outcome.UNKNOWN);
		assertThat(FailureClassifier.phase(Operation.HISTORY, Phase.EXCHANGE)).isEqualTo(Outcome.NOT_SENT);
	}

	static Stream<Throwable> failuresToConnect() {
		return Stream.of(new ConnectException("refused"), new HttpConnectTimeoutException("too late"),
				new UnknownHostException("api"), new UnresolvedAddressException(), new NoRouteToHostException(),
				new SSLHandshakeException("no trust"), new SocketTimeoutException("Connect Timeout"),
				new ConnectTimeoutException());
	}

	@ParameterizedTest
	@MethodSource("failuresToConnect")
	void aFailureToConnectIsToldFromOthersWhereverItStands(Throwable failure) {
		for (Throwable shown : List.of(failure, new IOException("wrapped", failure))) {
			assertThat(FailureClassifier.phase(started(), shown)).isEqualTo(Phase.CONNECT);
		}
	}

	@ParameterizedTest
	@MethodSource("failuresToConnect")
	void whatHasLeftMayHaveArrivedWhateverItFailedWith(Throwable failure) {
		assertThat(FailureClassifier.phase(Attempts.leave(new Attempt()), failure)).isEqualTo(Phase.EXCHANGE);
		Attempt watched = Attempts.leave(new Attempt());
		watched.markWatched();
		assertThat(FailureClassifier.phase(watched, failure)).isEqualTo(Phase.EXCHANGE);
	}

	@Test
	void anyOtherFailureMayHaveComeAfterTheRequest() {
		for (Throwable failure : List.of(new IOException("reset"), new SocketTimeoutException("Read timed out"),
				new IOException("Connect Timeout"))) {
			assertThat(FailureClassifier.phase(started(), failure)).isEqualTo(Phase.EXCHANGE);
		}
		assertThat(FailureClassifier.phase(started(), null)).isEqualTo(Phase.EXCHANGE);
	}

	@Test
	void aTransportThatTellsWhatLeavesNeedsNoKnownFailure() {
		Attempt attempt = started();
		attempt.markWatched();
		assertThat(FailureClassifier.phase(attempt, new IOException("closed"))).isEqualTo(Phase.CONNECT);
	}

	@Test
	void whatWasNotEvenStartedDidNotLeave() {
		assertThat(FailureClassifier.phase(new Attempt(), new IOException("no connection"))).isEqualTo(Phase.CONNECT);
	}

	@Test
	void aBodyThatWasHeldBackForTheDeadlineWasNotTaken() {
		Attempt attempt = new Attempt(System.nanoTime() - 1, Instant.now().plusSeconds(60));
		attempt.start();
		attempt.leave();
		assertThatExceptionOfType(CancellationException.class).isThrownBy(attempt::leaveInTime);
		assertThat(FailureClassifier.phase(attempt, new IOException("closed"))).isEqualTo(Phase.CONNECT);
	}

	private static Attempt started() {
		Attempt attempt = new Attempt();
		attempt.start();
		return attempt;
	}

	/**
	 * Has the name of the exception of Apache HttpComponents, which is optional.
	 */
	private static final class ConnectTimeoutException extends SocketTimeoutException {

		ConnectTimeoutException() {
			super("Connect to api failed");
		}

	}

}
