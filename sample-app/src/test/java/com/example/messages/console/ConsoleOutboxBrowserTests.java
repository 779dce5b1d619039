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

import java.util.regex.Pattern;

import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.Fault;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Tests for what the console shows of messages in the outbox, where nothing is sent again
 * before a person says so.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "contiguity.outbox.resend-when-not-sent=false", "contiguity.reconcile.settle-time=500ms",
				"contiguity.outbox.reconcile.settle-time=4s", "contiguity.outbox.reconcile.give-up-after=5s",
				"contiguity.outbox.worker.send-window=1s", "contiguity.http.read-timeout=2s" })
class ConsoleOutboxBrowserTests extends ConsolePages {

	private final ContiguitySandbox sandbox;

	private final ImessageOutbox outbox;

	ConsoleOutboxBrowserTests(@LocalServerPort int port, @Autowired ContiguitySandbox sandbox,
			@Autowired ImessageOutbox outbox) {
		super(port);
		this.sandbox = sandbox;
		this.outbox = outbox;
	}

	@Test
	void aPersonHasAMessageSentAgain() {
		Page page = openUndecided("+15557650201", "Is it there?");
		Locator bubble = latest(page, "Is it there?");
		bubble.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send again")).click();
		PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("it will be sent again");
		PlaywrightAssertions.assertThat(bubble).containsText("accepted");
		PlaywrightAssertions.assertThat(page.locator("#screen .shown")).containsText("Is it there?");
	}

	@Test
	void aPersonSettlesAnEntryWhoseMessageThePanelShows() {
		Page page = openUndecided("+15557650202", "Did it go out?");
		Locator entry = page.locator(".entry").filter(new Locator.FilterOptions().setHasText("Did it go out?"));
		PlaywrightAssertions.assertThat(entry).containsText("+15557650202");
		entry.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Mark as sent")).click();
		PlaywrightAssertions.assertThat(latest(page, "Did it go out?")).containsText("accepted");
		PlaywrightAssertions.assertThat(entry).hasCount(0);
	}

	@Test
	void anEntryThatWasSettledMeanwhileIsLeftAlone() {
		Page page = openUndecided("+15557650203", "Which one?");
		page.route("**/console/outbox/**", (route) -> {
			String id = route.request().url().replaceFirst(".*/outbox/(.*)/settle", "$1");
			this.outbox.settle(id, Verdict.SENT);
			route.resume();
		});
		latest(page, "Which one?").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send again"))
			.click();
		PlaywrightAssertions.assertThat(page.locator("#notice")).containsText("It is settled already");
		PlaywrightAssertions.assertThat(latest(page, "Which one?")).containsText("accepted");
	}

	private Page openUndecided(String to, String text) {
		Page page = open();
		option(page, "outbox");
		this.sandbox.nextSend(Fault.dropBeforeAccepting());
		send(page, to, text);
		PlaywrightAssertions.assertThat(latest(page, text))
			.containsText("undecided: settle it by hand", new ContainsTextOptions().setTimeout(20_000));
		return page;
	}

	@Test
	void aMessageThatIsRejectedHasItsReason() {
		Page page = open();
		option(page, "outbox");
		send(page, "+15005550001", "By the outbox");
		PlaywrightAssertions.assertThat(latest(page, "By the outbox").locator(".about"))
			.containsText(Pattern.compile("rejected: .*has no iMessage"));
	}

}
