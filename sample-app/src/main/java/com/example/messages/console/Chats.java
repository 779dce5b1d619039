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

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import com.example.messages.console.Chat.Snapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * The conversations that this application has seen, as Contiguity lists none. Tells of
 * each change by an event.
 */
@Component
class Chats {

	static final int MAX_CHATS = 200;

	private final Map<String, Chat> byNumber = new ConcurrentHashMap<>();

	private final ApplicationEventPublisher publisher;

	Chats(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	Chat with(String number) {
		return this.byNumber.computeIfAbsent(number, (key) -> new Chat(newId("chat"), key));
	}

	@Nullable Chat existing(String number) {
		return this.byNumber.get(number);
	}

	static String newId(String kind) {
		return kind + "-" + UUID.randomUUID().toString().substring(0, 13);
	}

	@Nullable Chat find(@Nullable String id) {
		return this.byNumber.values().stream().filter((chat) -> chat.id().equals(id)).findFirst().orElse(null);
	}

	/**
	 * Return the conversations as they are now.
	 * @return copies, that with the latest message first
	 */
	List<Snapshot> all() {
		return this.byNumber.values()
			.stream()
			.map(Chat::snapshot)
			.sorted(Comparator.comparing(Snapshot::at).reversed())
			.toList();
	}

	/**
	 * Add a message.
	 * @param chat its conversation
	 * @param bubble the message
	 * @return whether it is new
	 */
	boolean add(Chat chat, Bubble bubble) {
		boolean isNew = chat.add(bubble);
		grown(chat);
		return isNew;
	}

	void receive(Chat chat, Bubble received) {
		chat.receive(received);
		grown(chat);
	}

	private void grown(Chat chat) {
		if (this.byNumber.size() > MAX_CHATS) {
			all().stream().skip(MAX_CHATS).forEach((oldest) -> this.byNumber.remove(oldest.with()));
		}
		changed(chat);
	}

	void update(Chat chat, String bubbleId, UnaryOperator<Bubble> change) {
		if (chat.update(bubbleId, change)) {
			changed(chat);
		}
	}

	/**
	 * Find the conversation of a bubble.
	 * @param bubbleId the id of the bubble, or {@code null} for none
	 * @return the conversation, or {@code null} if there is none
	 */
	@Nullable Chat of(@Nullable String bubbleId) {
		return (bubbleId != null) ? this.byNumber.values()
			.stream()
			.filter((chat) -> chat.bubble(bubbleId) != null)
			.findFirst()
			.orElse(null) : null;
	}

	/**
	 * Change a bubble of a conversation that is not known.
	 * @param bubbleId the id of the bubble, or {@code null} for none
	 * @param change the change
	 */
	void update(@Nullable String bubbleId, UnaryOperator<Bubble> change) {
		Chat chat = of(bubbleId);
		if (chat != null && bubbleId != null) {
			update(chat, bubbleId, change);
		}
	}

	void changed(Chat chat) {
		this.publisher.publishEvent(new Changed(chat.id()));
	}

	/**
	 * A conversation has changed.
	 *
	 * @param chatId its id
	 */
	record Changed(String chatId) {
	}

}
