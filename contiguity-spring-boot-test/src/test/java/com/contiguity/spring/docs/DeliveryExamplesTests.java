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

package com.contiguity.spring.docs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.test.RecordingImessageOperations;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

import org.springframework.scheduling.TaskScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * Tests that the examples of docs/delivery.md work as described there.
 */
class DeliveryExamplesTests {

	private static final SendRequest REQUEST = SendRequest.to("+15551234567").message("Hello").build();

	private final RecordingImessageOperations imessages = new RecordingImessageOperations();

	private final TaskScheduler taskScheduler = mock();

	private final DeliveryExamples delivery = new DeliveryExamples(this.imessages, this.taskScheduler);

	@Test
	void keepsForLaterWhatWasNotSent() {
		this.imessages.next(Outcome.NOT_SENT, Outcome.REJECTED);
		assertThat(this.delivery.send(REQUEST)).isNull();
		assertThat(this.delivery.later()).containsExactly(REQUEST);
		assertThatExceptionOfType(ContiguityException.class).isThrownBy(() -> this.delivery.send(REQUEST))
			.matches((ex) -> ex.outcome() == Outcome.REJECTED);
	}

	@Test
	void reconcilesAgainWhenTheMessageCanNoLongerAppear() {
		this.imessages.next(Outcome.UNKNOWN)
			.reconcileAs(Reconciliation.undecided("It may still appear", Duration.ofSeconds(45)));
		Instant before = Instant.now();
		this.delivery.send(REQUEST);
		ArgumentCaptor<Runnable> task = ArgumentCaptor.captor();
		ArgumentCaptor<Instant> time = ArgumentCaptor.captor();
		verify(this.taskScheduler).schedule(task.capture(), time.capture());
		assertThat(time.getValue()).isBetween(before.plusSeconds(45), Instant.now().plusSeconds(45));
		assertThat(this.delivery.later()).isEmpty();
		this.imessages.reconcileAs(Reconciliation.notSent());
		task.getValue().run();
		assertThat(this.delivery.later()).containsExactly(REQUEST);
	}

	@Test
	void leavesToAPersonWhatTheHistoryWillNotShow() {
		this.imessages.next(Outcome.UNKNOWN).reconcileAs(Reconciliation.undecided("Two messages may be this one"));
		this.delivery.send(REQUEST);
		verifyNoInteractions(this.taskScheduler);
		assertThat(this.delivery.later()).isEmpty();
	}

	@Test
	void keepsForLaterWhatWasNotSentOfMany() {
		this.imessages.next(Outcome.NOT_SENT);
		SendRequest other = SendRequest.to("+15551234568").message("Hello").build();
		this.delivery.sendAll(List.of(REQUEST, other));
		assertThat(this.delivery.later()).containsExactly(REQUEST);
	}

}
