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

package com.contiguity.spring.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Verifies that a webhook was sent by Contiguity and is recent. The header
 * {@value #SIGNATURE_HEADER} contains a time {@code t} and one or more signatures
 * {@code v1}. Each signature is the HMAC-SHA256 of the time, a dot and the raw body,
 * keyed with a secret. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookSignatureVerifier {

	/**
	 * Name of the header with the signature.
	 */
	public static final String SIGNATURE_HEADER = "Contiguity-Signature";

	/**
	 * Default maximum difference between the time of a webhook and the clock.
	 */
	public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);

	private static final String ALGORITHM = "HmacSHA256";

	/** Number of hexadecimal digits of a signature. */
	private static final int SIGNATURE_LENGTH = 64;

	/**
	 * Maximum number of digits of the time, so that its seconds fit into a {@code long}.
	 */
	private static final int MAX_TIME_LENGTH = 18;

	private final Supplier<? extends Collection<String>> secrets;

	private final long tolerance;

	private final Clock clock;

	/**
	 * Create a verifier.
	 * @param secrets the secrets, including {@code whsec_}. A signature with any of them
	 * is valid
	 */
	public WebhookSignatureVerifier(String... secrets) {
		this(List.of(secrets), DEFAULT_TOLERANCE, Clock.systemUTC());
	}

	/**
	 * Create a verifier.
	 * @param secrets the secrets, including {@code whsec_}. A signature with any of them
	 * is valid
	 * @param tolerance the maximum difference between the time of a webhook and the
	 * clock, in either direction
	 * @param clock the clock
	 */
	public WebhookSignatureVerifier(Collection<String> secrets, Duration tolerance, Clock clock) {
		this(fixed(secrets), tolerance, clock);
	}

	/**
	 * Create a verifier whose secrets can change while it is used.
	 * @param secrets supplies the secrets for each webhook. Blank secrets are ignored,
	 * and white space around a secret is removed
	 * @param tolerance the maximum difference between the time of a webhook and the
	 * clock, in either direction
	 * @param clock the clock
	 */
	public WebhookSignatureVerifier(Supplier<? extends Collection<String>> secrets, Duration tolerance, Clock clock) {
		Assert.notNull(secrets, "'secrets' must not be null");
		Assert.isTrue(!tolerance.isNegative(), "'tolerance' must not be negative");
		Assert.notNull(clock, "'clock' must not be null");
		this.secrets = secrets;
		this.tolerance = tolerance.toSeconds();
		this.clock = clock;
	}

	private static Supplier<List<String>> fixed(Collection<String> secrets) {
		List<String> copy = List.copyOf(secrets);
		Assert.notEmpty(copy, "'secrets' must not be empty");
		Assert.isTrue(copy.stream().allMatch(StringUtils::hasText), "'secrets' must not contain an empty secret");
		return () -> copy;
	}

	/**
	 * Verify a webhook.
	 * @param signature the value of the header {@value #SIGNATURE_HEADER}, or {@code
	 * null} if there is none
	 * @param body the unmodified bytes of the body
	 * @return the result
	 * @throws IllegalStateException if there is currently no secret. Exceptions of the
	 * supplier of secrets are thrown as well
	 */
	public Result verify(@Nullable String signature, byte[] body) {
		Signature parsed = (signature != null) ? Signature.parse(signature) : null;
		if (parsed == null || !isSigned(parsed, body)) {
			return Result.BAD_SIGNATURE;
		}
		return (isFresh(parsed)) ? Result.VALID : Result.STALE;
	}

	/**
	 * Check the header before the body is read, so that the body of a request without a
	 * valid header need not be read.
	 * @param signature the value of the header {@value #SIGNATURE_HEADER}, or {@code
	 * null} if there is none
	 * @return {@link Result#VALID} if the result depends on the body;
	 * {@link Result#BAD_SIGNATURE} if the header is absent or malformed;
	 * {@link Result#STALE} if its time is too far from the clock
	 */
	public Result verifyHeader(@Nullable String signature) {
		Signature parsed = (signature != null) ? Signature.parse(signature) : null;
		if (parsed == null) {
			return Result.BAD_SIGNATURE;
		}
		return (isFresh(parsed)) ? Result.VALID : Result.STALE;
	}

	private boolean isFresh(Signature signature) {
		long distance = Math.abs(this.clock.instant().getEpochSecond() - Long.parseLong(signature.time()));
		return distance <= this.tolerance;
	}

	private boolean isSigned(Signature signature, byte[] body) {
		byte[] time = (signature.time() + ".").getBytes(StandardCharsets.US_ASCII);
		boolean signed = false;
		boolean secretless = true;
		for (String secret : secrets()) {
			if (StringUtils.hasText(secret)) {
				secretless = false;
				byte[] expected = hmac(secret.strip(), time, body);
				// compares all combinations, so that the duration does not reveal which
				// one matched
				for (byte[] candidate : signature.candidates()) {
					signed |= MessageDigest.isEqual(expected, candidate);
				}
			}
		}
		Assert.state(!secretless, "There is no secret to verify webhooks");
		return signed;
	}

	// the supplier may return none
	private Collection<String> secrets() {
		Collection<String> supplied = this.secrets.get();
		return (supplied != null) ? supplied : Collections.emptyList();
	}

	private static byte[] hmac(String secret, byte[] time, byte[] body) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
			mac.update(time);
			return mac.doFinal(body);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has " + ALGORITHM, ex);
		}
	}

	/**
	 * Result of a verification.
	 */
	public enum Result {

		/**
		 * The webhook was sent by Contiguity and is recent.
		 */
		VALID,

		/**
		 * There is no signature, or no signature that matches one of the secrets.
		 */
		BAD_SIGNATURE,

		/**
		 * The signature matches, but is too old or too far in the future.
		 */
		STALE

	}

	/**
	 * The parts of a signature.
	 *
	 * @param time the signed time, as digits
	 * @param candidates the signatures, at least one
	 */
	private record Signature(String time, List<byte[]> candidates) {

		static @Nullable Signature parse(String header) {
			String time = null;
			List<byte[]> candidates = new ArrayList<>(1);
			for (String part : header.split(",")) {
				int equals = part.indexOf('=');
				String key = (equals > 0) ? part.substring(0, equals).trim() : "";
				String value = part.substring(equals + 1).trim();
				if (key.equals("t")) {
					// a repeated header contains its time twice
					if ((time != null && !time.equals(value)) || !isTime(value)) {
						return null;
					}
					time = value;
				}
				else if (key.equals("v1") && value.length() == SIGNATURE_LENGTH) {
					addHex(candidates, value);
				}
			}
			return (time != null && !candidates.isEmpty()) ? new Signature(time, candidates) : null;
		}

		private static boolean isTime(String value) {
			return !value.isEmpty() && value.length() <= MAX_TIME_LENGTH
					&& value.chars().allMatch((digit) -> digit >= '0' && digit <= '9');
		}

		private static void addHex(List<byte[]> candidates, String value) {
			try {
				candidates.add(HexFormat.of().parseHex(value));
			}
			catch (IllegalArgumentException ex) {
				// not a signature: treated as absent
			}
		}

	}

}
