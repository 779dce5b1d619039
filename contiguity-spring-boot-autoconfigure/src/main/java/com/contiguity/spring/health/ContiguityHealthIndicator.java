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

package com.contiguity.spring.health;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityTransportException;
import com.contiguity.spring.ContiguityTransportException.Phase;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.health.AccountProbe.Result;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.AccountStanding;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.util.Assert;

/**
 * Tells whether the Contiguity account works. Calls of the application tell already; only
 * where there were none lately is the account asked, and that at most once in an
 * interval.
 *
 * @since 0.1.0
 */
public class ContiguityHealthIndicator extends AbstractReactiveHealthIndicator {

	/** A probe is to answer sooner than whoever polls gives up. */
	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

	/** Not there if a test has put a mock in the place of the template. */
	private final @Nullable Account account;

	private final Duration probeInterval;

	private final AccountProbe probe;

	/**
	 * Create an indicator.
	 * @param template whose account to watch
	 * @param probeInterval the time between two probes at least
	 */
	public ContiguityHealthIndicator(ReactiveImessageTemplate template, Duration probeInterval) {
		this(template, probeInterval, Schedulers.parallel());
	}

	ContiguityHealthIndicator(ReactiveImessageTemplate template, Duration probeInterval, Scheduler scheduler) {
		super("Contiguity health check failed");
		this.account = template.unwrap(Account.class);
		this.probeInterval = probeInterval;
		this.probe = new AccountProbe(Mono.defer(() -> account().probe()), probeInterval, PROBE_TIMEOUT, scheduler);
	}

	@Override
	protected Mono<Health> doHealthCheck(Health.Builder builder) {
		if (this.account == null) {
			return Mono.just(builder.unknown().build());
		}
		Mono<Result> probed = (standing().isServedSince(lately())) ? Mono.fromSupplier(this::lastResult)
				: this.probe.probe(standing().timesForgotten());
		return probed.map((result) -> health(builder, result));
	}

	private Account account() {
		Assert.state(this.account != null, "There is no account to watch");
		return this.account;
	}

	private AccountStanding standing() {
		return account().delivery().statistics().standing();
	}

	private Instant lately() {
		return this.probe.now().minus(this.probeInterval);
	}

	// what the account said last, or else what is configured; a pool that is empty leaves
	// the choice to Contiguity and says nothing
	private Result lastResult() {
		Result last = this.probe.last(standing().timesForgotten());
		int lines = account().linePool().lines().size();
		return (last != null && last.failure() == null) ? last
				: new Result(this.probe.now(), (lines > 0) ? lines : null, null);
	}

	private Health health(Health.Builder builder, Result result) {
		// what calls told since counts more
		Throwable failure = (standing().wasServedAfter(result.at())) ? null : result.failure();
		Integer refusal = refusal(failure);
		int failuresInARow = standing().failuresInARow(lately());
		if (refusal != null) {
			builder.down().withDetail(HealthDetail.REASON.key(), reasonOf(refusal));
		}
		else if (isNotServed(failure)) {
			builder.outOfService().withDetail(HealthDetail.REASON.key(), reasonOf(failure));
		}
		else if (failuresInARow > 0) {
			builder.outOfService()
				.withDetail(HealthDetail.REASON.key(), failuresInARow + " calls in a row were not served");
		}
		else {
			builder.up();
			addDetail(builder, HealthDetail.USABLE_LINES, result.usableLines());
		}
		AccountStanding.LastAnswer lastAnswer = standing().lastAnswer();
		if (lastAnswer != null) {
			addDetail(builder, HealthDetail.LAST_ANSWER, lastAnswer.at());
			addDetail(builder, HealthDetail.API_VERSION, lastAnswer.apiVersion());
		}
		return builder.build();
	}

	private static void addDetail(Health.Builder builder, HealthDetail detail, @Nullable Object value) {
		if (value != null) {
			builder.withDetail(detail.key(), value);
		}
	}

	// any call tells of a token that is not accepted any more; a 403 may be about what
	// was asked for, and is a reason to ask
	private @Nullable Integer refusal(@Nullable Throwable failure) {
		if (failure instanceof ContiguityApiException answer && (answer.status() == 401 || answer.status() == 403)) {
			return answer.status();
		}
		return (standing().isTokenRefused()) ? 401 : null;
	}

	private static String reasonOf(int refusal) {
		return (refusal == 401) ? "The API does not accept the token (401)"
				: "The account is not allowed to do this (403)";
	}

	// whoever is asked to come back later is served; nothing else can be wrong with what
	// a probe asks for
	private static boolean isNotServed(@Nullable Throwable failure) {
		return failure != null && !(failure instanceof ContiguityApiException answer && answer.status() == 429);
	}

	private static String reasonOf(@Nullable Throwable failure) {
		if (failure instanceof ContiguityApiException answer) {
			return "The API answers " + answer.status();
		}
		if (failure instanceof ContiguityTransportException transport && transport.phase() == Phase.CONNECT) {
			// says whether it is the network or what supplies the token, and nothing
			// private
			return String.valueOf(transport.getMessage());
		}
		return (failure instanceof TimeoutException)
				? "The API does not answer within " + PROBE_TIMEOUT.toSeconds() + " s"
				: "The API does not answer as it should";
	}

}
