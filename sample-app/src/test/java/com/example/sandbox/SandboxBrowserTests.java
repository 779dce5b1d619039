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

package com.example.sandbox;

import java.nio.file.Path;
import java.util.Locale;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.test.ContiguitySandbox;
import com.example.page.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the sandbox's page as a person uses it, in a real browser.
 */
class SandboxBrowserTests {

	@ParameterizedTest
	@CsvSource({ "light, 1400", "dark, 390" })
	void thePhonesShowWhatArrivesAndAnswer(String scheme, int width) {
		String attack = "<img src=x onerror=alert(1)>";
		try (Browser browser = Browser.launch(); ConfigurableApplicationContext sandbox = start()) {
			Page page = browser.open("http://127.0.0.1:" + sandbox.getEnvironment().getProperty("local.server.port"),
					new NewContextOptions().setViewportSize(width, 900)
						.setColorScheme(ColorScheme.valueOf(scheme.toUpperCase(Locale.ROOT))));
			page.onDialog((dialog) -> {
				throw new AssertionError("A dialog: " + dialog.message());
			});
			PlaywrightAssertions.assertThat(page.locator(".empty")).isVisible();
			send(sandbox, "+15555550123", "Your table is ready");
			PlaywrightAssertions.assertThat(page.locator("#phone-15555550123")).containsText("Your table is ready");
			PlaywrightAssertions.assertThat(page.locator(".empty")).isHidden();
			send(sandbox, "+15555550124", attack);
			PlaywrightAssertions.assertThat(page.locator("#phone-15555550124 .theirs")).hasText(attack);
			page.click("#as-15555550124");
			PlaywrightAssertions.assertThat(page.locator("#from")).hasValue("+15555550124");
			page.fill("#text", "Thank you");
			page.keyboard().press("Enter");
			PlaywrightAssertions.assertThat(page.locator("#phone-15555550124 .mine")).hasText("Thank you");
			// no application is there to take it
			PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("127.0.0.1:1/hook");
			page.screenshot(new Page.ScreenshotOptions()
				.setPath(Path.of("target", "screenshots", "sandbox-" + scheme + "-" + width + ".png")));
			Browser.assertAccessible(page);
		}
	}

	@Test
	void whatIsWrittenOnItsPageIsText() {
		String attack = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>";
		try (Browser browser = Browser.launch(); ConfigurableApplicationContext sandbox = start()) {
			Page page = browser.open("http://127.0.0.1:" + sandbox.getEnvironment().getProperty("local.server.port"),
					new NewContextOptions());
			page.onDialog((dialog) -> {
				throw new AssertionError("A dialog: " + dialog.message());
			});
			page.fill("#text", attack);
			page.click("#write button >> nth=0");
			PlaywrightAssertions.assertThat(page.locator("#phone-15555550123 .mine")).hasText(attack);
			page.fill("#from", attack);
			page.fill("#text", "Hello");
			page.click("#write button >> nth=0");
			PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("'from'");
			page.click("#write button >> nth=1");
			PlaywrightAssertions.assertThat(page.locator("#write .answer")).containsText("'to'");
			// an address that looks like one
			page.fill("#from", "a&b'\"<i>@example.com");
			page.click("#write button >> nth=0");
			PlaywrightAssertions.assertThat(page.locator("#write .answer")).not().hasText("");
			assertThat(page.locator("#phones img, .answer img, #phones i:not(.dots i), #phones script").count())
				.isZero();
		}
	}

	private static ConfigurableApplicationContext start() {
		return SandboxApplication.application()
			.run("--server.port=0", "--sandbox.port=0", "--sandbox.webhook.url=http://127.0.0.1:1/hook");
	}

	private static void send(ConfigurableApplicationContext sandbox, String to, String text) {
		try (ImessageTemplate template = ImessageTemplate.builder()
			.baseUrl(sandbox.getBean(ContiguitySandbox.class).baseUrl())
			.token("contiguity_sk_anything")
			.build()) {
			template.send(to, text);
		}
	}

}
