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

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import com.contiguity.spring.internal.webhook.DirectDelivery;
import com.contiguity.spring.internal.webhook.InMemoryWebhookEventStore;
import com.contiguity.spring.internal.webhook.WebhookDispatcher;
import com.contiguity.spring.internal.webhook.WebhookHandler;
import com.contiguity.spring.internal.webhook.WebhookReceiver;
import com.contiguity.spring.internal.webhook.WebhookResult;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.testsupport.Deliveries;
import com.contiguity.spring.testsupport.MovableClock;
import com.contiguity.spring.webhook.WebhookSignatureVerifier.Result;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link WebhookSignatureVerifier}.
 */
class WebhookSignatureVerifierTests {

	private static final long NOW = 1_726_502_400L;

	private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);

	private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(StandardCharsets.UTF_8);

	private static final String HMAC = Deliveries.hmac(Deliveries.SECRET, NOW, BODY);

	private final WebhookSignatureVerifier verifier = verifier(Deliveries.SECRET);

	private static WebhookSignatureVerifier verifier(String... secrets) {
		return new WebhookSignatureVerifier(List.of(secrets), Duration.ofMinutes(5), CLOCK);
	}

	@Test
	void acceptsBodiesSignedWithASecret() {
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW, BODY), BODY)).isEqualTo(Result.VALID);
	}

	@Test
	void acceptsAnyOfTheSecretsAndSignatures() {
		WebhookSignatureVerifier rotating = verifier("whsec_old", Deliveries.SECRET);
		String header = "t=" + NOW + ",v1=" + "0".repeat(64) + ",v0=abc,v1=" + HMAC + ",v1=short";
		assertThat(rotating.verify(header, BODY)).isEqualTo(Result.VALID);
		assertThat(rotating.verify(Deliveries.sign("whsec_old", NOW, BODY), BODY)).isEqualTo(Result.VALID);
		assertThat(rotating.verify(Deliveries.sign("whsec_older", NOW, BODY), BODY)).isEqualTo(Result.BAD_SIGNATURE);
	}

	@Test
	void acceptsWhiteSpaceUpperCaseAndAnyOrder() {
		String upperCase = HMAC.toUpperCase(Locale.ROOT);
		assertThat(this.verifier.verify(" v1 = " + upperCase + " ,  t = " + NOW + " ,", BODY)).isEqualTo(Result.VALID);
	}

	@Test
	void acceptsSecretsWithALineEndFromAnySource() {
		List<String> secrets = List.of(Deliveries.SECRET + "\n");
		String signature = Deliveries.sign(Deliveries.SECRET, NOW, BODY);
		for (WebhookSignatureVerifier lenient : List.of(
				new WebhookSignatureVerifier(secrets, Duration.ofMinutes(5), CLOCK),
				new WebhookSignatureVerifier(() -> secrets, Duration.ofMinutes(5), CLOCK))) {
			assertThat(lenient.verify(signature, BODY)).isEqualTo(Result.VALID);
		}
	}

	@Test
	void acceptsARepeatedHeader() {
		String header = "t=" + NOW + ",v1=" + HMAC;
		assertThat(this.verifier.verify(header + "," + header, BODY)).isEqualTo(Result.VALID);
		assertThat(this.verifier.verifyHeader(header + "," + header)).isEqualTo(Result.VALID);
	}

	@Test
	void acceptsTimesWithinTheTolerance() {
		WebhookSignatureVerifier defaults = new WebhookSignatureVerifier(List.of("whsec_a"),
				WebhookSignatureVerifier.DEFAULT_TOLERANCE, Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
		for (long distance : new long[] { -300, 300 }) {
			assertThat(defaults.verifyHeader("t=" + (NOW + distance) + ",v1=" + HMAC)).isEqualTo(Result.VALID);
		}
		for (long distance : new long[] { -301, 301 }) {
			assertThat(defaults.verifyHeader("t=" + (NOW + distance) + ",v1=" + HMAC)).isEqualTo(Result.STALE);
		}
	}

	@Test
	void acceptsBytesThatAreNotText() {
		byte[] body = { (byte) 0xff, (byte) 0xfe, 0, (byte) 0xc3, 0x28 };
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW, body), body)).isEqualTo(Result.VALID);
		byte[] other = { (byte) 0xff, (byte) 0xfe, 0, (byte) 0xc2, 0x28 };
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW, body), other))
			.isEqualTo(Result.BAD_SIGNATURE);
	}

	@Test
	void acceptsAnEmptyBody() {
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW, new byte[0]), new byte[0]))
			.isEqualTo(Result.VALID);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", ",", "=", "t=", "v1=", "t=1726502400", "t=1726502400,v1=", "t=1726502400,v1=zz",
			"t=,v1=HMAC", "v1=HMAC", "t=+1726502400,v1=HMAC", "t=-1726502400,v1=HMAC", "t=1726502400.0,v1=HMAC",
			"t=01726502400,v1=HMAC", "t=1726502401,v1=HMAC", "t=1726502400,t=1726502401,v1=HMAC",
			"t=1726502400,v1=HMAC0", "t=1726502400,v2=HMAC", "t=1726502400,V1=HMAC", "T=1726502400,v1=HMAC",
			"t=9999999999999999999999,v1=HMAC", "t=1726502400;v1=HMAC", "t=\u0661\u0667,v1=HMAC", "HMAC" })
	void refusesEverythingElse(String header) {
		String signature = (header != null) ? header.replace("HMAC", HMAC) : null;
		assertThat(this.verifier.verify(signature, BODY)).isEqualTo(Result.BAD_SIGNATURE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "abc", "+1726502400", "-1726502400", "1726502400.0", "1726502400x", "\u0661\u0667",
			"1000000000000000000" })
	void refusesByItsHeaderWhatHasNoTime(String time) {
		assertThat(this.verifier.verifyHeader("t=" + time + ",v1=" + HMAC)).isEqualTo(Result.BAD_SIGNATURE);
	}

	@Test
	void callsTimesOfAnyYearStale() {
		assertThat(this.verifier.verifyHeader("t=" + "9".repeat(18) + ",v1=" + HMAC)).isEqualTo(Result.STALE);
	}

	@ParameterizedTest
	@ValueSource(longs = { -301, -100_000, 301, 100_000, -NOW })
	void rejectsStaleSignaturesInBothDirections(long seconds) {
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW + seconds, BODY), BODY))
			.isEqualTo(Result.STALE);
	}

	@ParameterizedTest
	@ValueSource(longs = { -300, -299, 0, 299, 300 })
	void acceptsSignaturesWithinTheTolerance(long seconds) {
		assertThat(this.verifier.verify(Deliveries.sign(Deliveries.SECRET, NOW + seconds, BODY), BODY))
			.isEqualTo(Result.VALID);
	}

	@Test
	void callsNothingStaleThatNoSecretSigned() {
		assertThat(this.verifier.verify(Deliveries.sign("whsec_other", 1, BODY), BODY)).isEqualTo(Result.BAD_SIGNATURE);
	}

	@Test
	void usesSecretsThatChange() {
		AtomicReference<Collection<String>> secrets = new AtomicReference<>(List.of("whsec_a"));
		WebhookSignatureVerifier rotating = new WebhookSignatureVerifier(secrets::get, Duration.ofMinutes(5), CLOCK);
		assertThat(rotating.verify(Deliveries.sign("whsec_b", NOW, BODY), BODY)).isEqualTo(Result.BAD_SIGNATURE);
		secrets.set(List.of("whsec_a", "whsec_b"));
		assertThat(rotating.verify(Deliveries.sign("whsec_b", NOW, BODY), BODY)).isEqualTo(Result.VALID);
		secrets.set(List.of("", " ", "whsec_b"));
		assertThat(rotating.verify(Deliveries.sign(" ", NOW, BODY), BODY)).isEqualTo(Result.BAD_SIGNATURE);
		assertThat(rotating.verify(Deliveries.sign("whsec_b", NOW, BODY), BODY)).isEqualTo(Result.VALID);
	}

	@Test
	void saysNothingOfASignatureWithoutASecret() {
		for (Collection<String> none : Arrays.asList(null, List.<String>of(), List.of("", " "))) {
			WebhookSignatureVerifier rotating = new WebhookSignatureVerifier(() -> none, Duration.ofMinutes(5), CLOCK);
			assertThatIllegalStateException().isThrownBy(() -> rotating.verify(Deliveries.sign(" ", NOW, BODY), BODY))
				.withMessage("There is no secret to verify webhooks");
			assertThat(rotating.verify("no signature", BODY)).isEqualTo(Result.BAD_SIGNATURE);
		}
	}

	@Test
	void needsSecrets() {
		assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignatureVerifier(new String[0]));
		assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignatureVerifier("whsec_a", " "))
			.withMessageNotContaining("whsec_a");
	}

	@Test
	void saysWhatIsMissing() {
		Duration tolerance = Duration.ofMinutes(5);
		Supplier<List<String>> none = null;
		assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignatureVerifier(none, tolerance, CLOCK))
			.withMessage("'secrets' must not be null");
		List<String> secrets = List.of(Deliveries.SECRET);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new WebhookSignatureVerifier(secrets, Duration.ofSeconds(-1), CLOCK))
			.withMessage("'tolerance' must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignatureVerifier(secrets, tolerance, null))
			.withMessage("'clock' must not be null");
	}

	/**
	 * A small number in the build. The property {@code webhook.changes} increases it to a
	 * million.
	 */
	@Test
	void refusesEveryMutationAndNoVariant() {
		int count = Integer.getInteger("webhook.changes", 20_000);
		Random random = new Random(20261123);
		WebhookSignatureVerifier rotating = verifier("whsec_old", Deliveries.SECRET);
		List<String> accepted = new ArrayList<>();
		List<String> refused = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			byte[] body = new byte[random.nextInt(200) + 1];
			random.nextBytes(body);
			Delivery valid = new Delivery(NOW + random.nextInt(601) - 300, body);
			String variant = valid.variant(random);
			if (rotating.verify(variant, body) != Result.VALID) {
				refused.add(variant);
			}
			Delivery.Mutation mutation = valid.mutate(random);
			if (rotating.verify(mutation.header(), mutation.body()) == Result.VALID) {
				accepted.add(mutation.header());
			}
		}
		assertThat(refused).isEmpty();
		assertThat(accepted).isEmpty();
	}

	/**
	 * As many as there are mutations. Each is delivered, replayed within the tolerance
	 * and replayed outside of it, byte for byte.
	 */
	@Test
	void handlesReplayedWebhooksOnce() {
		int count = Integer.getInteger("webhook.changes", 20_000);
		Random random = new Random(20261124);
		MovableClock clock = new MovableClock(Instant.ofEpochSecond(NOW));
		AtomicInteger handled = new AtomicInteger();
		WebhookEventStore store = new InMemoryWebhookEventStore(Duration.ofHours(24), 100_000, 1 << 24, clock);
		WebhookDispatcher dispatcher = new WebhookDispatcher(
				new WebhookHandler((event) -> handled.incrementAndGet(), store, ObservationRegistry.NOOP, null),
				Runnable::run, 10_000);
		WebhookReceiver receiver = new WebhookReceiver(
				new WebhookSignatureVerifier(List.of(Deliveries.SECRET), Duration.ofMinutes(5), clock), dispatcher,
				ContiguityMeters.NONE, clock);
		Map<WebhookResult, Integer> first = new EnumMap<>(WebhookResult.class);
		Map<WebhookResult, Integer> within = new EnumMap<>(WebhookResult.class);
		Map<WebhookResult, Integer> outside = new EnumMap<>(WebhookResult.class);
		for (int i = 0; i < count; i++) {
			byte[] body = Deliveries.event("evt_" + i, "new", "{\"number\":" + random.nextInt() + "}");
			String signature = Deliveries.sign(Deliveries.SECRET, NOW, body);
			clock.set(Instant.ofEpochSecond(NOW + random.nextInt(601) - 300));
			first.merge(DirectDelivery.deliver(receiver, signature, body), 1, Integer::sum);
			clock.set(Instant.ofEpochSecond(NOW + random.nextInt(601) - 300));
			within.merge(DirectDelivery.deliver(receiver, signature, body), 1, Integer::sum);
			int away = 301 + random.nextInt(10_000);
			clock.set(Instant.ofEpochSecond(NOW + ((random.nextBoolean()) ? away : -away)));
			outside.merge(DirectDelivery.deliver(receiver, signature, body), 1, Integer::sum);
			if (i % 5000 == 0) {
				Awaitility.waitAtMost(Duration.ofSeconds(60)).until(() -> receiver.pendingEvents() == 0);
			}
		}
		Awaitility.waitAtMost(Duration.ofSeconds(60)).until(() -> receiver.pendingEvents() == 0);
		dispatcher.destroy();
		assertThat(first).isEqualTo(Map.of(WebhookResult.ACCEPTED, count));
		assertThat(within).isEqualTo(Map.of(WebhookResult.DUPLICATE, count));
		assertThat(outside).isEqualTo(Map.of(WebhookResult.STALE, count));
		assertThat(handled).hasValue(count);
	}

	@Test
	void agreesWithOpenssl() throws Exception {
		Process probe = start("openssl", "version");
		assumeThat(probe).isNotNull();
		byte[] signed = (NOW + "." + new String(BODY, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
		Process openssl = start("openssl", "dgst", "-sha256", "-hmac", Deliveries.SECRET, "-hex");
		try (OutputStream input = openssl.getOutputStream()) {
			input.write(signed);
		}
		String output = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
		assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
		String hmac = output.substring(output.lastIndexOf(' ') + 1);
		assertThat(this.verifier.verify("t=" + NOW + ",v1=" + hmac, BODY)).as(output).isEqualTo(Result.VALID);
	}

	private static Process start(String... command) {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			return null;
		}
	}

	private record Delivery(long time, byte[] body) {

		String hmac() {
			return Deliveries.hmac(Deliveries.SECRET, this.time, this.body);
		}

		String variant(Random random) {
			List<String> parts = new ArrayList<>(List.of("t=" + this.time, "v1=" + randomCase(random)));
			for (int i = random.nextInt(3); i > 0; i--) {
				parts.add(random.nextBoolean() ? "v1=" + "ab".repeat(32) : "v0=unknown");
			}
			Collections.shuffle(parts, random);
			return String.join((random.nextBoolean()) ? "," : " , ", parts);
		}

		private String randomCase(Random random) {
			StringBuilder hex = new StringBuilder();
			hmac().chars()
				.forEach((digit) -> hex.append((char) (random.nextBoolean() ? Character.toUpperCase(digit) : digit)));
			return hex.toString();
		}

		Mutation mutate(Random random) {
			String header = "t=" + this.time + ",v1=" + hmac();
			return switch (random.nextInt(7)) {
				case 0 -> new Mutation(header, flip(this.body, random));
				case 1 -> new Mutation(flipHeader(header, random), this.body);
				case 2 -> new Mutation("t=" + (this.time + 1 + random.nextInt(100)) + ",v1=" + hmac(), this.body);
				case 3 -> new Mutation(header, java.util.Arrays.copyOf(this.body, random.nextInt(this.body.length)));
				case 4 -> new Mutation(header.substring(0, random.nextInt(header.length())), this.body);
				case 5 -> new Mutation(Deliveries.sign("whsec_" + random.nextInt(), this.time, this.body), this.body);
				// replayed: signed correctly, but too long ago or too far in the future
				default -> {
					long far = NOW + ((random.nextBoolean()) ? 301 : -301) * (1L + random.nextInt(1000));
					yield new Mutation(Deliveries.sign(Deliveries.SECRET, far, this.body), this.body);
				}
			};
		}

		private static byte[] flip(byte[] bytes, Random random) {
			byte[] flipped = bytes.clone();
			flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
			return flipped;
		}

		private static String flipHeader(String header, Random random) {
			while (true) {
				String flipped = new String(flip(header.getBytes(StandardCharsets.ISO_8859_1), random),
						StandardCharsets.ISO_8859_1);
				// a hexadecimal digit in the other case is a variant rather than a
				// mutation
				if (!flipped.equalsIgnoreCase(header) || flipped.charAt(0) != 't' || !flipped.contains(",v1=")) {
					return flipped;
				}
			}
		}

		private record Mutation(String header, byte[] body) {
		}

	}

}
