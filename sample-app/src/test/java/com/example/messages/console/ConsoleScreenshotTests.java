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

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import com.example.page.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Shows all states of the console at once, for people (in {@code target/screenshots}) and
 * for a check of its accessibility.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.pacing.rate=5", "contiguity.outbox.resend-when-not-sent=false",
				"contiguity.reconcile.settle-time=500ms", "contiguity.outbox.reconcile.settle-time=4s",
				"contiguity.outbox.reconcile.give-up-after=5s", "contiguity.outbox.worker.send-window=1s",
				"contiguity.http.read-timeout=2s" })
class ConsoleScreenshotTests extends ConsolePages {

	private static final String RECIPIENT = "+15557650303";

	private final ContiguitySandbox sandbox;

	ConsoleScreenshotTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox) {
		super(port);
		this.sandbox = sandbox;
	}

	@Test
	void everyStateIsAccessible() {
		String address = fillConversations();
		for (boolean dark : new boolean[] { false, true }) {
			look(address, dark, 1400, 900);
			look(address, dark, 820, 1180);
			look(address, dark, 390, 844);
		}
		for (String path : List.of("/", "/new")) {
			Page page = open();
			page.navigate(URI.create(address).resolve(path).toString());
			PlaywrightAssertions.assertThat(page.locator("#figures .health")).containsText("UP");
			Browser.assertAccessible(page);
		}
	}

	private String fillConversations() {
		this.sandbox.rateLimit(false);
		Page page = open();
		option(page, "outbox");
		this.sandbox.nextSend(Fault.dropBeforeAccepting());
		send(page, "+15557650301", "Your order is on its way");
		PlaywrightAssertions.assertThat(latest(page, "Your order"))
			.containsText("undecided", new ContainsTextOptions().setTimeout(20_000));
		option(page, "fallback");
		send(page, "+15005550002", "Your table is reserved for eight");
		PlaywrightAssertions.assertThat(latest(page, "Your table")).hasClass(Pattern.compile("sms"));
		page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots", "console-fallback.png")));
		page.click("#composer summary");
		page.fill("#attachment", "https://example.com/menu.pdf");
		send(page, RECIPIENT, "Your table is ready. Here is our menu:");
		PlaywrightAssertions.assertThat(latest(page, "Your table")).containsText("accepted");
		write(page, "Thank you! See you at eight");
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		Locator received = latest(page, "See you at eight");
		received.locator("summary").click();
		received.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("love")).click();
		PlaywrightAssertions.assertThat(received.locator(".tapbacks")).isVisible();
		page.click("#write button >> nth=1");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("Marked as read.");
		this.sandbox.nextSend(Fault.status(400));
		send(page, RECIPIENT, "We have kept the table at the window");
		PlaywrightAssertions.assertThat(latest(page, "the window")).containsText("rejected");
		this.sandbox.nextSend(Fault.dropAfterAccepting());
		send(page, RECIPIENT, "We look forward to it");
		PlaywrightAssertions.assertThat(latest(page, "We look forward")).containsText("unknown");
		this.sandbox.receive("+15557650302", "+15550001001", "Do you have a table for two on Friday?");
		PlaywrightAssertions.assertThat(page.locator("#chats .unread")).isVisible();
		return page.url();
	}

	private void look(String address, boolean dark, int width, int height) {
		Page page = open(new NewContextOptions().setViewportSize(width, height)
			.setLocale("en-GB")
			.setColorScheme((dark) ? ColorScheme.DARK : ColorScheme.LIGHT));
		page.navigate(address);
		PlaywrightAssertions.assertThat(page.locator("#figures .health")).containsText("UP");
		PlaywrightAssertions.assertThat(page.locator("#bubbles .read").first()).isVisible();
		page.screenshot(new Page.ScreenshotOptions().setPath(
				Path.of("target", "screenshots", "console-" + ((dark) ? "dark" : "light") + "-" + width + ".png")));
		page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
			.setPath(Path.of("target", "screenshots",
					"console-" + ((dark) ? "dark" : "light") + "-" + width + "-full.png")));
		latest(page, "See you at eight").locator("summary").click();
		page.click("#composer summary");
		page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots",
				"console-" + ((dark) ? "dark" : "light") + "-" + width + "-open.png")));
		Browser.assertAccessible(page);
	}

}
