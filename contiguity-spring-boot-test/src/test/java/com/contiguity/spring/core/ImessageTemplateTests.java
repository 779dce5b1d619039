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

package com.contiguity.spring.core;

import java.time.Duration;

import com.contiguity.spring.imessage.Conversation;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.ImessageMessage;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.line.Line;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ImessageTemplate} against the sandbox.
 */
class ImessageTemplateTests {

	private static final String RECIPIENT = "+15557654321";

	private static ContiguitySandbox sandbox;

	private static String line;

	private ImessageTemplate imessage;

	@BeforeAll
	static void startSandbox() {
		sandbox = ContiguitySandbox.start();
		line = sandbox.lines().get(0).number();
	}

	@AfterAll
	static void closeSandbox() {
		sandbox.close();
	}

	@BeforeEach
	void createTemplate() {
		sandbox.clear();
		this.imessage = ImessageTemplate.builder().baseUrl(sandbox.baseUrl()).token(sandbox.token()).from(line).build();
	}

	@Test
	void sendsAText() {
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		assertThat(receipt.messageId()).isNotEmpty();
		assertThat(receipt.to()).isEqualTo(RECIPIENT);
		assertThat(receipt.from()).isEqualTo(line);
		assertThat(receipt.attempts()).isEqualTo(1);
		assertThat(receipt.elapsed()).isPositive();
		assertThat(receipt.metadata().requestId()).startsWith("req_");
		assertThat(sandbox.messages()).singleElement().satisfies((message) -> {
			assertThat(message.id()).isEqualTo(receipt.messageId());
			assertThat(message.to()).isEqualTo(RECIPIENT);
		});
	}

	@Test
	void sendsFromTheLinesThatTheAccountLeases() {
		ImessageTemplate leased = ImessageTemplate.builder()
			.baseUrl(sandbox.baseUrl())
			.token(sandbox.token())
			.leasedLines(Duration.ofMinutes(10))
			.build();
		String from = leased.send(RECIPIENT, "Hello").from();
		assertThat(sandbox.lines()).extracting(Line::number).contains(from);
		assertThat(leased.send(RECIPIENT, "Hello again").from()).isEqualTo(from);
		leased.stop();
	}

	@Test
	void sendsAttachmentsWithoutText() {
		SendRequest request = SendRequest.to(RECIPIENT)
			.attachment("https://example.com/a.png")
			.fallback(Fallback.always())
			.fastTrack(true)
			.build();
		this.imessage.send(request);
		assertThat(sandbox.messages()).singleElement()
			.satisfies((message) -> assertThat(message.attachments()).containsExactly("https://example.com/a.png"));
	}

	@Test
	void getsSentMessages() {
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		ImessageMessage message = this.imessage.get(receipt.messageId(), true);
		assertThat(message.message()).isEqualTo("Hello");
		assertThat(message.to()).isEqualTo(RECIPIENT);
		assertThat(message.tracking()).isNotEmpty();
		assertThat(this.imessage.get(receipt.messageId()).tracking()).isEmpty();
	}

	@Test
	void readsTheConversation() {
		SendReceipt receipt = this.imessage.send(RECIPIENT, "Hello");
		this.imessage.react(ReactionAction.ADD, Reaction.of(Tapback.LOVE).toMessageId(receipt.messageId()));
		this.imessage.read(RECIPIENT, line);
		Conversation conversation = this.imessage
			.history(HistoryRequest.between(RECIPIENT, line).limit(50).tracking(true).build());
		assertThat(conversation.messages()).singleElement()
			.satisfies((message) -> assertThat(message.message()).isEqualTo("Hello"));
		assertThat(conversation.reactions()).singleElement()
			.satisfies((reaction) -> assertThat(reaction.reaction()).isEqualTo(Tapback.LOVE));
		assertThat(conversation.chat().limit()).isEqualTo(50);
	}

	@Test
	void showsTypingUntilClosed() {
		try (TypingIndicator typing = this.imessage.showTyping(RECIPIENT, line)) {
			assertThat(typing).isNotNull();
			assertThat(sandbox.isTyping(RECIPIENT)).isTrue();
		}
		assertThat(sandbox.isTyping(RECIPIENT)).isFalse();
		this.imessage.typing(TypingAction.START, RECIPIENT);
		assertThat(sandbox.isTyping(RECIPIENT)).isTrue();
	}

	@Test
	void asksForAvailability() {
		assertThat(this.imessage.availability(RECIPIENT).available()).isTrue();
	}

}
