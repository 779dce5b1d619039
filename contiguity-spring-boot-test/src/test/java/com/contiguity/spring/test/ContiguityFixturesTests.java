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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.contiguity.spring.Outcome;
import com.contiguity.spring.SendRefusedException;
import com.contiguity.spring.autoconfigure.webhook.ContiguityWebhookAutoConfiguration;
import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageSentEvent;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendReceipt;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.internal.webhook.WebhookReceiver.Takeover;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

import static com.contiguity.spring.test.ContiguityAssertions.assertThat;

/**
 * Tests for {@link ContiguityFixtures}.
 */
class ContiguityFixturesTests {

	private static final String BOB = "+15551234567";

	private final SendRequest request = SendRequest.to(BOB)
		.from("+15550001002")
		.message("Hello")
		.reference("order-4711")
		.build();

	@Test
	void resultsAreThoseOfTheRequest() {
		SendReceipt receipt = ContiguityFixtures.receipt(this.request);
		assertThat(receipt.messageId()).startsWith("imsg_")
			.isNotEqualTo(ContiguityFixtures.receipt(this.request).messageId());
		assertThat(receipt.to()).isEqualTo(BOB);
		assertThat(receipt.from()).isEqualTo("+15550001002");
		assertThat(receipt.reference()).isEqualTo("order-4711");
		assertThat(ContiguityFixtures.accepted(this.request).receipt().to()).isEqualTo(BOB);
		assertThat(ContiguityFixtures.message(this.request, receipt)).satisfies((message) -> {
			assertThat(message.id()).isEqualTo(receipt.messageId());
			assertThat(message.message()).isEqualTo("Hello");
		});
		assertThat(ContiguityFixtures.conversation(ContiguityFixtures.conversationMessage(BOB, "+15550001002", "Hello"))
			.messages()).singleElement().satisfies((message) -> assertThat(message.message()).isEqualTo("Hello"));
		assertThat(ContiguityFixtures.availability(BOB, false).available()).isFalse();
	}

	@Test
	void eventsOfSendsHaveTheOutcome() {
		ImessageSentEvent sent = ContiguityFixtures.sentEvent(this.request);
		assertThat(sent.attempts()).isOne();
		assertThat(sent.receipt().reference()).isEqualTo("order-4711");
		SendRefusedException refused = SendRefusedException.rejected("opted out");
		assertThat(ContiguityFixtures.notSentEvent(this.request, refused).exception()).isSameAs(refused);
		assertThat(ContiguityFixtures.failed(this.request, refused).exception()).isSameAs(refused);
		assertThat(ContiguityFixtures.outcomeUnknownEvent(this.request).exception()).satisfies((exception) -> {
			assertThat(exception.outcome()).isEqualTo(Outcome.UNKNOWN);
			assertThat(exception.unknownSend().request()).isSameAs(this.request);
			assertThat(exception.unknownSend().line()).isEqualTo("+15550001002");
		});
	}

	@Test
	void eventsOfWebhooksAreThoseThatTheirJsonBecomes() {
		SendReceipt receipt = ContiguityFixtures.receipt(this.request);
		IncomingImessage withAttachment = new IncomingImessage("evt_1", BOB, "+15550001002", null,
				Instant.ofEpochSecond(1785698220),
				List.of(new IncomingAttachment("https://example.com/cat.png", "image/png", null)));
		List<ContiguityWebhookEvent> events = List.of(
				ContiguityFixtures.receivedEvent(ContiguityFixtures.incoming(BOB, "Are you \"open\"?")),
				ContiguityFixtures.receivedEvent(withAttachment),
				ContiguityFixtures.textReceivedEvent(ContiguityFixtures.incomingText(BOB, "Hello")),
				ContiguityFixtures.textDeliveryEvent(receipt, null),
				ContiguityFixtures.textDeliveryEvent(receipt, "The carrier did not deliver the message."),
				ContiguityFixtures.lineSubstitutedEvent(receipt, "+15550001003"));
		List<Object> received = new CopyOnWriteArrayList<>();
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(ContiguityWebhookAutoConfiguration.class))
			.withPropertyValues("contiguity.webhook.secrets=whsec_test")
			.withInitializer((context) -> context.addApplicationListener(
					(ApplicationListener<PayloadApplicationEvent<?>>) (event) -> received.add(event.getPayload())))
			.run((context) -> {
				WebhookReceiver receiver = context.getBean(WebhookReceiver.class);
				for (ContiguityWebhookEvent event : events) {
					assertThat(receiver.takeOver(event.raw(), Instant.now(), () -> true)).isEqualTo(Takeover.ACCEPTED);
				}
				Awaitility.waitAtMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(received).containsExactlyInAnyOrderElementsOf(events));
			});
	}

}
