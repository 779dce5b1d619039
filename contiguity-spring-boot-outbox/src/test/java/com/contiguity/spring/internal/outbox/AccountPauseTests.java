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

import com.contiguity.spring.internal.outbox.AccountPause.Permits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Probes of an account that is refused.
 */
class AccountPauseTests {

	private static final Permits NONE = new Permits(0, 0);

	private long now;

	private final AccountPause pause = new AccountPause(Duration.ofSeconds(30), Duration.ofMinutes(5), () -> this.now);

	@BeforeEach
	void refuse() {
		assertThat(this.pause.permits(5)).isEqualTo(new Permits(5, 0));
		this.pause.refused("The token has expired", 0);
		assertThat(this.pause.permits(5)).isEqualTo(NONE);
	}

	private void advance(int seconds) {
		this.now += Duration.ofSeconds(seconds).toNanos();
	}

	private long probe() {
		Permits permits = this.pause.permits(5);
		assertThat(permits.number()).isOne();
		assertThat(permits.probe()).isNotZero();
		return permits.probe();
	}

	@Test
	void anEntryThatIsNoProbeEndsNone() {
		advance(30);
		long probe = probe();
		advance(60);
		this.pause.notProbed(0);
		this.pause.unused(0);
		this.pause.refused("The token has expired", 0);
		advance(60);
		assertThat(this.pause.permits(5)).isEqualTo(NONE);
		this.pause.refused("The token has expired", probe);
		advance(59);
		assertThat(this.pause.permits(5)).isEqualTo(NONE);
		advance(1);
		probe();
	}

	@Test
	void aProbeThatShowsNothingIsFollowedByAnotherOneAfterTheInterval() {
		advance(30);
		this.pause.notProbed(probe());
		assertThat(this.pause.permits(5)).isEqualTo(NONE);
		advance(30);
		probe();
	}

	@Test
	void aProbeThatIsNotSentIsFollowedByAnotherOneAtOnce() {
		advance(30);
		this.pause.unused(probe());
		probe();
	}

	@Test
	void aProbeOfAnEarlierPauseEndsNone() {
		advance(30);
		long earlier = probe();
		this.pause.works();
		this.pause.refused("The token has expired", 0);
		advance(30);
		probe();
		advance(60);
		this.pause.unused(earlier);
		assertThat(this.pause.permits(5)).isEqualTo(NONE);
	}

}
