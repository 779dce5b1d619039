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

import com.contiguity.spring.test.SandboxCaller.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContiguitySandbox}: the lines' rate limit.
 */
class ContiguitySandboxRateTests {

	private final MovableClock clock = new MovableClock();

	private final ContiguitySandbox sandbox = ContiguitySandbox.builder().clock(this.clock).start();

	private final SandboxCaller caller = new SandboxCaller(this.sandbox);

	@AfterEach
	void close() {
		this.sandbox.close();
	}

	@Test
	void lineSendsFiveAtOnceAndOneASecond() throws Exception {
		sendFive();
		Answer sixth = send("+15550001001");
		assertThat(sixth.error(429)).isEqualTo("Too Many Requests");
		assertThat(sixth.response().headers().firstValue("Retry-After")).contains("1");
		assertThat(this.sandbox.messages()).hasSize(5);
		this.clock.advance(Duration.ofMillis(999));
		assertThat(send("+15550001001").status()).isEqualTo(429);
		this.clock.advance(Duration.ofMillis(1));
		assertThat(send("+15550001001").status()).isEqualTo(200);
		assertThat(send("+15550001001").status()).isEqualTo(429);
	}

	@Test
	void lineRestsNoFurtherThanToFive() throws Exception {
		sendFive();
		this.clock.advance(Duration.ofHours(1));
		sendFive();
		assertThat(send("+15550001001").status()).isEqualTo(429);
	}

	@Test
	void everyLineHasItsOwnRate() throws Exception {
		sendFive();
		assertThat(send("+15550001002").status()).isEqualTo(200);
		assertThat(send("+15550001001").status()).isEqualTo(429);
	}

	@Test
	void fastTrackPassesAndCostsNothing() throws Exception {
		for (int i = 0; i < 10; i++) {
			this.caller.send("""
					{"to":"+12025550123","from":"+15550001001","message":"Hello","fast_track":true}""").data();
		}
		sendFive();
		assertThat(send("+15550001001").status()).isEqualTo(429);
	}

	@Test
	void whatIsNotAcceptedCostsNothing() throws Exception {
		for (int i = 0; i < 10; i++) {
			this.caller.send("""
					{"to":"+15005550006","from":"+15550001001","message":"Hello"}""").error(500);
			this.caller.send("""
					{"to":"+15005550001","from":"+15550001001","message":"Hello"}""").error(400);
		}
		sendFive();
	}

	@Test
	void recipientsThatAlwaysDoTheSameDoSoHoweverOften() throws Exception {
		for (int i = 0; i < 10; i++) {
			this.caller.send("""
					{"to":"+15005550002","from":"+15550001001","message":"Hello"}""").data();
			this.caller.send("""
					{"to":"+15005550001","from":"+15550001001","message":"Hello",
					"fallback":{"when":["imessage_unsupported"]}}""").data();
		}
		sendFive();
	}

	@Test
	void onlyMessagesAreLimited() throws Exception {
		for (int i = 0; i < 10; i++) {
			this.caller.post("/send/imessage/typing", """
					{"to":"+12025550123","from":"+15550001001","action":"start"}""").data();
		}
		sendFive();
	}

	@Test
	void limitCanBeSwitchedOff() throws Exception {
		this.sandbox.rateLimit(false);
		sendFive();
		sendFive();
		this.sandbox.clear();
		sendFive();
		assertThat(send("+15550001001").status()).isEqualTo(429);
		try (ContiguitySandbox unlimited = ContiguitySandbox.builder().rateLimit(false).start()) {
			for (int round = 0; round < 2; round++) {
				for (int i = 0; i < 6; i++) {
					new SandboxCaller(unlimited).send("""
							{"to":"+12025550123","from":"+15550001001","message":"Hello"}""").data();
				}
				unlimited.clear();
			}
		}
	}

	@Test
	void clearLetsLinesRest() throws Exception {
		sendFive();
		this.sandbox.clear();
		sendFive();
	}

	private void sendFive() throws Exception {
		for (int i = 0; i < 5; i++) {
			send("+15550001001").data();
		}
	}

	private Answer send(String from) throws Exception {
		return this.caller.send("{\"to\":\"+12025550123\",\"from\":\"" + from + "\",\"message\":\"Hello\"}");
	}

}
