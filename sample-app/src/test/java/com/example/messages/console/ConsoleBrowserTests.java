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
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.SandboxMessage;
import com.example.page.Viewers;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the console as a person uses it, in a real browser.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.retry.initial-interval=20ms", "contiguity.retry.max-interval=20ms",
				"contiguity.http.read-timeout=2s", "contiguity.pacing.rate=50", "contiguity.pacing.burst=50",
				"page.heartbeat=200ms" })
class ConsoleBrowserTests extends ConsolePages {

	private final ContiguitySandbox sandbox;

	private final Viewers viewers;

	ConsoleBrowserTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox, @Autowired Viewers viewers) {
		super(port);
		this.sandbox = sandbox;
		this.viewers = viewers;
	}

	@BeforeEach
	void sendAsFastAsTheApplicationMay() {
		this.sandbox.rateLimit(false);
	}

	@Test
	void aMessageIsSentAndItsOutcomeShown() {
		Page page = open();
		send(page, "+15557650001", "Your table is ready");
		Locator bubble = latest(page, "Your table is ready");
		PlaywrightAssertions.assertThat(bubble).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#chats")).containsText("+15557650001");
		PlaywrightAssertions.assertThat(page.locator("#figures .tiles .accepted"))
			.containsText(Pattern.compile("[1-9]"));
		PlaywrightAssertions.assertThat(page.locator("#figures .events")).containsText("ACCEPTED");
		assertThat(page.url()).doesNotContain("5557650001");
	}

	@Test
	void thePhoneShowsWhatArrivedAndAnswers() {
		Page page = open();
		send(page, "+15557650002", "Are you there?");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown")).containsText("Are you there?");
		write(page, "Yes, I am");
		PlaywrightAssertions.assertThat(latest(page, "Yes, I am")).hasClass(Pattern.compile("theirs"));
		// and the application answers by itself
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown")).containsText("Thank you for your message");
	}

	@Test
	void aSecondClickSendsNoSecondMessage() {
		Page page = open();
		send(page, "+15557650025", "Hello");
		page.fill("#message", "Once only");
		page.evaluate("""
				() => {
					const form = document.getElementById('composer');
					form.requestSubmit();
					form.requestSubmit();
				}""");
		PlaywrightAssertions.assertThat(latest(page, "Once only")).containsText("accepted");
		page.fill("#message", "The next one");
		page.keyboard().press("Enter");
		PlaywrightAssertions.assertThat(latest(page, "The next one")).containsText("accepted");
		PlaywrightAssertions
			.assertThat(page.locator("#bubbles .bubble").filter(new Locator.FilterOptions().setHasText("Once only")))
			.hasCount(1);
	}

	@Test
	void theLatestMessageStaysInView() {
		Page page = open(new NewContextOptions().setViewportSize(1400, 520));
		for (int i = 0; i < 8; i++) {
			send(page, "+15557650031", "Message " + i);
		}
		PlaywrightAssertions.assertThat(latest(page, "Message 7")).isInViewport();
		page.click("#composer summary");
		PlaywrightAssertions.assertThat(page.locator("#attachment")).isVisible();
		PlaywrightAssertions.assertThat(latest(page, "Message 7")).isInViewport();
		page.locator("#bubbles").evaluate("(bubbles) => bubbles.scrollTop = 0");
		PlaywrightAssertions.assertThat(latest(page, "Message 0")).isInViewport();
		write(page, "I read older ones");
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		PlaywrightAssertions.assertThat(latest(page, "Message 0")).isInViewport();
		send(page, "+15557650031", "My own");
		PlaywrightAssertions.assertThat(latest(page, "My own")).isInViewport();
	}

	@Test
	void aNarrowScreenShowsTheListOrTheNewMessage() {
		Page page = open(new NewContextOptions().setViewportSize(390, 844));
		PlaywrightAssertions.assertThat(page.locator("h1")).isInViewport();
		page.click(".new");
		PlaywrightAssertions.assertThat(page.locator("#message")).isInViewport();
		page.click(".back");
		PlaywrightAssertions.assertThat(page.locator("h1")).isInViewport();
		PlaywrightAssertions.assertThat(page.locator(".back")).isHidden();
	}

	@Test
	void aTimeOfAnotherDayHasItsDate() {
		Page page = open();
		send(page, "+15557650032", "Hello");
		Locator time = latest(page, "Hello").locator("time");
		PlaywrightAssertions.assertThat(time).hasText(Pattern.compile("^\\d+:\\d+.?[AP]M$"));
		page.clock().setFixedTime(Date.from(Instant.now().plus(Duration.ofDays(2))));
		page.reload();
		PlaywrightAssertions.assertThat(time).hasText(Pattern.compile("^\\d+/\\d+/\\d+, \\d+:\\d+.?[AP]M$"));
	}

	@Test
	void aBrowserThatIsClosedIsForgotten() {
		Page page = open();
		page.waitForCondition(() -> !this.viewers.isEmpty());
		closePages();
		Page other = open();
		other.waitForCondition(() -> StreamSupport.stream(this.viewers.spliterator(), false).count() == 1);
	}

	@Test
	void readMarksComeWithARefresh() {
		Page page = open();
		send(page, "+15557650003", "Read me");
		PlaywrightAssertions.assertThat(latest(page, "Read me")).containsText("accepted");
		page.fill("#text", "A draft");
		page.click("#write button >> nth=1");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("Marked as read.");
		PlaywrightAssertions.assertThat(page.locator("#text")).hasValue("A draft");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh")).click();
		PlaywrightAssertions.assertThat(latest(page, "Read me")).containsText("read");
		PlaywrightAssertions.assertThat(latest(page, "Read me").locator(".read")).isVisible();
	}

	@Test
	void aTapbackIsAddedAndTakenBack() {
		Page page = open();
		send(page, "+15557650004", "Hello");
		write(page, "Do you like it?");
		Locator bubble = latest(page, "Do you like it?");
		bubble.locator("summary").click();
		Locator love = bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("love"));
		love.click();
		PlaywrightAssertions.assertThat(bubble.locator(".tapbacks")).containsText("\u2764");
		// the buttons stay open, and the focus where it is
		PlaywrightAssertions.assertThat(love).isFocused();
		love.click();
		PlaywrightAssertions.assertThat(bubble.locator(".tapbacks")).hasCount(0);
	}

	@ParameterizedTest
	@CsvSource({ "Accepts +, accepted", "Has no iMessage, rejected", "Falls back to SMS, accepted as SMS",
			"SMS fails too, accepted as SMS · not delivered", "Delivery fails, accepted", "Line is busy, not sent",
			"'Accepts, no answer', unknown", "Connection drops, unknown", "Error 500, unknown",
			"Never answers, unknown", "Asks for agreement, accept the terms at https://",
			"Gateway error page, unknown" })
	void everyOutcomeCanBeSeen(String recipient, String outcome) {
		Page page = open();
		Locator button = page.locator(".recipients button").filter(new Locator.FilterOptions().setHasText(recipient));
		button.click();
		PlaywrightAssertions.assertThat(page.locator("#to")).hasValue(button.getAttribute("data-number"));
		String text = "Outcome of: " + recipient;
		page.fill("#message", text);
		page.click("#composer .send");
		page.waitForURL(Pattern.compile(".*/chats/.*"));
		PlaywrightAssertions.assertThat(latest(page, text).locator(".about"))
			.containsText(outcome, new ContainsTextOptions().setTimeout(20_000));
	}

	@Test
	void thereIsAButtonForEachRecipientOfTheSandbox() {
		List<String> numbers = open().locator(".recipients small").allTextContents();
		assertThat(numbers).contains("+15005550001", "+15005550002", "+15005550003", "+15005550004", "+15005550005",
				"+15005550006", "+15005550007", "+15005550008", "+15005550009", "+15005550010");
	}

	@Test
	void aSentAttachmentIsALinkToItsAddress() {
		Page page = open();
		page.click("#composer summary");
		page.fill("#attachment", "HTTPS://example.com/menu.pdf");
		send(page, "+15557650010", "Our menu");
		Locator bubble = latest(page, "Our menu");
		PlaywrightAssertions.assertThat(bubble).containsText("accepted");
		Locator link = bubble.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("menu.pdf"));
		PlaywrightAssertions.assertThat(link).hasAttribute("href", "HTTPS://example.com/menu.pdf");
		PlaywrightAssertions.assertThat(link).hasAttribute("rel", Pattern.compile("noreferrer"));
	}

	@Test
	void thePhoneShowsTheAttachmentBesideTheText() {
		Page page = open();
		page.click("#composer summary");
		page.fill("#attachment", "https://example.com/menu.pdf");
		send(page, "+15557650033", "Our menu");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown"))
			.containsText(Pattern.compile("Our menu\\s*menu\\.pdf"));
	}

	@Test
	void thePhoneShowsThatSomebodyIsTyping() {
		Page page = open();
		send(page, "+15557650011", "Hello");
		Locator dots = page.locator("#screen .dots");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).containsText("accepted");
		page.evaluate("() => document.getElementById('typing').dataset.same = 'yes'");
		page.locator("#message").pressSequentially("And");
		PlaywrightAssertions.assertThat(dots).isVisible();
		PlaywrightAssertions.assertThat(page.locator("#typing")).containsText("is typing");
		// a new element would not be read out
		PlaywrightAssertions.assertThat(page.locator("#typing")).hasAttribute("data-same", "yes");
		page.keyboard().press("Enter");
		PlaywrightAssertions.assertThat(dots).hasCount(0);
		PlaywrightAssertions.assertThat(page.locator("#typing")).hasText("");
	}

	@Test
	void thePhoneStopsShowingThatSomebodyIsTypingWhenThePageIsLeft() {
		Page page = open();
		send(page, "+15557650034", "Hello");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).containsText("accepted");
		page.locator("#message").pressSequentially("And");
		page.waitForCondition(() -> this.sandbox.isTyping("+15557650034"));
		page.click(".new");
		page.waitForCondition(() -> !this.sandbox.isTyping("+15557650034"));
	}

	@Test
	void aMessageThatIsShownAlreadyIsNotReadOutAgainWhenThePageOpens() {
		Page page = open();
		send(page, "+15557650035", "Hello");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).containsText("accepted");
		page.addInitScript("""
				addEventListener('DOMContentLoaded', () =>
					document.querySelectorAll('.bubble').forEach((bubble) => bubble.dataset.first = 'yes'))""");
		page.reload();
		write(page, "Good evening");
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).hasAttribute("data-first", "yes");
	}

	@Test
	void anApplicationThatDoesNotAnswerIsSaidSo() {
		Page page = open();
		page.route("**/console/messages", (route) -> route.abort());
		page.fill("#to", "+15557650036");
		page.fill("#message", "Hello");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).hasText("The application does not answer");
		PlaywrightAssertions.assertThat(page.locator("#message")).hasValue("Hello");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aMessageWhoseAnswerIsLostIsNotSentTwice(boolean outbox) {
		String to = "+155576500" + ((outbox) ? 37 : 38);
		Page page = open();
		if (outbox) {
			option(page, "outbox");
		}
		page.route("**/console/messages", (route) -> {
			route.fetch();
			route.abort();
		});
		page.fill("#to", to);
		page.fill("#message", "Once only");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).hasText("The application does not answer");
		page.unroute("**/console/messages");
		page.click("#composer .send");
		page.waitForURL(Pattern.compile(".*/chats/.*"));
		PlaywrightAssertions.assertThat(latest(page, "Once only")).containsText("accepted");
		send(page, to, "The next one");
		PlaywrightAssertions.assertThat(latest(page, "The next one")).containsText("accepted");
		assertThat(this.sandbox.messages()).filteredOn((message) -> message.to().equals(to))
			.extracting(SandboxMessage::text)
			.containsExactly("Once only", "The next one");
	}

	@Test
	void aMessageThatIsNotDeliveredIsSaidSo() {
		Page page = open();
		send(page, "+15005550002", "Into the void");
		PlaywrightAssertions.assertThat(latest(page, "Into the void")).containsText("accepted");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh")).click();
		PlaywrightAssertions.assertThat(latest(page, "Into the void")).containsText("not delivered");
	}

	@Test
	void theWordsOfAMessageAreReadOutOnce() {
		Page page = open();
		send(page, "+15557650039", "Hello");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).containsText("accepted");
		latest(page, "Hello").evaluate("(bubble) => bubble.querySelector('.body').isFirst = true");
		page.click("#write button >> nth=1");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("Marked as read.");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Refresh")).click();
		PlaywrightAssertions.assertThat(latest(page, "Hello").locator(".read")).isVisible();
		assertThat(latest(page, "Hello").locator(".body").evaluate("(body) => body.isFirst")).isEqualTo(true);
	}

	@Test
	void aConversationGoesOnAtTheLineThatWasWrittenTo() {
		Page page = open();
		this.sandbox.receive("+15557650040", "+15550001002", "Good evening");
		page.locator("#chats li a").filter(new Locator.FilterOptions().setHasText("+15557650040")).click();
		PlaywrightAssertions.assertThat(latest(page, "Thank you for your message")).containsText("accepted");
		send(page, "+15557650040 ", "At the same number");
		PlaywrightAssertions.assertThat(latest(page, "At the same number")).containsText("accepted");
		assertThat(this.sandbox.messages()).filteredOn((message) -> "At the same number".equals(message.text()))
			.extracting(SandboxMessage::from)
			.containsExactly("+15550001002");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Mark as read").setExact(true)).click();
		PlaywrightAssertions.assertThat(page.locator("#notice")).hasText("Marked as read");
		Locator received = latest(page, "Good evening");
		received.locator("summary").click();
		received.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("love")).click();
		PlaywrightAssertions.assertThat(received.locator(".tapbacks")).containsText("\u2764");
	}

	@Test
	void aMessageOfSomebodyElseIsUnreadUntilItIsOpened() {
		Page page = open();
		send(page, "+15557650012", "Hello");
		page.fill("#from", "+15557650013");
		write(page, "It is me");
		PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("Written as +15557650013");
		Locator other = page.locator("#chats li").filter(new Locator.FilterOptions().setHasText("+15557650013"));
		PlaywrightAssertions.assertThat(other.locator(".unread")).containsText("1");
		other.locator("a").click();
		PlaywrightAssertions.assertThat(latest(page, "It is me")).isVisible();
		page.fill("#from", "+15557650013");
		write(page, "And again");
		PlaywrightAssertions.assertThat(latest(page, "And again")).isVisible();
		// nor is what comes in while it is open
		page.click(".new");
		PlaywrightAssertions.assertThat(other).isVisible();
		PlaywrightAssertions.assertThat(other.locator(".unread")).hasCount(0);
	}

	@Test
	void theFocusStaysWhereItIsWhenTheListChanges() {
		Page page = open();
		send(page, "+15557650014", "Hello");
		Locator link = page.locator("#chats li")
			.filter(new Locator.FilterOptions().setHasText("+15557650014"))
			.locator("a");
		link.focus();
		page.evaluate("(link) => link.dataset.first = 'yes'", link.elementHandle());
		this.sandbox.receive("+15557650014", "+15550001001", "Good evening");
		PlaywrightAssertions.assertThat(link.locator(".preview")).containsText("Thank you for your message");
		assertThat(link.getAttribute("data-first")).as("a new link").isNull();
		PlaywrightAssertions.assertThat(link).isFocused();
	}

	@Test
	void theFocusStaysOnThePhone() {
		Page page = open();
		send(page, "+15557650015", "Hello");
		Locator shown = page.locator("#screen .shown");
		PlaywrightAssertions.assertThat(shown).containsText("Hello");
		shown.focus();
		page.evaluate("(shown) => shown.dataset.first = 'yes'", shown.elementHandle());
		this.sandbox.receive("+15557650015", "+15550001001", "Good evening");
		PlaywrightAssertions.assertThat(shown).containsText("Thank you for your message");
		assertThat(shown.getAttribute("data-first")).as("a new list").isNull();
		PlaywrightAssertions.assertThat(shown).isFocused();
	}

	@Test
	void theChartHasABarForEachSend() {
		Page page = open();
		send(page, "+15557650016", "Hello");
		PlaywrightAssertions.assertThat(latest(page, "Hello")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#figures rect").first()).isVisible();
		PlaywrightAssertions.assertThat(page.locator("#figures")).containsText("Slowest");
	}

	@Test
	void anUnknownOutcomeIsFoundInTheHistory() {
		Page page = open();
		send(page, "+15005550004", "Taken without an answer");
		Locator bubble = latest(page, "Taken without an answer");
		PlaywrightAssertions.assertThat(bubble).containsText("unknown");
		bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Check the history")).click();
		PlaywrightAssertions.assertThat(bubble).containsText("found in the history");
	}

	@Test
	void aMessageGoesByTheOutbox() {
		Page page = open();
		option(page, "outbox");
		send(page, "+15557650008", "By the outbox");
		PlaywrightAssertions.assertThat(latest(page, "By the outbox")).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#figures")).containsText("Outbox");
	}

	@Test
	void aMessageThatIsPutOffIsNotSaidToBeNotSent() {
		Page page = open();
		option(page, "outbox");
		send(page, "+15005550003", "Busy");
		Locator about = latest(page, "Busy").locator(".about");
		PlaywrightAssertions.assertThat(about)
			.containsText(Pattern.compile("in the outbox, will be tried again: .*429"));
		PlaywrightAssertions.assertThat(latest(page, "Busy")).not().hasClass(Pattern.compile("not_sent"));
	}

	@Test
	void aMessageInTheOutboxIsCancelled() {
		Page page = open();
		option(page, "outbox");
		send(page, "+15005550003", "Not any more");
		Locator bubble = latest(page, "Not any more");
		PlaywrightAssertions.assertThat(bubble).containsText("will be tried again");
		bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel")).click();
		PlaywrightAssertions.assertThat(bubble).containsText("not sent: it was cancelled");
		PlaywrightAssertions.assertThat(bubble.locator("button")).hasCount(0);
	}

	@Test
	void aFallbackIsGreen() {
		Page page = open();
		option(page, "fallback");
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
		page.fill("#to", "somebody@example.com");
		PlaywrightAssertions.assertThat(page.locator("#availability")).containsText("Only phone numbers");
	}

	@Test
	void whatIsWrittenIsText() {
		String attack = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>";
		Page page = open();
		send(page, "+15557650006", attack);
		PlaywrightAssertions.assertThat(latest(page, attack)).containsText("accepted");
		write(page, attack);
		PlaywrightAssertions.assertThat(page.locator(".bubble.theirs .body p").last()).hasText(attack);
		page.fill("#to", attack);
		page.fill("#message", "Hello");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).containsText("'to'");
		page.fill("#to", "+15557650006");
		page.click("#composer summary");
		page.fill("#attachment", "javascript:alert(3)");
		page.click("#composer .send");
		PlaywrightAssertions.assertThat(page.locator("#composer .answer")).containsText("attachment");
		page.fill("#from", attack);
		write(page, "Hello");
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

}
