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

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter.SseEventBuilder;

/**
 * A browser that shows the page. Parts are pushed by one thread at a time.
 */
public final class Viewer {

	private final SseEmitter emitter;

	private final @Nullable String subject;

	private final Map<String, String> pushed = new HashMap<>();

	Viewer(SseEmitter emitter, @Nullable String subject) {
		this.emitter = emitter;
		this.subject = subject;
	}

	/**
	 * Return what it looks at.
	 * @return an id, or {@code null}
	 */
	public @Nullable String subject() {
		return this.subject;
	}

	/**
	 * Return whether nothing was pushed yet.
	 * @return whether it is new
	 */
	public boolean isNew() {
		return this.pushed.isEmpty();
	}

	/**
	 * Push a part of the page, unless the browser shows it already.
	 * @param part the id of its element
	 * @param html the HTML, blank if the page has no such part
	 */
	public void push(String part, String html) {
		if (html.isBlank() || html.equals(this.pushed.put(part, html))) {
			return;
		}
		send(SseEmitter.event().name(part).data(html));
	}

	void beat() {
		send(SseEmitter.event().comment(""));
	}

	private void send(SseEventBuilder event) {
		try {
			this.emitter.send(event);
		}
		catch (IOException | IllegalStateException ex) {
			// the browser is gone; the callbacks remove it
		}
	}

	void end() {
		this.emitter.complete();
	}

}
