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

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.example.messages.console.Chats.Changed;
import com.example.messages.console.Figures.Sample;
import com.example.page.Viewer;
import com.example.page.Viewers;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Pushes parts of the page to browsers as they change. Whoever connects gets all of them,
 * so that a stream that broke catches up. Parts are pushed by one task.
 */
@Component
class LiveStream {

	private final Page page;

	private final Chats chats;

	private final Figures figures;

	private final Viewers viewers;

	private final Set<String> changed = Collections.newSetFromMap(new ConcurrentHashMap<>());

	private @Nullable Sample shown;

	LiveStream(Page page, Chats chats, Figures figures, Viewers viewers) {
		this.page = page;
		this.chats = chats;
		this.figures = figures;
		this.viewers = viewers;
	}

	@EventListener
	void changed(Changed event) {
		this.changed.add(event.chatId());
	}

	@Scheduled(fixedDelay = 1000)
	void sample() {
		if (!this.viewers.isEmpty()) {
			this.figures.sample();
		}
	}

	@Scheduled(fixedDelay = 200)
	void push() {
		if (this.viewers.isEmpty()) {
			// a new viewer receives all parts
			this.changed.clear();
			return;
		}
		Set<String> changed = new HashSet<>(this.changed);
		this.changed.removeAll(changed);
		Sample latest = this.figures.latest();
		boolean sampled = latest != this.shown;
		this.shown = latest;
		for (Viewer viewer : this.viewers) {
			boolean isNew = viewer.isNew();
			Chat chat = this.chats.find(viewer.subject());
			if (chat != null) {
				chat.opened();
			}
			if (isNew || !changed.isEmpty()) {
				viewer.push("chats", this.page.render("chats", chat));
			}
			if (isNew && chat == null && viewer.subject() != null) {
				// the conversation is of a time before the last start
				viewer.push("gone", viewer.subject());
			}
			else if (isNew || (chat != null && changed.contains(chat.id()))) {
				viewer.push("bubbles", this.page.render("bubbles", chat));
			}
			if (isNew || sampled) {
				viewer.push("figures", this.page.render("figures", chat));
				viewer.push("screen", this.page.render("screen", chat));
				viewer.push("typing", this.page.render("typing", chat));
			}
		}
	}

}
