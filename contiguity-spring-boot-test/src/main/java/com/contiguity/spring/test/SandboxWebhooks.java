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
 * Posts webhooks to the application, once it is known where to.
 */
final class SandboxWebhooks {

	private static final Log logger = LogFactory.getLog(SandboxWebhooks.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/**
	 * How long after its answer a message is delivered: the sender has to know its id.
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
	 * Forget where to post, and what was to be posted later. Returns when nothing is
	 * being posted any more.
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
			// takes only what can be posted to
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
	 * Return how often everything was forgotten, by which a request is told that was on
	 * its way meanwhile.
	 * @return the generation
	 */
	synchronized int generation() {
		return this.generation;
	}

	/**
	 * Do something shortly after a request is answered, unless nobody wants to know, or
	 * everything was forgotten since the request came.
	 * @param generation the generation when the request came
	 * @param requestId which request
	 * @param followUps what to do, given where to post
	 */
	synchronized void onceAnswered(int generation, String requestId, List<Consumer<Target>> followUps) {
		if (this.target != null && this.generation == generation && !followUps.isEmpty()) {
			this.followUps.put(requestId, followUps);
		}
	}

	/**
	 * Go on, now that a request is answered, or its connection dropped.
	 * @param requestId which request
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
		// clear() waits for what has come this far
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
	 * Report what became of a message that fell back to SMS.
	 * @param target where to post
	 * @param message the message
	 * @param line the line that the SMS went out from
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
	 * Post an event that the application may well refuse.
	 * @param id the id of the event
	 * @param body the body
	 * @param signature a signature, be it wrong
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
			throw new IllegalStateException("The application does not answer at " + target.address(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the application answered", ex);
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
			case 401 -> ": is it signed with one of 'contiguity.webhook.secrets'?";
			case 404 -> ": is 'contiguity.webhook.secrets' set, and is the path right?";
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
	 * Where webhooks go.
	 *
	 * @param url the address
	 * @param signer what signs them
	 * @param client what posts them; the same for all, as each has threads of its own
	 */
	record Target(URI url, WebhookSigner signer, HttpClient client) {

		/**
		 * Return the address as it can be logged: what may be secret is left out.
		 * @return the address
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
