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
 * Verifies that a webhook is Contiguity's and fresh: the header
 * {@value #SIGNATURE_HEADER} has a time {@code t} and one or more {@code v1}, each the
 * HMAC-SHA256 of the time, a dot and the raw body, keyed with a secret. Thread-safe.
 *
 * @since 0.1.0
 */
public final class WebhookSignatureVerifier {

	/**
	 * Name of the header with the signature.
	 */
	public static final String SIGNATURE_HEADER = "Contiguity-Signature";

	/**
	 * How far the time of a webhook may be from this machine's, unless told otherwise.
	 */
	public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);

	private static final String ALGORITHM = "HmacSHA256";

	/** Hexadecimal digits of a signature. */
	private static final int SIGNATURE_LENGTH = 64;

	/** So many digits are a number of seconds that a {@code long} can hold. */
	private static final int MAX_TIME_LENGTH = 18;

	private final Supplier<? extends Collection<String>> secrets;

	private final long tolerance;

	private final Clock clock;

	/**
	 * Create a verifier.
	 * @param secrets the secrets, whole ({@code whsec_} included); any of them will do
	 */
	public WebhookSignatureVerifier(String... secrets) {
		this(List.of(secrets), DEFAULT_TOLERANCE, Clock.systemUTC());
	}

	/**
	 * Create a verifier.
	 * @param secrets the secrets, whole ({@code whsec_} included); any of them will do
	 * @param tolerance how far the time of a webhook may be from the clock's, either way
	 * @param clock tells the time
	 */
	public WebhookSignatureVerifier(Collection<String> secrets, Duration tolerance, Clock clock) {
		this(fixed(secrets), tolerance, clock);
	}

	/**
	 * Create a verifier whose secrets change while it is used.
	 * @param secrets gives the secrets, asked for each webhook; blank ones are skipped,
	 * and blanks and line ends around one do not count
	 * @param tolerance how far the time of a webhook may be from the clock's, either way
	 * @param clock tells the time
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
	 * @param signature the value of the header {@value #SIGNATURE_HEADER}, or
	 * {@code null} if there is none
	 * @param body the body, byte for byte as it came
	 * @return what became of it
	 * @throws IllegalStateException if there is no secret now; what the supplier of
	 * secrets throws is thrown as well
	 */
	public Result verify(@Nullable String signature, byte[] body) {
		Signature parsed = (signature != null) ? Signature.parse(signature) : null;
		if (parsed == null || !isSigned(parsed, body)) {
			return Result.BAD_SIGNATURE;
		}
		return (isFresh(parsed)) ? Result.VALID : Result.STALE;
	}

	/**
	 * Check what shows before the body is read. Whoever refuses what is not valid here
	 * reads no body of a stranger who did not even try.
	 * @param signature the value of the header {@value #SIGNATURE_HEADER}, or
	 * {@code null} if there is none
	 * @return {@link Result#VALID} if the body decides; {@link Result#BAD_SIGNATURE} if
	 * the header is absent or malformed, and {@link Result#STALE} if its time is too far
	 * from the clock's
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
				// compares all with all: how long it takes tells nothing of what matched
				for (byte[] candidate : signature.candidates()) {
					signed |= MessageDigest.isEqual(expected, candidate);
				}
			}
		}
		Assert.state(!secretless, "There is no secret to verify a webhook with");
		return signed;
	}

	// a supplier may look for one in vain
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
	 * What became of a verification.
	 */
	public enum Result {

		/**
		 * The webhook is Contiguity's, and fresh.
		 */
		VALID,

		/**
		 * There is no signature, or none that one of the secrets makes.
		 */
		BAD_SIGNATURE,

		/**
		 * The signature is right, but too old, or too far in the future.
		 */
		STALE

	}

	/**
	 * A signature's parts.
	 *
	 * @param time the time as it was signed: digits
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
					// a header that came twice has its time twice
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
				// not a signature: as if it was not there
			}
		}

	}

}
