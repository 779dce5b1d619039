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

import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.internal.delivery.Account;
import com.contiguity.spring.internal.delivery.AccountStatus.Report;
import com.contiguity.spring.internal.delivery.AccountStatus.Verdict;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports whether the Contiguity account works. The status is normally derived from the
 * application's calls. The API is probed only if there were no recent calls or if their
 * results are inconclusive.
 *
 * @since 0.1.0
 */
public class ContiguityHealthIndicator extends AbstractReactiveHealthIndicator {

	/** Is {@code null} if a test has replaced the template with a mock. */
	private final @Nullable Account account;

	private final Duration probeInterval;

	/**
	 * Create an indicator.
	 * @param template the template whose account is checked
	 * @param probeInterval the minimum interval between account probes. After a failed
	 * probe, the next one can be sooner
	 */
	public ContiguityHealthIndicator(ReactiveImessageTemplate template, Duration probeInterval) {
		super("Contiguity health check failed");
		this.account = template.unwrap(Account.class);
		this.probeInterval = probeInterval;
	}

	@Override
	protected Mono<Health> doHealthCheck(Health.Builder builder) {
		if (this.account == null) {
			return Mono.just(builder.unknown().build());
		}
		addDetail(builder, HealthDetail.ACCOUNT, this.account.delivery().account());
		return this.account.delivery()
			.statistics()
			.status()
			.check(this.account.probe(), this.probeInterval)
			.map((report) -> health(builder, report));
	}

	private static Health health(Health.Builder builder, Report report) {
		builder.status(status(report.verdict()));
		addDetail(builder, HealthDetail.REASON, report.reason());
		addDetail(builder, HealthDetail.USABLE_LINES, report.usableLines());
		addDetail(builder, HealthDetail.LAST_ANSWER, report.answeredAt());
		addDetail(builder, HealthDetail.API_VERSION, report.apiVersion());
		return builder.build();
	}

	private static Status status(Verdict verdict) {
		return switch (verdict) {
			case WORKS -> Status.UP;
			case REFUSED -> Status.DOWN;
			case OUT_OF_SERVICE -> Status.OUT_OF_SERVICE;
		};
	}

	private static void addDetail(Health.Builder builder, HealthDetail detail, @Nullable Object value) {
		if (value != null) {
			builder.withDetail(detail.key(), value);
		}
	}

}
