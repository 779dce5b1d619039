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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.scheduling.TaskScheduler;

/**
 * The examples of docs/delivery.md.
 */
class DeliveryExamples {

	private static final Log logger = LogFactory.getLog(DeliveryExamples.class);

	private final ImessageOperations imessage;

	private final Queue<SendRequest> later = new ConcurrentLinkedQueue<>();

	private final TaskScheduler taskScheduler;

	DeliveryExamples(ImessageOperations imessage, TaskScheduler taskScheduler) {
		this.imessage = imessage;
		this.taskScheduler = taskScheduler;
	}

	Queue<SendRequest> later() {
		return this.later;
	}

	@Nullable String send(SendRequest request) {
		// tag::outcomes[]
		try {
			return this.imessage.send(request).messageId();
		}
		catch (SendOutcomeUnknownException ex) {
			return settle(ex);
		}
		catch (ContiguityException ex) {
			if (ex.outcome() == Outcome.NOT_SENT) {
				this.later.add(request);
				return null;
			}
			throw ex; // REJECTED: repeating it does not help
		}
		// end::outcomes[]
	}

	private @Nullable String settle(SendOutcomeUnknownException unknown) {
		// tag::reconcile[]
		Reconciliation reconciliation = this.imessage.reconcile(unknown);
		switch (reconciliation.verdict()) {
			case SENT -> logger.info("The message was sent");
			case NOT_SENT -> this.later.add(unknown.request());
			case UNDECIDED -> {
				Duration retryAfter = reconciliation.retryAfter();
				if (retryAfter != null) { // the message may still appear in the history
					this.taskScheduler.schedule(() -> settle(unknown), Instant.now().plus(retryAfter));
				}
				else {
					logger.warn("Check the conversation: " + reconciliation.reason());
				}
			}
		}
		// end::reconcile[]
		return null;
	}

	void sendAll(List<SendRequest> requests) {
		// tag::bulk[]
		for (SendResult result : this.imessage.sendAll(requests)) {
			if (result instanceof SendResult.Failed failed && failed.exception().outcome() == Outcome.NOT_SENT) {
				this.later.add(failed.request());
			}
		}
		// end::bulk[]
	}

}
