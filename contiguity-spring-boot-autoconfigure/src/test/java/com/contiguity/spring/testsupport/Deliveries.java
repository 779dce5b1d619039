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

package com.contiguity.spring.testsupport;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.event.UnknownWebhookEvent;

/**
 * Webhooks as Contiguity delivers them.
 */
public final class Deliveries {

	/**
	 * The secret for signatures.
	 */
	public static final String SECRET = "whsec_canary0secret";

	private Deliveries() {
	}

	/**
	 * Return an event.
	 * @param id its id
	 * @return the event
	 */
	public static ContiguityWebhookEvent withId(String id) {
		return new UnknownWebhookEvent(id, "test", Instant.EPOCH, null, "{}");
	}

	/**
	 * Return the body of an incoming iMessage.
	 * @param id the id of the event
	 * @param from the sender
	 * @param text the text
	 * @return the JSON
	 */
	public static byte[] incoming(String id, String from, String text) {
		return event(id, "imessage.incoming", """
				{"from":"%s","to":"%s","body":"%s","timestamp":1726502400,"attachments":[]}""".formatted(from,
				Canaries.LINE, text));
	}

	/**
	 * Return the body of an event.
	 * @param id its id
	 * @param type its type
	 * @param data its data
	 * @return the JSON
	 */
	public static byte[] event(String id, String type, String data) {
		return """
				{"id":"%s","type":"%s","timestamp":1726502400,"api_version":"v2025.9.7","data":%s}"""
			.formatted(id, type, data)
			.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Sign a body now.
	 * @param body the body
	 * @return the header
	 */
	public static String sign(byte[] body) {
		return sign(SECRET, Instant.now().getEpochSecond(), body);
	}

	/**
	 * Sign a body.
	 * @param secret the secret
	 * @param time the time, in seconds
	 * @param body the body
	 * @return the header
	 */
	public static String sign(String secret, long time, byte[] body) {
		return "t=" + time + ",v1=" + hmac(secret, time, body);
	}

	/**
	 * Return the signature only.
	 * @param secret the secret
	 * @param time the time, in seconds
	 * @param body the body
	 * @return the hexadecimal digits
	 */
	public static String hmac(String secret, long time, byte[] body) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(mac.doFinal(body));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
