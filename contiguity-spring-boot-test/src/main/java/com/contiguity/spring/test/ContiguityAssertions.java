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

import java.util.Collections;

import org.assertj.core.annotation.CheckReturnValue;
import org.assertj.core.api.Assertions;

/**
 * Assertions for sent messages, in addition to AssertJ's assertions. A single static
 * import of {@code assertThat} provides both: <pre class="code">
 * assertThat(sandbox).sent(1).to("+15551234567").withText("Your order is ready");
 * </pre>
 *
 * @since 0.1.0
 */
@CheckReturnValue
public final class ContiguityAssertions extends Assertions {

	private ContiguityAssertions() {
	}

	/**
	 * Create an assertion for the messages that a sandbox has accepted so far.
	 * @param sandbox the sandbox
	 * @return the assertion
	 */
	public static SentMessagesAssert assertThat(ContiguitySandbox sandbox) {
		return new SentMessagesAssert(sandbox.messages(), sandbox.refusals());
	}

	/**
	 * Create an assertion for the messages that have been recorded as sent so far.
	 * @param imessages the recorder
	 * @return the assertion
	 */
	public static SentMessagesAssert assertThat(RecordingImessageOperations imessages) {
		return new SentMessagesAssert(imessages.messages(), Collections.emptyMap());
	}

}
