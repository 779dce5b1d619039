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

package com.contiguity.spring.test;

import java.time.Duration;
import java.util.Map;

import com.contiguity.spring.imessage.FallbackCondition;
import com.contiguity.spring.test.SandboxMessage.Delivery;

/**
 * The recipients whose messages always have the same result.
 */
final class SandboxRecipients {

	static final String WITHOUT_IMESSAGE = "+15005550001";

	static final String FAILING_DELIVERY = "+15005550002";

	static final String WITHOUT_IMESSAGE_AND_SMS = "+15005550010";

	/** Longer than the timeout of any client. */
	private static final Duration FOREVER = Duration.ofMinutes(10);

	private static final Map<String, Fault> FAULTS = Map.ofEntries(
			Map.entry("+15005550003", Fault.status(429, Duration.ofSeconds(1))),
			Map.entry("+15005550004", Fault.dropAfterAccepting()),
			Map.entry("+15005550005", Fault.dropBeforeAccepting()), Map.entry("+15005550006", Fault.status(500)),
			Map.entry("+15005550007", Fault.late(FOREVER)), Map.entry("+15005550008", Fault.agreementRequired()),
			Map.entry("+15005550009", Fault.html(502)));

	private SandboxRecipients() {
	}

	/**
	 * Return whether messages to a recipient always have the same result.
	 * @param to the recipient
	 * @return whether they have
	 */
	static boolean alwaysDoesTheSame(String to) {
		return !hasImessage(to) || to.equals(FAILING_DELIVERY) || FAULTS.containsKey(to);
	}

	static Fault fault(String to) {
		return FAULTS.getOrDefault(to, Fault.none());
	}

	static boolean hasImessage(String to) {
		return !to.equals(WITHOUT_IMESSAGE) && !to.equals(WITHOUT_IMESSAGE_AND_SMS);
	}

	static boolean takesSms(String to) {
		return !to.equals(WITHOUT_IMESSAGE_AND_SMS);
	}

	/**
	 * Return the result of the delivery of a message.
	 * @param message the message
	 * @return the delivery
	 * @throws SandboxRefusal if the message is rejected
	 */
	static Delivery delivery(SandboxMessage message) {
		if (message.to().equals(FAILING_DELIVERY)) {
			return (fallsBack(message, FallbackCondition.IMESSAGE_FAILS)) ? Delivery.SMS : Delivery.FAILED;
		}
		if (!hasImessage(message.to())) {
			if (!fallsBack(message, FallbackCondition.IMESSAGE_UNSUPPORTED)) {
				throw SandboxRefusal.field("to", "has no iMessage, and there is no 'fallback' for that");
			}
			return Delivery.SMS;
		}
		return Delivery.IMESSAGE;
	}

	private static boolean fallsBack(SandboxMessage message, FallbackCondition condition) {
		return message.fallback() != null && message.fallback().when().contains(condition);
	}

}
