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

package com.contiguity.spring.internal.webhook;

import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.ImessageReceivedEvent;
import com.contiguity.spring.event.LineSubstitutedEvent;
import com.contiguity.spring.event.TextDeliveryEvent;
import com.contiguity.spring.event.TextReceivedEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;
import com.contiguity.spring.imessage.IncomingAttachment;
import com.contiguity.spring.testsupport.Canaries;
import com.contiguity.spring.testsupport.Deliveries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WebhookEventParser}.
 */
class WebhookEventParserTests {

	private static final Instant RECEIVED = Instant.ofEpochSecond(1_800_000_000);

	private static final Instant HAPPENED = Instant.ofEpochSecond(1_726_502_400);

	private final WebhookEventParser parser = new WebhookEventParser();

	@Test
	void readsAnIncomingImessage() {
		byte[] body = Deliveries.event("evt_1", "imessage.incoming", """
				{"from":"+15551234567","to":"+15559876543","body":"Hello","timestamp":1726502401,"new":{"a":1},
				"attachments":[{"url":"https://a.example/1.jpg","mime":"image/jpeg","filename":"1.jpg","size":3},
				{"mime":"image/png"},7]}""");
		ImessageReceivedEvent event = (ImessageReceivedEvent) parse(body);
		assertThat(event.id()).isEqualTo("evt_1");
		assertThat(event.type()).isEqualTo("imessage.incoming");
		assertThat(event.timestamp()).isEqualTo(HAPPENED);
		assertThat(event.apiVersion()).isEqualTo("v2025.9.7");
		assertThat(event.raw()).isEqualTo(new String(body, StandardCharsets.UTF_8));
		assertThat(event.message().id()).isEqualTo("evt_1");
		assertThat(event.message().from()).isEqualTo("+15551234567");
		assertThat(event.message().to()).isEqualTo("+15559876543");
		assertThat(event.message().body()).isEqualTo("Hello");
		assertThat(event.message().timestamp()).isEqualTo(HAPPENED.plusSeconds(1));
		assertThat(event.message().attachments())
			.isEqualTo(List.of(new IncomingAttachment("https://a.example/1.jpg", "image/jpeg", "1.jpg")));
	}

	@Test
	void removesThePlaceholdersOfAttachmentsFromTheText() {
		String data = "{\"from\":\"+15551234567\",\"to\":\"+15559876543\",\"body\":\"%s\"}";
		byte[] body = Deliveries.event("evt_1", "imessage.incoming", data.formatted("\uFFFCYour\uFFFC menu"));
		ImessageReceivedEvent event = (ImessageReceivedEvent) parse(body);
		assertThat(event.message().body()).isEqualTo("Your menu");
		assertThat(event.raw()).contains("\uFFFCYour\uFFFC menu");
		event = (ImessageReceivedEvent) parse(
				Deliveries.event("evt_1", "imessage.incoming", data.formatted("\uFFFC\uFFFC")));
		assertThat(event.message().body()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "text.incoming.sms", "text.incoming.mms" })
	void readsAnIncomingText(String type) {
		TextReceivedEvent event = (TextReceivedEvent) parse(
				Deliveries.event("evt_1", type, "{\"from\":\"+15551234567\",\"to\":\"+15559876543\",\"body\":\"\"}"));
		assertThat(event.type()).isEqualTo(type);
		assertThat(event.message().from()).isEqualTo("+15551234567");
		assertThat(event.message().to()).isEqualTo("+15559876543");
		assertThat(event.message().body()).isNull();
		assertThat(event.message().timestamp()).isEqualTo(HAPPENED);
		assertThat(event.message().attachments()).isEmpty();
	}

	@Test
	void readsADelivery() {
		String data = "{\"from\":\"+15551234567\",\"to\":\"+15559876543\",\"message_id\":\"msg_1\"%s}";
		TextDeliveryEvent confirmed = (TextDeliveryEvent) parse(
				Deliveries.event("evt_1", "text.delivery.confirmed", data.formatted("")));
		assertThat(confirmed.confirmed()).isTrue();
		assertThat(confirmed.error()).isNull();
		assertThat(confirmed.messageId()).isEqualTo("msg_1");
		TextDeliveryEvent failed = (TextDeliveryEvent) parse(
				Deliveries.event("evt_2", "text.delivery.failed", data.formatted(",\"error\":\"No answer\"")));
		assertThat(failed.confirmed()).isFalse();
		assertThat(failed.error()).isEqualTo("No answer");
		assertThat(failed.from()).isEqualTo("+15551234567");
		assertThat(failed.to()).isEqualTo("+15559876543");
	}

	@Test
	void readsASubstitution() {
		LineSubstitutedEvent event = (LineSubstitutedEvent) parse(Deliveries.event("evt_1", "numbers.substitution", """
				{"original_number":"+15551111111","used_number":"+15552222222",
				"reason":"requested_unavailable_random_used","message_id":"msg_1","timestamp":1726502400}"""));
		assertThat(event.originalLine()).isEqualTo("+15551111111");
		assertThat(event.usedLine()).isEqualTo("+15552222222");
		assertThat(event.reason()).isEqualTo("requested_unavailable_random_used");
		assertThat(event.messageId()).isEqualTo("msg_1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "imessage.outgoing | {}", "imessage.incoming | {}", "imessage.incoming | null",
					"imessage.incoming | []", "imessage.incoming | {\"from\":\"+15551234567\"}",
					"imessage.incoming | {\"from\":{\"number\":\"+1\"},\"to\":\"+15551234567\"}",
					"text.incoming.sms | {\"to\":\"+15551234567\"}",
					"text.delivery.failed | {\"from\":\"+15551234567\",\"to\":\"+15551234568\"}",
					"numbers.substitution | {\"used_number\":\"+15552222222\"}", "incoming_sms | {\"from\":\"+1\"}" })
	void passesOnWhatItDoesNotKnow(String type, String data) {
		ContiguityWebhookEvent event = parse(Deliveries.event("evt_1", type, data));
		assertThat(event).isInstanceOf(UnknownWebhookEvent.class);
		assertThat(event.type()).isEqualTo(type);
		assertThat(event.raw()).contains(data);
	}

