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

package com.contiguity.spring.internal.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.contiguity.spring.Outcome;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.imessage.Reconciliation;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendOutcomeUnknownException;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.SendResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.retry.backoff.FixedBackOffPolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sends thousands of messages to a server that fails at random, and compares the reported
 * outcomes with the messages that the server accepted.
 */
class RandomFaultsTests {

	private static final long SEED = 20261123;

	private static final Duration LONG = Duration.ofSeconds(120);

	private static final int LINES = 100;

	private static final int RECIPIENTS_PER_LINE = 5;

	/** Interval at which texts are repeated. */
	private static final int REPEATED = 100;

	@ParameterizedTest
	@CsvSource({ "REACTOR, 10000", "JDK, 1000", "JETTY, 1000", "HTTP_COMPONENTS, 1000" })
	void outcomesAgreeWithWhatTheServerTook(Connector connector, int count) {
		RandomApi api = new RandomApi(SEED);
		try (FaultServer server = FaultServer.start(api)) {
			ReactiveImessageTemplate imessage = template(connector, server);
			List<SendResult> results = imessage.sendAll(Flux.range(0, count).map(RandomFaultsTests::request))
				.collectList()
				.block(LONG);
			assertThat(results).hasSize(count);
			Map<String, Map<Outcome, Integer>> outcomesByText = new HashMap<>();
			for (SendResult result : results) {
				outcomesByText.computeIfAbsent(result.request().message(), (text) -> new EnumMap<>(Outcome.class))
					.merge(outcome(result), 1, Integer::sum);
			}
			Awaitility.waitAtMost(LONG).until(api::isIdle);
			outcomesByText.forEach((text, outcomes) -> assertAgrees(api, text, outcomes));
			assertThat(results.stream().map(RandomFaultsTests::outcome).distinct()).as("outcomes that came up")
				.contains(Outcome.values());
			// reads everything, however long the machine takes
			ReactiveImessageTemplate patient = template(connector, server, LONG, LONG);
			for (Duration skew : List.of(Duration.ZERO, Duration.ofHours(3), Duration.ofHours(-3))) {
				api.setSkew(skew);
				assertReconciles(api, patient, results);
			}
		}
	}

	private static void assertAgrees(RandomApi api, String text, Map<Outcome, Integer> outcomes) {
		int accepted = outcomes.getOrDefault(Outcome.ACCEPTED, 0);
		int unknown = outcomes.getOrDefault(Outcome.UNKNOWN, 0);
		assertThat(api.taken(text)).as("times that the server took '%s', which ended %s", text, outcomes)
			.isBetween(accepted, accepted + unknown);
		if (isUnique(text)) {
			List<Fault> faults = api.faults(text);
			assertThat(faults.subList(0, Math.max(0, faults.size() - 1)))
				.as("what happened to '%s' before its last attempt", text)
				.allMatch((fault) -> fault.outcome() == Outcome.NOT_SENT);
		}
	}

	private static void assertReconciles(RandomApi api, ReactiveImessageTemplate imessage, List<SendResult> results) {
		List<SendOutcomeUnknownException> unknown = new ArrayList<>();
		for (SendResult result : results) {
			if (result instanceof SendResult.Failed failed && isUnique(result.request().message())
					&& failed.exception() instanceof SendOutcomeUnknownException exception) {
				unknown.add(exception);
			}
		}
		assertThat(unknown).hasSizeGreaterThan(results.size() / 10);
		Map<String, Reconciliation> reconciliations = Flux.fromIterable(unknown)
			.flatMap((exception) -> imessage.reconcile(exception)
				.map((reconciliation) -> Map.entry(exception.request().message(), reconciliation)), 16)
			.collectMap(Map.Entry::getKey, Map.Entry::getValue)
			.block(LONG);
		assertThat(reconciliations).hasSameSizeAs(unknown);
		// another process sent them, and its other messages of that time may be any of
		// them
		reconciliations.forEach((text, reconciliation) -> assertThat(reconciliation.verdict()).as(text)
			.isIn((api.taken(text) == 1) ? Verdict.SENT : Verdict.NOT_SENT, Verdict.UNDECIDED));
		assertThat(reconciliations.values()).extracting(Reconciliation::verdict).contains(Verdict.SENT);
	}

	private static Outcome outcome(SendResult result) {
		return (result instanceof SendResult.Failed failed) ? failed.exception().outcome() : Outcome.ACCEPTED;
	}

	private static SendRequest request(int number) {
		String line = "+1555200" + (1000 + number % LINES);
		String recipient = "+1555" + (3000000 + number % (LINES * RECIPIENTS_PER_LINE));
		String text = (number % REPEATED == 0) ? "The same again" : "Message " + number;
		return SendRequest.to(recipient).from(line).message(text).build();
	}

	private static boolean isUnique(String text) {
		return text.startsWith("Message ");
	}

	private static ReactiveImessageTemplate template(Connector connector, FaultServer server) {
		return template(connector, server, Duration.ofMillis(700), Duration.ofMillis(1500));
	}

	private static ReactiveImessageTemplate template(Connector connector, FaultServer server, Duration readTimeout,
			Duration timeout) {
		FixedBackOffPolicy backOff = new FixedBackOffPolicy();
		backOff.setBackOffPeriod(1);
		return ReactiveImessageTemplate.builder()
			.token("contiguity_sk_test")
			.baseUrl(server.uri().toString())
			.transport(connector.builder(),
					HttpClientSettings.defaults().withTimeouts(Duration.ofSeconds(10), readTimeout))
			.linePacer(null)
			.backOffPolicy(backOff)
			.timeout(timeout)
			.settleTime(Duration.ZERO)
			.buildReactive();
	}

}
