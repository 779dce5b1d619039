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
 * How the outbox works.
 *
 * @param pollInterval how often to look for what nobody has told of
 * @param threads how many lanes this instance works on at a time
 * @param concurrencyPerLane how many messages of a lane are on their way at a time
 * @param heartbeatInterval how often this instance says that it is alive
 * @param sendWindow how long after the mark a message may be written
 * @param maxAge when entries that name no time expire
 * @param maxPending how many entries may wait
 * @param holdAfterUnknown whether an entry of unknown outcome holds up its conversation
 * @param settleTime when to ask for what became of a message
 * @param giveUpAfter when to leave that to a person
 * @param resendWhenNotSent whether to send again what a history shows was not sent
 * @param keepSettled how long settled entries are kept
 * @param keepContent how long what they hold is kept
 * @param shutdownTime how long a shutdown may take
 */
public record OutboxSettings(Duration pollInterval, int threads, int concurrencyPerLane, Duration heartbeatInterval,
		Duration sendWindow, Duration maxAge, int maxPending, boolean holdAfterUnknown, Duration settleTime,
		Duration giveUpAfter, boolean resendWhenNotSent, Duration keepSettled, Duration keepContent,
		Duration shutdownTime) {

	/** How many heartbeats are missed until an instance is dead. */
	static final int MISSED_HEARTBEATS = 4;

	/**
	 * Tell after which time without a sign of life an instance is dead.
	 * @param heartbeatInterval the interval between signs of life
	 * @return the time
	 */
	public static Duration deadAfter(Duration heartbeatInterval) {
		return heartbeatInterval.multipliedBy(MISSED_HEARTBEATS);
	}

}
