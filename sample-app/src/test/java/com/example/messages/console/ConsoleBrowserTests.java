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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.example.page.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the console as a person uses it, in a real browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.retry.initial-interval=20ms", "contiguity.retry.max-interval=20ms",
				"contiguity.http.read-timeout=2s", "contiguity.pacing.rate=50", "contiguity.pacing.burst=50" })
class ConsoleBrowserTests {

	private static final Path SCREENSHOTS = Path.of("target", "screenshots");

	private static Browser browser;

	private final String address;

	private final List<Page> pages = new ArrayList<>();

	ConsoleBrowserTests(@LocalServerPort int port) {
		this.address = "http://127.0.0.1:" + port + "/";
	}

	@BeforeAll
	static void launchBrowser() {
		browser = Browser.launch();
	}

	@AfterAll
	static void closeBrowser() {
		if (browser != null) {
			browser.close();
		}
	}

	@AfterEach
	void closePages() {
		this.pages.forEach((page) -> page.context().close());
	}

	private Page open() {
		return open(new NewContextOptions().setViewportSize(1400, 900));
	}

	private Page open(NewContextOptions options) {
		Page page = browser.open(this.address, options);
		page.onDialog((dialog) -> {
			throw new AssertionError("A dialog: " + dialog.message());
		});
		this.pages.add(page);
		return page;
	}

	private static void send(Page page, String to, String text) {
		page.fill("#to", to);
		page.fill("#message", text);
		page.click("#composer .send");
		// the page of the conversation, unless it is open already
		page.waitForFunction(
				"() => document.body.dataset.chat !== undefined && document.getElementById('message').value === ''");
	}

	private static Locator latest(Page page, String text) {
		return page.locator("#bubbles .bubble").filter(new Locator.FilterOptions().setHasText(text)).last();
	}

