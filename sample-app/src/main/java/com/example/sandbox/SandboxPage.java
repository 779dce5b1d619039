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

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.contiguity.spring.test.ContiguitySandbox;
import com.example.page.Viewers;
import com.example.sandbox.Phone.Screen;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;

import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The page with the phones of all recipients, live.
 */
@Controller
class SandboxPage {

	private static final String TEMPLATE = "sandbox";

	private static final List<String> PARTS = List.of("phones", "typing");

	private final ContiguitySandbox sandbox;

	private final SandboxProperties properties;

	private final Phone phone;

	private final SpringTemplateEngine engine;

	private final Viewers viewers;

	SandboxPage(ContiguitySandbox sandbox, SandboxProperties properties, Phone phone, SpringTemplateEngine engine,
			Viewers viewers) {
		this.sandbox = sandbox;
		this.properties = properties;
		this.phone = phone;
		this.engine = engine;
		this.viewers = viewers;
	}

	@GetMapping("/")
	String page(Model model) {
		model.addAllAttributes(model());
		return TEMPLATE;
	}

	@GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter stream() {
		return this.viewers.open(null);
	}

	@Scheduled(fixedDelay = 200)
	void push() {
		if (this.viewers.isEmpty()) {
			return;
		}
		Context context = new Context(Locale.ENGLISH, model());
		for (String part : PARTS) {
			String html = this.engine.process(TEMPLATE, Set.of("#" + part), context);
			this.viewers.forEach((viewer) -> viewer.push(part, html));
		}
	}

	private Map<String, @Nullable Object> model() {
		List<Screen> phones = this.phone.screens();
		List<String> typing = phones.stream().filter(Screen::typing).map(Screen::owner).toList();
		return Map.of("baseUrl", this.sandbox.baseUrl(), "lines", this.sandbox.lines(), "webhook",
				this.properties.webhook(), "phones", phones, "typing", typing, "recipients", this.phone.recipients());
	}

}
