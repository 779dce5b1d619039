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

import java.io.IOException;
import java.net.ServerSocket;

import com.example.messages.MessagesApplication;
import com.example.page.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Tests for the console while the application restarts.
 */
class ConsoleRestartTests {

	@Test
	void theStreamConnectsAgainAndCatchesUp() throws IOException {
		int port = freePort();
		try (Browser browser = Browser.launch()) {
			ConfigurableApplicationContext first = start(port);
			Page open = browser.open("http://127.0.0.1:" + port + "/", new NewContextOptions());
			open.fill("#to", "+15557650030");
			open.fill("#message", "Before the restart");
			open.click("#composer .send");
			PlaywrightAssertions.assertThat(open.locator("#bubbles")).containsText("Before the restart");
			Page page = browser.open("http://127.0.0.1:" + port + "/", new NewContextOptions());
			PlaywrightAssertions.assertThat(page.locator("#figures .health")).containsText("UP");
			open.click("#composer summary");
			open.check("[name=outbox]");
			open.fill("#message", "A draft");
			first.close();
			PlaywrightAssertions.assertThat(page.locator("#connection")).containsText("Reconnecting");
			ConfigurableApplicationContext second = start(port);
			PlaywrightAssertions.assertThat(page.locator("#connection"))
				.hasText("", new HasTextOptions().setTimeout(30_000));
			// a conversation of a time before the restart is gone
			PlaywrightAssertions.assertThat(open.locator("main h2"))
				.hasText("New message", new HasTextOptions().setTimeout(30_000));
			PlaywrightAssertions.assertThat(open.locator("#to")).hasValue("+15557650030");
			PlaywrightAssertions.assertThat(open.locator("#message")).hasValue("A draft");
			PlaywrightAssertions.assertThat(open.locator("[name=outbox]")).isChecked();
			PlaywrightAssertions.assertThat(open.locator("[name=fallback]")).not().isChecked();
			page.fill("#text", "Written after the restart");
			page.click("#write button >> nth=0");
			PlaywrightAssertions.assertThat(page.locator("#chats"))
				.containsText("+15555550123", new ContainsTextOptions().setTimeout(30_000));
			second.close();
		}
	}

	private static ConfigurableApplicationContext start(int port) {
		return SpringApplication.run(MessagesApplication.class, "--server.port=" + port);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

}
