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

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;

import javax.net.ssl.SSLException;

import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.Operation;
import com.contiguity.spring.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Determines the outcome of failures. Calls with {@link Outcome#NOT_SENT} can be retried:
 * a send because the message was not accepted, any other call because it can be repeated
 * safely.
 */
final class FailureClassifier {

	/**
	 * Statuses after which a message was not accepted and repeating the request does not
	 * help: redirects that keep the method, which are not followed, and the client errors
	 * of RFC 9110, 6585 and 7725. An unregistered status gives no such certainty.
	 */
	private static final Set<Integer> FINAL_FOR_A_SEND = Set.of(301, 307, 308, 400, 402, 403, 404, 405, 406, 407, 409,
			410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 431, 451);

	private FailureClassifier() {
	}

	/**
	 * Return the outcome for a status other than 2xx, 401 and 429. For 401 and 429, the
	 * client throws exceptions whose outcome is fixed.
	 * @param operation the operation
	 * @param status the status
	 * @param askedToWait whether it is an error of the API itself that specifies a time
	 * to wait. A cache or a gateway may send the same status after the API has received
	 * the request
	 * @return the outcome
	 */
	static Outcome status(Operation operation, int status, boolean askedToWait) {
		if (status == 503 && askedToWait) {
			return Outcome.NOT_SENT;
		}
		if (status < 200 || status >= 500 || status == 408) {
			return unsettled(operation);
		}
		return (operation != Operation.SEND || FINAL_FOR_A_SEND.contains(status)) ? Outcome.REJECTED : Outcome.UNKNOWN;
	}

	static Outcome phase(Operation operation, Phase phase) {
		return (phase == Phase.CONNECT) ? Outcome.NOT_SENT : unsettled(operation);
	}

	private static Outcome unsettled(Operation operation) {
		return (operation == Operation.SEND) ? Outcome.UNKNOWN : Outcome.NOT_SENT;
	}

	/**
	 * Return how far the request got. Usually the attempt knows. If the transport may
	 * write headers before it requests the body, the failure must also be a connection
	 * failure.
	 * @param attempt the attempt
	 * @param failure the failure of the transport
	 * @return the phase
	 */
	static Phase phase(Attempt attempt, Throwable failure) {
		if (!attempt.isStarted() || attempt.isLate()) {
			return Phase.CONNECT;
		}
		if (attempt.requestLeft()) {
			return Phase.EXCHANGE;
		}
		return (attempt.isWatched() || isFailureToConnect(failure)) ? Phase.CONNECT : Phase.EXCHANGE;
	}

	private static boolean isFailureToConnect(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
					|| cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException
					|| cause instanceof NoRouteToHostException || cause instanceof SSLException
					|| isConnectTimeout(cause)) {
				return true;
			}
		}
		return false;
	}

	// the exceptions of Jetty and of Apache HttpComponents, which are optional
	private static boolean isConnectTimeout(Throwable failure) {
		return failure instanceof SocketTimeoutException && ("Connect Timeout".equals(failure.getMessage())
				|| "ConnectTimeoutException".equals(failure.getClass().getSimpleName()));
	}

}
