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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Posts webhooks to the application, once it is known where to.
 */
final class SandboxWebhooks {

	private static final Log logger = LogFactory.getLog(SandboxWebhooks.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final Clock clock;

	private volatile @Nullable Target target;

	SandboxWebhooks(Clock clock) {
		this.clock = clock;
	}

	void clear() {
		this.target = null;
	}

	void target(String url, String secret) {
		HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(TIMEOUT)
			.build();
		this.target = new Target(URI.create(url), new WebhookSigner(secret), client);
	}

	SandboxWebhook incoming(String from, String to, String text) {
		ObjectNode data = data(from, to).put("body", text);
		data.putArray("attachments");
		String id = SandboxIds.next("evt");
		return post(id, event(id, "imessage.incoming", data));
	}

	/**
	 * Say that a message that fell back was delivered. Later, and without anybody
	 * waiting: the application has to have its receipt first.
	 * @param message the message
	 */
	void delivered(SandboxMessage message) {
		Target target = this.target;
		if (target == null || message.delivery() != Delivery.SMS) {
			return;
		}
		ObjectNode data = data(message.from(), message.to()).put("message_id", message.id());
		String id = SandboxIds.next("evt");
		byte[] body = bytes(event(id, "text.delivery.confirmed", data));
		target.client()
			.sendAsync(target.request(body, target.signer().sign(body, Instant.now())),
					HttpResponse.BodyHandlers.discarding())
			.whenComplete((response, failure) -> {
				if (failure != null) {
					logger.warn("The application did not take a webhook: " + failure.getClass().getName());
				}
			});
	}

	private ObjectNode data(String from, String to) {
		return JsonNodeFactory.instance.objectNode().put("from", from).put("to", to).put("timestamp", seconds());
	}

	private String event(String id, String type, ObjectNode data) {
		return JsonNodeFactory.instance.objectNode()
			.put("id", id)
			.put("type", type)
			.put("timestamp", seconds())
			.put("api_version", SandboxEnvelope.API_VERSION)
			.<ObjectNode>set("data", data)
			.toString();
	}

	private long seconds() {
		return this.clock.instant().getEpochSecond();
	}

	String sign(byte[] body, Instant time) {
		return requireTarget().signer().sign(body, time);
	}

	SandboxWebhook post(String id, String body) {
		return post(id, body, sign(bytes(body), Instant.now()));
	}

	SandboxWebhook post(String id, String body, String signature) {
		Target target = requireTarget();
		try {
			HttpResponse<Void> response = target.client()
				.send(target.request(bytes(body), signature), HttpResponse.BodyHandlers.discarding());
			return new SandboxWebhook(this, id, body, response.statusCode());
		}
		catch (IOException ex) {
			throw new IllegalStateException("The application does not answer at " + target.url(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the application answered", ex);
		}
	}

	private Target requireTarget() {
		Target target = this.target;
		if (target == null) {
			throw new IllegalStateException("Say with webhooks(url, secret) where the application takes webhooks");
		}
		return target;
	}

	private static byte[] bytes(String body) {
		return body.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Where webhooks go.
	 *
	 * @param url the address
	 * @param signer what signs them
	 * @param client what posts them
	 */
	private record Target(URI url, WebhookSigner signer, HttpClient client) {

		HttpRequest request(byte[] body, String signature) {
			return HttpRequest.newBuilder(this.url)
				.timeout(TIMEOUT)
				.header("Content-Type", "application/json")
				.header(WebhookSigner.HEADER, signature)
				.POST(HttpRequest.BodyPublishers.ofByteArray(body))
				.build();
		}

	}

}
