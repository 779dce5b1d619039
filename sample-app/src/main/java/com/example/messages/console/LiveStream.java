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

import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.example.messages.console.Chats.Changed;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Pushes parts of the page to browsers as they change. Whoever connects gets all of them,
 * so that a stream that broke catches up. All is sent from one thread.
 */
@Component
class LiveStream {

	private static final long NO_TIMEOUT = 0;

	private static final int TICKS_OF_FIGURES = 5;

	private final Page page;

	private final Chats chats;

	private final Figures figures;

	private final List<Viewer> viewers = new CopyOnWriteArrayList<>();

	private final Set<String> changed = Collections.newSetFromMap(new ConcurrentHashMap<>());

	private volatile boolean closed;

	private int tick;

	LiveStream(Page page, Chats chats, Figures figures) {
		this.page = page;
		this.chats = chats;
		this.figures = figures;
	}

	/**
	 * Begin to push.
	 * @param chatId the conversation that is open, or {@code null}
	 * @return what to push with
	 */
	SseEmitter open(@Nullable String chatId) {
		SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
		Viewer viewer = new Viewer(emitter, chatId);
		emitter.onCompletion(() -> this.viewers.remove(viewer));
		emitter.onError((failure) -> this.viewers.remove(viewer));
		if (this.closed) {
			emitter.complete();
		}
		else {
			this.viewers.add(viewer);
		}
		return emitter;
	}

	@EventListener
	void changed(Changed event) {
		this.changed.add(event.chatId());
	}

	@Scheduled(fixedDelay = 200)
	void push() {
		if (this.viewers.isEmpty()) {
			return;
		}
		Set<String> changed = new HashSet<>(this.changed);
		this.changed.removeAll(changed);
		boolean sampled = this.tick++ % TICKS_OF_FIGURES == 0;
		if (sampled) {
			this.figures.sample();
		}
		for (Viewer viewer : this.viewers) {
			Chat chat = this.chats.find(viewer.chatId);
			if (viewer.isNew || !changed.isEmpty()) {
				viewer.push("chats", this.page.render("chats", chat));
			}
			if (viewer.isNew || (viewer.chatId != null && changed.contains(viewer.chatId))) {
				viewer.push("bubbles", this.page.render("bubbles", chat));
			}
			if (viewer.isNew || sampled) {
				viewer.push("figures", this.page.render("figures", chat));
				viewer.push("screen", this.page.render("screen", chat));
			}
			viewer.isNew = false;
		}
	}

	// an open stream would keep the server from stopping
	@EventListener
	void close(ContextClosedEvent event) {
		this.closed = true;
		this.viewers.forEach((viewer) -> viewer.emitter.complete());
	}

	/**
	 * A browser that looks.
	 */
	private static final class Viewer {

		private final SseEmitter emitter;

		private final @Nullable String chatId;

		private boolean isNew = true;

		private Viewer(SseEmitter emitter, @Nullable String chatId) {
			this.emitter = emitter;
			this.chatId = chatId;
		}

		private void push(String part, String html) {
			if (html.isBlank()) {
				return;
			}
			try {
				this.emitter.send(SseEmitter.event().name(part).data(html));
			}
			catch (IOException | IllegalStateException ex) {
				// the browser is gone; the callbacks remove the viewer
			}
		}

	}

}
