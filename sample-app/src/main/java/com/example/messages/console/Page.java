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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.contiguity.spring.actuate.ContiguityEndpoint.OutboxDescriptor;
import com.contiguity.spring.imessage.Tapback;
import com.example.messages.console.Figures.Sample;
import com.example.sandbox.Phone;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Renders the page, and each of its parts alone, from the same template.
 */
@Component
class Page {

	private static final String TEMPLATE = "console";

	private static final Map<String, String> EMOJI = new LinkedHashMap<>();

	static {
		EMOJI.put(Tapback.LOVE.value(), "\u2764\uFE0F");
		EMOJI.put(Tapback.LIKE.value(), "\uD83D\uDC4D");
		EMOJI.put(Tapback.DISLIKE.value(), "\uD83D\uDC4E");
		EMOJI.put(Tapback.LAUGH.value(), "\uD83D\uDE02");
		EMOJI.put(Tapback.EMPHASIZE.value(), "\u203C\uFE0F");
		EMOJI.put(Tapback.QUESTION.value(), "\u2753");
	}

	private final SpringTemplateEngine engine;

	private final Chats chats;

	private final Figures figures;

	private final ObjectProvider<Phone> phone;

	Page(SpringTemplateEngine engine, Chats chats, Figures figures, ObjectProvider<Phone> phone) {
		this.engine = engine;
		this.chats = chats;
		this.figures = figures;
		this.phone = phone;
	}

	/**
	 * Return what the template shows.
	 * @param chat the conversation that is open, or {@code null}
	 * @return the model
	 */
	Map<String, @Nullable Object> model(@Nullable Chat chat) {
		Map<String, @Nullable Object> model = new HashMap<>();
		model.put("chats", this.chats.all());
		model.put("chat", (chat != null) ? chat.snapshot() : null);
		Sample latest = this.figures.latest();
		model.put("figures", latest);
		Phone phone = this.phone.getIfAvailable();
		model.put("phone", (phone != null) ? phone.screen((chat != null) ? chat.with() : null) : null);
		model.put("unsettled", (latest.outbox() != null) ? unsettled(latest.outbox()) : List.of());
		model.put("emoji", EMOJI);
		model.put("recipients", (phone != null) ? phone.recipients() : null);
		return model;
	}

	// the endpoint shows neither recipients nor texts
	private List<Unsettled> unsettled(OutboxDescriptor outbox) {
		return outbox.unsettled().stream().map((entry) -> {
			String bubbleId = entry.reference();
			Chat chat = this.chats.of(bubbleId);
			if (chat == null || bubbleId == null) {
				return new Unsettled(entry.id(), entry.state(), null, null, null);
			}
			Bubble bubble = chat.bubble(bubbleId);
			return new Unsettled(entry.id(), entry.state(), chat.id(), chat.with(),
					(bubble != null) ? bubble.text() : null);
		}).toList();
	}

	/**
	 * Render a part of the page.
	 * @param part the id of its element
	 * @param chat the conversation that is open, or {@code null}
	 * @return the HTML
	 */
	String render(String part, @Nullable Chat chat) {
		Context context = new Context(Locale.ENGLISH, model(chat));
		return this.engine.process(TEMPLATE, Set.of("#" + part), context);
	}

	/**
	 * An entry of the outbox that a person may settle.
	 *
	 * @param id the id of the entry
	 * @param state its state
	 * @param chat the id of its conversation, or {@code null} if it is of a time before
	 * the last start
	 * @param to the recipient
	 * @param text the text
	 */
	record Unsettled(String id, String state, @Nullable String chat, @Nullable String to, @Nullable String text) {
	}

}