	@Test
	void isLenientWithTheEnvelope() {
		ContiguityWebhookEvent event = parse("\uFEFF {\"id\":7,\"type\":\"new\",\"timestamp\":\"soon\"}");
		assertThat(event.id()).isEqualTo("7");
		assertThat(event.timestamp()).isEqualTo(RECEIVED);
		assertThat(event.apiVersion()).isNull();
	}

	@Test
	void replacesWhatIsNotUtf8() {
		byte[] body = Deliveries.incoming("evt_1", "+15551234567", "a?b");
		body[new String(body, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
		assertThat(((ImessageReceivedEvent) parse(body)).message().body()).isEqualTo("a\uFFFDb");
	}

	@Test
	void replacesWhatIsNotUtf8AfterAByteOrderMark() {
		byte[] body = Deliveries.event("evt_1", "new", "{\"text\":\"a?b\"}");
		body[new String(body, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
		ContiguityWebhookEvent event = parse("\uFEFF" + new String(body, StandardCharsets.UTF_8));
		assertThat(event.raw()).contains("a\uFFFDb");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE" })
	void readsNoOtherEncoding(String charset) {
		byte[] body = "{\"id\":\"evt_1\",\"type\":\"new\"}".getBytes(Charset.forName(charset));
		assertThat(this.parser.parse(body, RECEIVED)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "null", "[]", "7", "\"text\"", "{", "{}", "{\"id\":\"evt_1\"}",
			"{\"type\":\"imessage.incoming\"}", "{\"id\":\" \",\"type\":\"imessage.incoming\"}",
			"{\"id\":\"evt_1\",\"type\":{}}", "id=evt_1&type=imessage.incoming" })
	void acceptsNothingElseAsAnEvent(String body) {
		assertThat(this.parser.parse(body.getBytes(StandardCharsets.UTF_8), RECEIVED)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a\\r\\nb", "a\\u0000" })
	void acceptsNothingElseAsAnId(String id) {
		acceptsNothingElseAsAnEvent("{\"id\":\"" + id + "\",\"type\":\"imessage.incoming\"}");
		assertThat(parse(Deliveries.event("evt_1", "text.delivery.confirmed",
				"{\"message_id\":\"" + id + "\",\"from\":\"+15551112222\",\"to\":\"+15551234567\"}")))
			.isInstanceOf(UnknownWebhookEvent.class);
	}

	@Test
	void anIdHasAtMost256Characters() {
		assertThat(parse("{\"id\":\"" + "a".repeat(256) + "\",\"type\":\"new\"}").id()).hasSize(256);
		acceptsNothingElseAsAnEvent("{\"id\":\"" + "a".repeat(257) + "\",\"type\":\"new\"}");
	}

	@Test
	void aNumberOfAnyLengthTakesNoTime() {
		String digits = "9".repeat(1_000_000);
		long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
		parse("{\"id\":\"evt_1\",\"type\":\"imessage.incoming\",\"timestamp\":\"" + digits
				+ "\",\"data\":{\"from\":\"+15551234567\",\"to\":\"+15551112222\",\"timestamp\":\"" + digits + "\"}}");
		assertThat(Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before))
			.isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void survivesDepth() {
		assertThat(this.parser.parse("[".repeat(500_000).getBytes(StandardCharsets.UTF_8), RECEIVED)).isNull();
		assertThat(this.parser.parse("{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8), RECEIVED)).isNull();
	}

	@Test
	void showsNothingPrivate() {
		String all = "{\"from\":\"%1$s\",\"to\":\"%2$s\",\"body\":\"%3$s\",\"message_id\":\"msg_1\","
			.formatted(Canaries.RECIPIENT, Canaries.LINE, Canaries.TEXT)
				+ "\"error\":\"%1$s\",\"original_number\":\"%1$s\",\"used_number\":\"%2$s\",\"reason\":\"%1$s\","
					.formatted(Canaries.RECIPIENT, Canaries.LINE)
				+ "\"attachments\":[{\"url\":\"%s\"}]}".formatted(Canaries.ATTACHMENT);
		for (String type : List.of("imessage.incoming", "text.incoming.mms", "text.delivery.failed",
				"numbers.substitution", "other " + Canaries.RECIPIENT)) {
			String text = parse(Deliveries.event("evt_1", type, all)).toString();
			assertThat(text).doesNotContain(Canaries.traces()).contains("evt_1", "raw=<");
		}
	}

	private ContiguityWebhookEvent parse(String body) {
		return parse(body.getBytes(StandardCharsets.UTF_8));
	}

	private ContiguityWebhookEvent parse(byte[] body) {
		return this.parser.parse(body, RECEIVED);
	}

}
