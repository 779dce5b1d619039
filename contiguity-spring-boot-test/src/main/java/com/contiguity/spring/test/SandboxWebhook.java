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

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A webhook that the {@link ContiguitySandbox sandbox} posted to the application.
 *
 * @since 0.1.0
 */
public final class SandboxWebhook {

	private final SandboxWebhooks webhooks;

	private final String id;

	private final String body;

	private final int status;

	SandboxWebhook(SandboxWebhooks webhooks, String id, String body, int status) {
		this.webhooks = webhooks;
		this.id = id;
		this.body = body;
		this.status = status;
	}

	/**
	 * Return the id of the event.
	 * @return the id, {@code evt_…}
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the status of the application's response.
	 * @return the HTTP status
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Post the same event again, signed anew, as Contiguity may do.
	 * @return the repeated webhook
	 */
	public SandboxWebhook repeat() {
		return this.webhooks.post(this.id, this.body);
	}

	/**
	 * Post the same event again, but with a body that was changed after it was signed.
	 * @return the tampered webhook
	 */
	public SandboxWebhook repeatTampered() {
		String tampered = this.body.substring(0, this.body.length() - 1) + " }";
		return this.webhooks.post(this.id, tampered, this.webhooks.sign(bytes(this.body)));
	}

	/**
	 * Post the same event again, signed with another time.
	 * @param time the time of the signature
	 * @return the webhook
	 */
	public SandboxWebhook repeatSignedAt(Instant time) {
		return this.webhooks.post(this.id, this.body, this.webhooks.sign(bytes(this.body), time));
	}

	@Override
	public String toString() {
		return "SandboxWebhook[id=" + this.id + ", status=" + this.status + "]";
	}

	private static byte[] bytes(String body) {
		return body.getBytes(StandardCharsets.UTF_8);
	}

}
