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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.example.messages.console.Chat.Snapshot;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Chats}.
 */
class ChatsTests {

	private static final Instant NOON = Instant.parse("2026-08-02T12:00:00Z");

	private final Chats chats = new Chats((event) -> {
	});

	@Test
	void keepsTheNewestConversations() {
		for (int i = 0; i < Chats.MAX_CHATS + 10; i++) {
			this.chats.add(this.chats.with("+1555765" + (1000 + i)), bubble(i));
		}
		assertThat(this.chats.all()).hasSize(Chats.MAX_CHATS);
		assertThat(this.chats.all().get(0).with()).isEqualTo("+1555765" + (1000 + Chats.MAX_CHATS + 9));
		assertThat(this.chats.all()).extracting(Snapshot::with).doesNotContain("+15557651000", "+15557651009");
	}

	@Test
	void aConversationThatHasNoMessageYetIsNotTheOldest() {
		for (int i = 0; i < Chats.MAX_CHATS; i++) {
			this.chats.add(this.chats.with("+1555765" + (1000 + i)), bubble(i));
		}
		Chat empty = this.chats.with("+15557650001");
		this.chats.add(this.chats.with("+15557650002"), bubble(Chats.MAX_CHATS));
		assertThat(this.chats.existing("+15557650001")).isSameAs(empty);
	}

	@Test
	void keepsTheNewestMessages() {
		Chat chat = this.chats.with("+15557650001");
		for (int i = 0; i < Chat.MAX_BUBBLES + 10; i++) {
			this.chats.add(chat, bubble(i));
		}
		assertThat(chat.bubbles()).hasSize(Chat.MAX_BUBBLES);
		chat.updateAll((bubbles) -> {
			List<Bubble> more = new ArrayList<>(bubbles);
			more.add(bubble(Chat.MAX_BUBBLES + 10));
			return more;
		});
		assertThat(chat.bubbles()).hasSize(Chat.MAX_BUBBLES);
		assertThat(chat.bubble("bubble-" + (Chat.MAX_BUBBLES + 10))).isNotNull();
		assertThat(chat.bubble("bubble-10")).isNull();
	}

	private static Bubble bubble(int number) {
		return Bubble.known("bubble-" + number, false, "Hello", List.of(), NOON.plusSeconds(number));
	}

}
