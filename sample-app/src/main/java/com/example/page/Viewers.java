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

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The browsers that look at the page now. Safe for use by several threads.
 */
public class Viewers implements Iterable<Viewer> {

	private static final long NO_TIMEOUT = 0;

	private final List<Viewer> viewers = new CopyOnWriteArrayList<>();

	private volatile boolean closed;

	/**
	 * Add a browser.
	 * @param subject the id of what it looks at, or {@code null}
	 * @return the stream of its events
	 */
	public SseEmitter open(@Nullable String subject) {
		SseEmitter emitter = new SseEmitter(NO_TIMEOUT);
		Viewer viewer = new Viewer(emitter, subject);
		emitter.onCompletion(() -> this.viewers.remove(viewer));
		emitter.onError((failure) -> this.viewers.remove(viewer));
		this.viewers.add(viewer);
		if (this.closed) {
			viewer.end();
		}
		return emitter;
	}

	public boolean isEmpty() {
		return this.viewers.isEmpty();
	}

	@Override
	public Iterator<Viewer> iterator() {
		return this.viewers.iterator();
	}

	// a closed connection is detected only by writing to it
	@Scheduled(fixedDelayString = "${page.heartbeat:15s}")
	void beat() {
		this.viewers.forEach(Viewer::beat);
	}

	// an open stream would keep the server from stopping
	@EventListener
	void close(ContextClosedEvent event) {
		this.closed = true;
		this.viewers.forEach(Viewer::end);
	}

}
