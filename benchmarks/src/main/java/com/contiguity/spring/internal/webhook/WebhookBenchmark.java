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

package com.contiguity.spring.internal.webhook;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.contiguity.spring.event.ContiguityWebhookEvent;
import com.contiguity.spring.webhook.WebhookSignatureVerifier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Measures verifying the signature of a webhook and parsing its body.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WebhookBenchmark {

	private static final String SECRET = "whsec_benchmark";

	private static final Instant NOW = Instant.ofEpochSecond(1_764_100_000);

	/** The size of the body in bytes. */
	@Param({ "1000", "100000" })
	public int size;

	private final WebhookSignatureVerifier verifier = new WebhookSignatureVerifier(List.of(SECRET),
			WebhookSignatureVerifier.DEFAULT_TOLERANCE, Clock.fixed(NOW, ZoneOffset.UTC));

	private final WebhookEventParser parser = new WebhookEventParser();

	private byte[] body;

	private String signature;

	@Setup
	public void setUp() throws Exception {
		String event = """
				{"id":"evt_0123456789","type":"imessage.incoming","timestamp":1764100000,"api_version":"v2",\
				"data":{"from":"+15551234567","to":"+15550001001","timestamp":1764100000,"attachments":[],"body":"%s"}}""";
		int rest = this.size - event.length() + 2;
		this.body = event.formatted("a text of words ".repeat(rest / 16 + 1).substring(0, rest))
			.getBytes(StandardCharsets.UTF_8);
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		mac.update((NOW.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
		this.signature = "t=" + NOW.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(this.body));
		if (this.verifier.verify(this.signature, this.body) != WebhookSignatureVerifier.Result.VALID) {
			throw new IllegalStateException("The signature is not valid");
		}
	}

	@Benchmark
	public ContiguityWebhookEvent receive() {
		if (this.verifier.verify(this.signature, this.body) != WebhookSignatureVerifier.Result.VALID) {
			throw new IllegalStateException("The signature is not valid");
		}
		return this.parser.parse(this.body, NOW);
	}

}
