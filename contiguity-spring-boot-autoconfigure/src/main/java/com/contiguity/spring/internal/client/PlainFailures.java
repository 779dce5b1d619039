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

import java.io.EOFException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import com.contiguity.spring.internal.failure.MaskedFailure;

/**
 * Distinguishes connection failures of transports from failures that may quote sent or
 * received data, such as a status line that could not be parsed. Only the latter are
 * replaced by a {@link MaskedFailure}.
 */
final class PlainFailures {

	/** Names of exceptions of optional transports. */
	private static final Set<String> NAMES = Set.of("AbortedException", "ConnectTimeoutException",
			"ConnectionClosedException", "ConnectionRequestTimeoutException", "NativeIoException",
			"NoHttpResponseException", "PoolAcquirePendingLimitException", "PoolAcquireTimeoutException",
			"PrematureCloseException", "ReadTimeoutException", "SocketTimeoutException");

	private PlainFailures() {
	}

	/**
	 * Describe a failure.
	 * @param failure the failure of the transport
	 * @return its message, or the name of its type if the message may contain private
	 * data
	 */
	static String describe(Throwable failure) {
		String message = (isPlain(failure)) ? failure.getMessage() : null;
		return (message == null || message.isBlank()) ? failure.getClass().getSimpleName() : message;
	}

	/**
	 * Return the visible form of a failure.
	 * @param failure the failure of the transport
	 * @return the failure itself, or a masked failure if its message may contain private
	 * data
	 */
	static Throwable visible(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (!isPlain(cause)) {
				return MaskedFailure.of(failure);
			}
		}
		return failure;
	}

	private static boolean isPlain(Throwable failure) {
		// Netty's exception contains the received bytes
		if (failure.getClass().getSimpleName().equals("NotSslRecordException")) {
			return false;
		}
		return failure instanceof SocketException || failure instanceof UnknownHostException
				|| failure instanceof UnresolvedAddressException || failure instanceof SSLException
				|| failure instanceof TimeoutException || failure instanceof HttpTimeoutException
				|| failure instanceof EOFException || failure instanceof ClosedChannelException
				|| failure instanceof CancellationException || NAMES.contains(failure.getClass().getSimpleName());
	}

}
