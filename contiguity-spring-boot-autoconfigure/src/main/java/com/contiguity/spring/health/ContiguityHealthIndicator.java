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

import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.delivery.CallStatistics;
import com.contiguity.spring.health.AccountProbe.Result;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;

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

	/** So many calls in a row that were not served are no accident. */
	private static final int MAX_FAILURES_IN_A_ROW = 3;

	private final ReactiveImessageTemplate template;

	private final CallStatistics statistics;

	private final Duration probeInterval;

	private final AccountProbe probe;

	/**
	 * Create an indicator.
	 * @param template whose account to watch
	 * @param probeInterval the time between two probes at least
	 */
	public ContiguityHealthIndicator(ReactiveImessageTemplate template, Duration probeInterval) {
		super("Contiguity health check failed");
		this.template = template;
		this.statistics = template.delivery().statistics();
		this.probeInterval = probeInterval;
		this.probe = new AccountProbe(template.leasedLines(), probeInterval, PROBE_TIMEOUT, Schedulers.parallel());
	}

	@Override
	protected Mono<Health> doHealthCheck(Health.Builder builder) {
		Mono<Result> probed = (wasServedLately()) ? Mono.just(lastResult()) : this.probe.probe();
		return probed.map((result) -> health(builder, result));
	}

	private boolean wasServedLately() {
		Instant servedAt = this.statistics.lastServedAt();
		return servedAt != null && this.probe.now().isBefore(servedAt.plus(this.probeInterval)) && !isFailing();
	}

	private boolean isFailing() {
		return this.statistics.failuresInARow() >= MAX_FAILURES_IN_A_ROW;
	}

	private Result lastResult() {
		Result last = this.probe.last();
		return (last != null && last.failure() == null) ? last
				: new Result(this.template.linePool().lines().size(), null);
	}

	private Health health(Health.Builder builder, Result result) {
		CallStatistics.LastAnswer lastAnswer = this.statistics.lastAnswer();
		Integer status = status(result, lastAnswer);
		if (status != null && (status == 401 || status == 403)) {
			builder.down()
				.withDetail("reason", (status == 401) ? "The API does not accept the token (401)"
						: "The account is not allowed to do this (403)");
		}
		else if (result.failure() != null) {
			builder.outOfService().withDetail("reason", "The API does not answer as it should");
		}
		else if (isFailing()) {
			builder.outOfService()
				.withDetail("reason", this.statistics.failuresInARow() + " calls in a row were not served");
		}
		else {
			builder.up().withDetail("usableLines", result.usableLines());
		}
		if (lastAnswer != null) {
			builder.withDetail("lastAnswer", lastAnswer.at());
			if (lastAnswer.apiVersion() != null) {
				builder.withDetail("apiVersion", lastAnswer.apiVersion());
			}
		}
		return builder.build();
	}

	private static @Nullable Integer status(Result result, CallStatistics.@Nullable LastAnswer lastAnswer) {
		if (result.failure() instanceof ContiguityApiException answer) {
			return answer.status();
		}
		// any call tells of a token that is not accepted any more
		return (lastAnswer != null && lastAnswer.status() == 401) ? 401 : null;
	}

}
