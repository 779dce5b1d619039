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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.IncomingImessage;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.WebhookSigner;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import com.contiguity.spring.webhook.WebhookSignatureVerifier.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the examples of the documentation work as described.
 */
class RunningExamplesTests {

	private static final String RECIPIENT = "+15555550123";

	private static ContiguitySandbox sandbox;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(WebClientAutoConfiguration.class, ContiguityAutoConfiguration.class))
		.withPropertyValues("contiguity.base-url=" + sandbox.baseUrl(), "contiguity.token=" + sandbox.token(),
				"contiguity.from=+15550001001");

	private ImessageTemplate imessage;

	private SendingExamples sending;

	@BeforeAll
	static void startSandbox() {
		sandbox = ContiguitySandbox.start();
	}

	@AfterAll
	static void closeSandbox() {
		sandbox.close();
	}

	@BeforeEach
	void createTemplate() {
		sandbox.clear();
		ReactiveImessageTemplate reactive = ImessageTemplate.builder()
			.baseUrl(sandbox.baseUrl())
			.token(sandbox.token())
			.from("+15550001001")
			.buildReactive();
		this.imessage = new ImessageTemplate(reactive);
		this.sending = new SendingExamples(this.imessage, reactive);
	}

	@Test
	void sends() {
		assertThat(this.sending.text()).isNotEmpty();
		SendRequest request = this.sending.request();
		this.sending.attachments();
		this.sending.fallback();
		assertThat(this.sending.async(request)).succeedsWithin(Duration.ofSeconds(30)).asString().isNotEmpty();
		assertThat(this.sending.reactive(request).block(Duration.ofSeconds(30))).isNotEmpty();
		assertThat(sandbox.messages()).hasSize(6);
	}

	@Test
	void distinguishesOutcomes() {
		SendRequest request = SendRequest.to(RECIPIENT).message("Hello").build();
		assertThat(this.sending.sendOnce(request)).startsWith("accepted as ");
		assertThat(this.sending.sendOnce(SendRequest.to("+15005550004").message("Hello").build()))
			.isEqualTo("accepted after all");
		assertThat(this.sending.sendOnce(request.mutate().from("+15550009999").build())).startsWith("refused: ");
		assertThat(this.sending.sendAndReturnUnsent(List.of(request))).isEmpty();
	}

	@Test
	void looksAtConversations() {
		ConversationExamples conversations = new ConversationExamples(this.imessage);
		String id = this.sending.text();
		assertThat(conversations.get(id).tracking()).isNotEmpty();
		assertThat(conversations.history()).isOne();
		conversations.read();
		assertThat(conversations.history()).isOne();
		sandbox.markRead(RECIPIENT, "+15550001001");
		assertThat(conversations.history()).isZero();
		assertThat(conversations.availability()).isTrue();
	}

	@Test
	void showsTyping() {
		ConversationExamples conversations = new ConversationExamples(this.imessage);
		conversations.showTyping();
		conversations.typing();
		assertThat(sandbox.isTyping(RECIPIENT)).isFalse();
		assertThat(sandbox.messages()).hasSize(1);
	}

	@Test
	void answersIncomingMessages() {
		new WebhookExamples(this.imessage).answer(new IncomingImessage("evt_1", RECIPIENT, "+15550001001", "Hello",
				Instant.now(), Collections.emptyList()));
		assertThat(sandbox.messages()).singleElement()
			.satisfies((message) -> assertThat(message.text()).isEqualTo("You said: Hello"));
	}

	@Test
	void reacts() {
		ReactionExamples reactions = new ReactionExamples(this.imessage);
		assertThat(reactions.byId(this.sending.text())).isEqualTo("added");
		assertThat(reactions.byText()).isEqualTo("removed");
		assertThat(reactions.alias()).isEqualTo(Tapback.LAUGH);
	}

	@Test
	void publishesEvents() {
		this.contextRunner.withBean(SendLog.class)
			.run((context) -> assertThat(context.getBean(ImessageTemplate.class).send(RECIPIENT, "Hello")).isNotNull());
	}

	@Test
	void requestsTheTokenForEachAttempt() {
		this.contextRunner.withUserConfiguration(RotatedTokenConfiguration.class)
			.withBean(Vault.class, RotatedVault::new)
			.run((context) -> assertThat(context.getBean(ContiguityConnectionDetails.class).getToken())
				.isEqualTo("contiguity_sk_rotated"));
	}

	@Test
	void asksForTheSecretsOfWebhooks() {
		this.contextRunner.withUserConfiguration(RotatedSecretsConfiguration.class)
			.withBean(Vault.class, RotatedVault::new)
			.run((context) -> {
				String signature = new WebhookSigner("whsec_rotated").sign("{}", Instant.now());
				assertThat(context.getBean(WebhookSignatureVerifier.class)
					.verify(signature, "{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(Result.VALID);
			});
	}

	@Test
	void buildsByHand() {
		assertThat(ConfigurationExamples.byHand("contiguity_sk_by_hand")).isNotNull();
	}

	private static final class RotatedVault implements Vault {

		@Override
		public String currentToken() {
			return "contiguity_sk_rotated";
		}

		@Override
		public List<String> currentSecrets() {
			return List.of("whsec_rotated");
		}

	}

}