	@Test
	void aMessageIsSentAndItsOutcomeShown() {
		Page page = open();
		send(page, "+15557650001", "Your table is ready");
		Locator bubble = latest(page, "Your table is ready");
		PlaywrightAssertions.assertThat(bubble).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#chats")).containsText("+15557650001");
		PlaywrightAssertions.assertThat(page.locator("#figures")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#figures .events")).containsText("ACCEPTED");
		assertThat(page.url()).doesNotContain("5557650001");
	}

	@Test
	void thePhoneShowsWhatArrivedAndAnswers() {
		Page page = open();
		send(page, "+15557650002", "Are you there?");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown")).containsText("Are you there?");
		page.fill("#text", "Yes, I am");
		page.click("#write button >> nth=0");
		PlaywrightAssertions.assertThat(latest(page, "Yes, I am")).hasClass(Pattern.compile("theirs"));
		// and the application answers by itself
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown")).containsText("Thank you for your message");
	}

	@Test
	void readMarksComeWithARefresh() {
		Page page = open();
		send(page, "+15557650003", "Read me");
		PlaywrightAssertions.assertThat(latest(page, "Read me")).containsText("accepted");
		page.click("#write button >> nth=1");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("Read.");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh")).click();
		PlaywrightAssertions.assertThat(latest(page, "Read me")).containsText("read");
		PlaywrightAssertions.assertThat(latest(page, "Read me").locator(".read")).isVisible();
	}

	@Test
	void aTapbackIsAddedAndTakenBack() {
		Page page = open();
		send(page, "+15557650004", "Hello");
		page.fill("#text", "Do you like it?");
		page.click("#write button >> nth=0");
		Locator bubble = latest(page, "Do you like it?");
		bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("love")).click();
		PlaywrightAssertions.assertThat(bubble.locator(".tapbacks")).containsText("love");
		bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("love")).click();
		PlaywrightAssertions.assertThat(bubble.locator(".tapbacks")).hasCount(0);
	}

	@ParameterizedTest
	@CsvSource({ "+15005550001, rejected", "+15005550002, accepted", "+15005550003, not sent", "+15005550004, unknown",
			"+15005550005, unknown", "+15005550006, unknown", "+15005550007, unknown", "+15005550008, rejected",
			"+15005550009, unknown" })
	void everyOutcomeCanBeSeen(String recipient, String state) {
		Page page = open();
		page.locator(".recipients button").filter(new Locator.FilterOptions().setHasText(recipient)).click();
		PlaywrightAssertions.assertThat(page.locator("#to")).hasValue(recipient);
		page.fill("#message", "To " + recipient.substring(11));
		page.click("#composer .send");
		page.waitForURL(Pattern.compile(".*/chats/.*"));
		PlaywrightAssertions.assertThat(latest(page, "To " + recipient.substring(11)).locator(".state"))
			.containsText(state, new ContainsTextOptions().setTimeout(20_000));
	}

	@Test
	void anUnknownOutcomeIsFoundInTheHistory() {
		Page page = open();
		send(page, "+15005550004", "Taken without an answer");
		Locator bubble = latest(page, "Taken without an answer");
		PlaywrightAssertions.assertThat(bubble).containsText("unknown");
		bubble.getByRole(AriaRole.BUTTON).click();
		PlaywrightAssertions.assertThat(bubble).containsText("found in the history");
	}

	@Test
	void aMessageGoesByTheOutbox() {
		Page page = open();
		page.click("summary");
		page.check("[name=outbox]");
		send(page, "+15557650008", "By the outbox");
		PlaywrightAssertions.assertThat(latest(page, "By the outbox")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#figures")).containsText("Outbox");
	}

	@Test
	void aFallbackIsGreen() {
		Page page = open();
		page.click("summary");
		page.check("[name=fallback]");
		send(page, "+15005550001", "As a text");
		PlaywrightAssertions.assertThat(latest(page, "As a text")).hasClass(Pattern.compile("sms"));
	}

	@Test
	void tellsWhetherTheRecipientCanBeReached() {
		Page page = open();
		page.locator("#to").pressSequentially("+15557650005");
		PlaywrightAssertions.assertThat(page.locator("#availability")).containsText("Can be reached");
		page.fill("#to", "+15005550001");
		PlaywrightAssertions.assertThat(page.locator("#availability")).containsText("no iMessage");
	}

	@Test
	void whatIsWrittenIsText() {
		String attack = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>";
		Page page = open();
		send(page, "+15557650006", attack);
		PlaywrightAssertions.assertThat(latest(page, attack)).containsText("accepted");
		page.fill("#text", attack);
		page.click("#write button >> nth=0");
		PlaywrightAssertions.assertThat(page.locator(".bubble.theirs p").last()).hasText(attack);
		page.fill("#to", attack);
		page.fill("#message", "Hello");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).containsText("'to'");
		page.fill("#to", "+15557650006");
		page.click("summary");
		page.fill("#attachment", "javascript:alert(3)");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).containsText("attachment");
		page.fill("#from", attack);
		page.fill("#text", "Hello");
		page.click("#write button >> nth=0");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("'from'");
		assertThat(page.locator("#bubbles img, #chats img, .phone img, .answer img").count()).isZero();
	}

	@Test
	void isUsableByKeyboardAlone() {
		Page page = open();
		page.keyboard().press("Tab");
		PlaywrightAssertions.assertThat(page.locator(".skip")).isFocused();
		page.focus("#to");
		page.keyboard().type("+15557650007");
		page.keyboard().press("Tab");
		PlaywrightAssertions.assertThat(page.locator("#message")).isFocused();
		page.keyboard().type("By keyboard");
		page.keyboard().press("Enter");
		PlaywrightAssertions.assertThat(latest(page, "By keyboard")).containsText("accepted");
	}

	@ParameterizedTest
	@CsvSource({ "light, 1400, 900", "dark, 1400, 900", "light, 390, 844" })
	void isAccessible(String scheme, int width, int height) {
		Page page = open(new NewContextOptions().setViewportSize(width, height)
			.setColorScheme(ColorScheme.valueOf(scheme.toUpperCase(Locale.ROOT))));
		// one conversation each
		String to = "+1555766" + (width + ((scheme.equals("dark")) ? 1 : 0) + 1000);
		send(page, to, "Your table is ready");
		page.fill("#text", "Thank you! See you at eight");
		page.click("#write button >> nth=0");
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		send(page, to, "We look forward to it");
		PlaywrightAssertions.assertThat(latest(page, "We look forward")).containsText("accepted");
		page.screenshot(
				new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("console-" + scheme + "-" + width + ".png")));
		assertThat(new AxeBuilder(page).analyze()
			.getViolations()
			.stream()
			.filter((rule) -> List.of("serious", "critical").contains(rule.getImpact()))
			.map((rule) -> rule.getId() + ": " + rule.getNodes().get(0).getHtml())).isEmpty();
	}

}
