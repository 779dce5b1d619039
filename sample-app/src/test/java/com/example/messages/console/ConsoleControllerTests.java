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

import java.util.List;
import java.util.Optional;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.core.ReactiveImessageOperations;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxFullException;
import com.contiguity.spring.outbox.OutboxState;
import com.example.messages.console.Bubble.State;
import com.example.page.Viewers;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link ConsoleController}: a message that the page sends again.
 */
class ConsoleControllerTests {

	private static final String RECIPIENT = "+15555550123";

	private final ImessageOperations imessage = mock();

	private final ImessageOutbox outbox = mock();

	private final Chats chats = new Chats((event) -> {
	});

	private final ReactiveImessageOperations reactive = mock();

	private final ConsoleController controller = new ConsoleController(this.imessage, this.chats,
			new History(this.reactive, this.chats), this.outbox, new Viewers(), mock());

	@Test
	void aMessageInTheOutboxIsNotSentDirectlyAfterARestart() {
		OutboxEntry entry = mock();
		given(entry.id()).willReturn("out_1");
		given(entry.state()).willReturn(OutboxState.ACCEPTED);
		given(this.outbox.find("page-1")).willReturn(Optional.of(entry));
		send(false);
		then(this.imessage).should(never()).sendAsync(any());
		assertThat(bubbles()).singleElement().extracting(Bubble::state).isEqualTo(State.ACCEPTED);
	}

	@Test
	void aMessageThatCouldNotBeEnqueuedIsEnqueuedWhenItIsSentAgain() {
		given(this.outbox.enqueue(any(), any())).willThrow(new OutboxFullException(1)).willReturn(mock());
		assertThatExceptionOfType(OutboxFullException.class).isThrownBy(() -> send(true));
		assertThat(bubbles()).singleElement().extracting(Bubble::state).isEqualTo(State.NOT_SENT);
		send(true);
		then(this.outbox).should(times(2)).enqueue(any(), any());
		assertThat(bubbles()).singleElement().extracting(Bubble::state).isEqualTo(State.QUEUED);
	}

	@Test
	void aMessageThatWasSentDirectlyIsNotSentAgain() {
		send(false);
		send(false);
		then(this.imessage).should().sendAsync(any());
	}

	private void send(boolean outbox) {
		this.controller.send("page-1", RECIPIENT, "Hello", "", false, false, outbox);
	}

	private List<Bubble> bubbles() {
		return this.chats.with(RECIPIENT).bubbles();
	}

}
