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
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.contiguity.spring.webhook.WebhookSignatureVerifier;

import org.springframework.util.Assert;

/**
 * Signs webhooks as Contiguity does: HMAC-SHA256 over the time, a dot and the bytes of
 * the body, keyed with the secret. Immutable.
 *
 * @since 0.1.0
 */
public final class WebhookSigner {

	/**
	 * The name of the header that carries the signature.
	 */
	public static final String HEADER = WebhookSignatureVerifier.SIGNATURE_HEADER;

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKeySpec key;

	/**
	 * Create a signer.
	 * @param secret the secret, including {@code whsec_}; surrounding white space is
	 * removed
	 * @throws IllegalArgumentException if it is empty
	 */
	public WebhookSigner(String secret) {
		Assert.hasText(secret, "'secret' must not be empty");
		this.key = new SecretKeySpec(secret.strip().getBytes(StandardCharsets.UTF_8), ALGORITHM);
	}

	/**
	 * Sign a body.
	 * @param body the body
	 * @param time the time of the signature, in whole seconds
	 * @return the value of the header, {@code t=…,v1=…}
	 */
	public String sign(byte[] body, Instant time) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			mac.update((time.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
			return "t=" + time.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Sign a body.
	 * @param body the body, which must be sent in UTF-8
	 * @param time the time of the signature, in whole seconds
	 * @return the value of the header, {@code t=…,v1=…}
	 */
	public String sign(String body, Instant time) {
		return sign(body.getBytes(StandardCharsets.UTF_8), time);
	}

}
