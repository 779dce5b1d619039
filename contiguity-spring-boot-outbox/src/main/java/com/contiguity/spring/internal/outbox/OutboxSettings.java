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

package com.contiguity.spring.internal.outbox;

import java.time.Duration;

/**
 * Settings of the outbox.
 *
 * @param pollInterval how often to poll for entries without a notification
 * @param threads the maximum number of lanes that this instance works on at the same time
 * @param concurrencyPerLane the maximum number of messages of a lane that are sent at the
 * same time
 * @param heartbeatInterval the interval between heartbeats of this instance
 * @param sendWindow the maximum time between the mark and writing the message
 * @param maxAge how long an entry without its own expiry may wait
 * @param maxPending the maximum number of waiting entries
 * @param holdAfterUnknown whether an entry with an unknown outcome blocks its
 * conversation
 * @param settleTime how long after a send to determine its outcome
 * @param giveUpAfter how long to try to determine an outcome
 * @param resendWhenNotSent whether to send a message again if the history shows that it
 * was not sent
 * @param keepSettled how long to keep settled entries
 * @param keepContent how long to keep the content of settled entries
 * @param shutdownTime the maximum duration of a shutdown
 */
public record OutboxSettings(Duration pollInterval, int threads, int concurrencyPerLane, Duration heartbeatInterval,
		Duration sendWindow, Duration maxAge, int maxPending, boolean holdAfterUnknown, Duration settleTime,
		Duration giveUpAfter, boolean resendWhenNotSent, Duration keepSettled, Duration keepContent,
		Duration shutdownTime) {

	/** The number of missed heartbeats after which an instance is considered dead. */
	static final int MISSED_HEARTBEATS = 4;

	/**
	 * Return after how long without a heartbeat an instance is considered dead.
	 * @param heartbeatInterval the interval between heartbeats
	 * @return the time
	 */
	public static Duration deadAfter(Duration heartbeatInterval) {
		return heartbeatInterval.multipliedBy(MISSED_HEARTBEATS);
	}

}
