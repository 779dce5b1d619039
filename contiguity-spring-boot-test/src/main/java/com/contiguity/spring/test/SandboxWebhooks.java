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
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.contiguity.spring.test.SandboxMessage.Delivery;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Posts webhooks to the application, once their target is set.
 */
final class SandboxWebhooks {

	private static final Log logger = LogFactory.getLog(SandboxWebhooks.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/**
	 * Time between the response to a message and its delivery, so that the sender knows
	 * its id.
	 */
	private static final Duration DELIVERY = Duration.ofMillis(200);

	private final Clock clock;

	private final Map<String, List<Consumer<Target>>> followUps = new HashMap<>();

	private @Nullable HttpClient client;

	private @Nullable Target target;

	private @Nullable ScheduledExecutorService later;

	private int generation;

	SandboxWebhooks(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Remove the target and discard webhooks that have not been posted. Returns when no
	 * webhook is being posted.
	 */
	void clear() {
		ScheduledExecutorService later;
		synchronized (this) {
			this.target = null;
			this.generation++;
			this.followUps.clear();
			later = this.later;
			this.later = null;
		}
		if (later != null) {
			stop(later);
		}
	}

	private static void stop(ScheduledExecutorService later) {
		later.shutdown();
		try {
			if (!later.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				later.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			later.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

	synchronized void target(String url, String secret) {
		URI uri = uri(url);
		WebhookSigner signer = new WebhookSigner(secret);
		HttpClient client = this.client;
		if (client == null) {
			client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
			this.client = client;
		}
		this.target = new Target(uri, signer, client);
	}

	private static URI uri(String url) {
		Assert.notNull(url, "'url' must not be null");
		try {
			URI uri = new URI(url);
			// accepts only URLs that can be posted to
			HttpRequest.newBuilder(uri);
			return uri;
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			throw new IllegalArgumentException("'url' must be a URL with http or https, a host and the path, "
					+ "such as http://localhost:8080/contiguity/webhook", ex);
		}
	}

	SandboxWebhook incoming(String from, String to, String text) {
		ObjectNode data = data(from, to).put("body", text);
		data.putArray("attachments");
		String id = SandboxIds.next("evt");
		return post(id, event(id, "imessage.incoming", data));
	}

	/**
	 * Return how often the state was cleared. A request compares it to find out whether
	 * it was cleared in the meantime.
	 * @return the generation
	 */
	synchronized int generation() {
		return this.generation;
	}

	/**
	 * Run an action shortly after a request is answered, unless there is no target or the
	 * state was cleared since the request was received.
	 * @param generation the generation when the request was received
	 * @param requestId the id of the request
	 * @param followUps the actions, which receive the target
	 */
	synchronized void onceAnswered(int generation, String requestId, List<Consumer<Target>> followUps) {
		if (this.target != null && this.generation == generation && !followUps.isEmpty()) {
			this.followUps.put(requestId, followUps);
		}
	}

	/**
	 * Continue after a request was answered or its connection was dropped.
	 * @param requestId the id of the request
	 */
	synchronized void answered(String requestId) {
		List<Consumer<Target>> followUps = this.followUps.remove(requestId);
		if (followUps == null) {
			return;
		}
		ScheduledExecutorService later = this.later;
		if (later == null) {
			later = executor();
			this.later = later;
		}
		int generation = this.generation;
		for (Consumer<Target> followUp : followUps) {
			later.schedule(() -> followUp(generation, followUp), DELIVERY.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void followUp(int generation, Consumer<Target> followUp) {
		Target target;
		synchronized (this) {
			target = (this.generation == generation) ? this.target : null;
		}
		// clear() waits for an action that has got this far
		if (target != null) {
			followUp.accept(target);
		}
	}

	private static ScheduledExecutorService executor() {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
				new CustomizableThreadFactory("contiguity-sandbox-webhooks-"));
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return executor;
	}

	/**
	 * Report the delivery of a message that fell back to SMS.
	 * @param target the target
	 * @param message the message
	 * @param line the line that sent the SMS
	 */
	void delivered(Target target, SandboxMessage message, String line) {
		ObjectNode data = data(line, message.to()).put("message_id", message.id());
		boolean confirmed = message.delivery() == Delivery.SMS;
		if (!confirmed) {
			data.put("error", "The carrier did not deliver the message.");
		}
		String id = SandboxIds.next("evt");
		String body = event(id, (confirmed) ? "text.delivery.confirmed" : "text.delivery.failed", data);
		try {
			warnIfRefused(target, post(target, id, body, target.signer().sign(body, this.clock.instant())));
		}
		catch (IllegalStateException ex) {
			logger.warn(ex.getMessage());
		}
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

	String sign(byte[] body) {
		return sign(body, this.clock.instant());
	}

	String sign(byte[] body, Instant time) {
		return requireTarget().signer().sign(body, time);
	}

	SandboxWebhook post(String id, String body) {
		Target target = requireTarget();
		return warnIfRefused(target, post(target, id, body, target.signer().sign(body, this.clock.instant())));
	}

	/**
	 * Post an event that the application may reject.
	 * @param id the id of the event
	 * @param body the body
	 * @param signature the signature, which may be wrong
	 * @return the webhook
	 */
	SandboxWebhook post(String id, String body, String signature) {
		return post(requireTarget(), id, body, signature);
	}

	private SandboxWebhook post(Target target, String id, String body, String signature) {
		try {
			HttpResponse<Void> response = target.client()
				.send(target.request(bytes(body), signature), HttpResponse.BodyHandlers.discarding());
			return new SandboxWebhook(this, id, body, response.statusCode());
		}
		catch (IOException ex) {
			throw new IllegalStateException("The application does not respond at " + target.address(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the response of the application", ex);
		}
	}

	private static SandboxWebhook warnIfRefused(Target target, SandboxWebhook webhook) {
		int status = webhook.status();
		if (status < 200 || status > 299) {
			logger.warn("The application answered a webhook at %s with %s%s".formatted(target.address(), status,
					hint(status)));
		}
		return webhook;
	}

	private static String hint(int status) {
		return switch (status) {
			case 401 -> ". Is it signed with one of 'contiguity.webhook.secrets'?";
			case 404 -> ". Is 'contiguity.webhook.secrets' set, and is the path correct?";
			default -> "";
		};
	}

	synchronized Target requireTarget() {
		if (this.target == null) {
			throw new IllegalStateException("No target for webhooks is set. Call webhooks(url, secret) first");
		}
		return this.target;
	}

	private static byte[] bytes(String body) {
		return body.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * The target of webhooks.
	 *
	 * @param url the URL
	 * @param signer signs the webhooks
	 * @param client the client, which is shared because each client has its own threads
	 */
	record Target(URI url, WebhookSigner signer, HttpClient client) {

		/**
		 * Return the URL for logs, without parts that may be secret.
		 * @return the URL
		 */
		String address() {
			return this.url.getScheme() + "://" + this.url.getHost()
					+ ((this.url.getPort() != -1) ? ":" + this.url.getPort() : "") + this.url.getPath();
		}

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
