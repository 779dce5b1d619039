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

import java.util.ArrayList;
import java.util.List;

import com.example.page.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/**
 * What tests of the console do with its page. A dialog is an attack that succeeded.
 */
abstract class ConsolePages {

	private static Browser browser;

	private final String address;

	private final List<Page> pages = new ArrayList<>();

	ConsolePages(int port) {
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

	Page open() {
		return open(new NewContextOptions().setViewportSize(1400, 900));
	}

	Page open(NewContextOptions options) {
		Page page = browser.open(this.address, options);
		page.onDialog((dialog) -> {
			throw new AssertionError("A dialog: " + dialog.message());
		});
		this.pages.add(page);
		return page;
	}

	static void send(Page page, String to, String text) {
		page.fill("#to", to);
		page.fill("#message", text);
		page.click("#composer .send");
		// the page of the conversation, unless it is open already
		page.waitForFunction(
				"() => document.body.dataset.chat !== undefined && document.getElementById('message')?.value === ''");
	}

	static void option(Page page, String name) {
		page.click("#composer summary");
		page.check("[name=" + name + "]");
	}

	static Locator latest(Page page, String text) {
		return page.locator("#bubbles .bubble").filter(new Locator.FilterOptions().setHasText(text)).last();
	}

	static void write(Page page, String text) {
		page.fill("#text", text);
		page.click("#write button >> nth=0");
	}

}
