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

package com.contiguity.spring.test;

import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.HistoryRequest;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls every operation with all of its parameters.
 */
final class ContractCalls {

	/** Number of requests of all calls. */
	static final int REQUESTS = 15;

	private static final String BOB = "+15551234567";

	private static final String LINE = "+15550001001";

	private ContractCalls() {
	}

	static void makeAll(ImessageOperations imessages) {
		String id = imessages.send(SendRequest.to(BOB).from(LINE).message("Hello").build()).messageId();
		imessages.send(SendRequest.to("bob@example.com")
			.from(LINE)
			.message("Hello")
			.fallback(Fallback.always().from(LINE))
			.fastTrack(true)
			.build());
		imessages.send(SendRequest.to(BOB).from(LINE).attachment("https://example.com/cat.png").build());
		assertThat(imessages.typing(TypingAction.START, BOB, LINE).status()).isNotEmpty();
		assertThat(imessages.typing(TypingAction.STOP, BOB, LINE).status()).isNotEmpty();
		Reaction reaction = Reaction.of(Tapback.LOVE).toMessage(BOB, LINE, "Hello");
		assertThat(imessages.react(ReactionAction.ADD, reaction).status()).isNotEmpty();
		assertThat(imessages.react(ReactionAction.REMOVE, reaction).status()).isNotEmpty();
		assertThat(imessages.react(ReactionAction.ADD, Reaction.of(Tapback.LIKE).toMessageId(id)).messageId())
			.isEqualTo(id);
		assertThat(imessages.read(BOB, LINE).status()).isNotEmpty();
		assertThat(imessages.get(id).message()).isEqualTo("Hello");
		assertThat(imessages.get(id, true).id()).isEqualTo(id);
		assertThat(imessages.history(BOB, LINE).messages()).isNotEmpty();
		assertThat(imessages.history(HistoryRequest.between(BOB, LINE).limit(200).tracking(true).build()).messages())
			.isNotEmpty();
		assertThat(imessages.availability(BOB).available()).isTrue();
	}

}
