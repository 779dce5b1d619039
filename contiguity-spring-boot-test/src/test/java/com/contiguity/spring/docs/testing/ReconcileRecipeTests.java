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

package com.contiguity.spring.docs.testing;

// tag::recipe[]
import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.UnknownSend;
import com.contiguity.spring.test.ContiguityTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;
import static com.contiguity.spring.test.ContiguityAssertions.catchThrowableOfType;

/**
 * The recipe for the verdicts of a reconciliation.
 */
@ContiguityTest
class ReconcileRecipeTests {

	@Autowired
	private ImessageTemplate imessage;

	@Test
	void findsTheMessage() {
		Reconciliation reconciliation = this.imessage.reconcile(sendTo("+15005550004"));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.SENT);
	}

	@Test
	void cannotTellYet() {
		Reconciliation reconciliation = this.imessage.reconcile(sendTo("+15005550005"));
		assertThat(reconciliation.verdict()).isEqualTo(Verdict.UNDECIDED);
		assertThat(reconciliation.retryAfter()).isPositive();
	}

	@Test
	void findsThatTheMessageWasNotSent() {
		UnknownSend now = sendTo("+15005550005");
		UnknownSend earlier = UnknownSend.of(now.request(), now.line(), Instant.now().minus(Duration.ofHours(1)), 1);
		assertThat(this.imessage.reconcile(earlier).verdict()).isEqualTo(Verdict.NOT_SENT);
	}

	private UnknownSend sendTo(String recipient) {
		SendRequest request = SendRequest.to(recipient).message("Hello").build();
		return catchThrowableOfType(SendOutcomeUnknownException.class, () -> this.imessage.send(request)).unknownSend();
	}

}
// end::recipe[]
