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

package com.example.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Chromium that is installed already: that of the environment variable
 * {@code CHROMIUM}, or Debian's.
 */
public final class Browser implements AutoCloseable {

	private final Playwright playwright;

	private final com.microsoft.playwright.Browser chromium;

	private Browser(Path executable) {
		this.playwright = Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
		this.chromium = this.playwright.chromium()
			.launch(new LaunchOptions().setExecutablePath(executable)
				.setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
	}

	/**
	 * Launch the browser, or skip the test.
	 * @return the browser
	 */
	public static Browser launch() {
		Path executable = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
		Assumptions.assumeTrue(Files.isExecutable(executable),
				"There is no Chromium: set the environment variable CHROMIUM to its path");
		return new Browser(executable);
	}

	/**
	 * Open a page.
	 * @param address the address
	 * @param options the size of the window, and the like
	 * @return the page, in a context of its own
	 */
	public Page open(String address, NewContextOptions options) {
		BrowserContext context = this.chromium.newContext(options);
		context.setDefaultTimeout(10_000);
		Page page = context.newPage();
		page.navigate(address);
		return page;
	}

	/**
	 * Assert that everybody can use a page: axe-core finds nothing serious.
	 * @param page the page
	 */
	public static void assertAccessible(Page page) {
		assertThat(new AxeBuilder(page).analyze()
			.getViolations()
			.stream()
			.filter((rule) -> List.of("serious", "critical").contains(rule.getImpact()))
			.map((rule) -> rule.getId() + ": " + rule.getNodes().get(0).getHtml())).isEmpty();
	}

	@Override
	public void close() {
		this.chromium.close();
		this.playwright.close();
	}

}
