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

package com.example.messages;

import com.contiguity.spring.imessage.SendReceipt;
import org.jspecify.annotations.Nullable;

/**
 * A message that Contiguity took.
 *
 * @param id the message's id
 * @param to the recipient
 * @param from the line, if it was not left to Contiguity
 * @param attempts how many attempts it took
 * @param requestId Contiguity's id of the request, to be quoted to its support
 */
record SentMessage(String id, String to, @Nullable String from, int attempts, @Nullable String requestId) {

	static SentMessage from(SendReceipt receipt) {
		return new SentMessage(receipt.messageId(), receipt.to(), receipt.from(), receipt.attempts(),
				receipt.metadata().requestId());
	}

}
