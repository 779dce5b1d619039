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

package com.example.messages.console;

import java.time.Duration;
import java.util.regex.Pattern;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Tests for what the console shows of sends that take their time.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.pacing.rate=0.15", "contiguity.pacing.burst=1" })
class ConsoleProgressBrowserTests extends ConsolePages {

	private final ContiguitySandbox sandbox;

	ConsoleProgressBrowserTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox) {
		super(port);
		this.sandbox = sandbox;
	}

	@Test
	void aMessageWaitsForItsLineAndIsSent() {
		Page page = open();
		send(page, "+15557650101", "First");
		PlaywrightAssertions.assertThat(latest(page, "First")).containsText("accepted");
		this.sandbox.nextSend(Fault.late(Duration.ofSeconds(2)));
		send(page, "+15557650101", "Second");
		Locator bubble = latest(page, "Second");
		PlaywrightAssertions.assertThat(bubble).containsText(Pattern.compile("waiting for the line, about [1-7] s"));
		PlaywrightAssertions.assertThat(bubble).containsText("sending", new ContainsTextOptions().setTimeout(20_000));
		PlaywrightAssertions.assertThat(bubble.locator("[data-until]")).hasCount(0);
		PlaywrightAssertions.assertThat(bubble).containsText("accepted");
	}

	@Test
	void aMessageIsTriedAgain() {
		Page page = open();
		option(page, "fastTrack");
		this.sandbox.nextSend(Fault.status(429, Duration.ofSeconds(2)), Fault.late(Duration.ofSeconds(2)));
		send(page, "+15557650102", "Once more");
		Locator bubble = latest(page, "Once more");
		PlaywrightAssertions.assertThat(bubble).containsText("trying again: attempt 1 failed");
		PlaywrightAssertions.assertThat(bubble).containsText("sending");
		PlaywrightAssertions.assertThat(bubble).containsText("accepted: 2 attempts");
		PlaywrightAssertions.assertThat(page.locator("#figures .row").first()).containsText("Retries 1");
	}

}
