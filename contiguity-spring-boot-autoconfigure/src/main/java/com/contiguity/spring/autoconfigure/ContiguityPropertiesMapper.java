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

package com.contiguity.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import com.contiguity.spring.core.ConnectionPool;
import com.contiguity.spring.core.ImessageTemplateBuilder;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.internal.delivery.FullJitterBackOffPolicy;
import com.contiguity.spring.internal.line.TokenBucketLinePacer;
import com.contiguity.spring.internal.validation.Require;
import com.contiguity.spring.line.LinePacer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MutuallyExclusiveConfigurationPropertiesException;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.retry.policy.MaxAttemptsRetryPolicy;
import org.springframework.retry.policy.NeverRetryPolicy;
import org.springframework.util.ClassUtils;

/**
 * Maps {@link ContiguityProperties} to an {@link ImessageTemplateBuilder}. An invalid
 * value is reported with the name of its property.
 */
class ContiguityPropertiesMapper {

	private static final HttpClientSettings DEFAULTS = HttpClientSettings.defaults()
		.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20));

	private static final Log logger = LogFactory.getLog(ContiguityPropertiesMapper.class);

	/** Shorter than a round trip with a new TLS connection. */
	private static final Duration SHORT = Duration.ofMillis(100);

	/** The result of an unquoted number with {@code +} in YAML. */
	private static final Pattern DIGITS = Pattern.compile("\\d{7,15}");

	/** The required dependencies, each with a class that shows its presence. */
	private static final Map<String, String> REDIS_PACING = Map.of("com.bucket4j:bucket4j_jdk17-lettuce",
			"io.github.bucket4j.redis.lettuce.Bucket4jLettuce", "com.contiguity.spring:contiguity-spring-boot-outbox",
			"com.contiguity.spring.outbox.autoconfigure.ContiguityRedisPacingStoreAutoConfiguration",
			"org.springframework.boot:spring-boot-starter-data-redis",
			"org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration");

	private final ContiguityProperties properties;

	ContiguityPropertiesMapper(ContiguityProperties properties) {
		this.properties = properties;
	}

	HttpClientSettings httpClientSettings(@Nullable SslBundle sslBundle, @Nullable HttpClientSettings global) {
		ContiguityProperties.Http http = this.properties.getHttp();
		return HttpClientSettings.defaults()
			.withTimeouts(http.getConnectTimeout(), http.getReadTimeout())
			.withSslBundle(sslBundle)
			.orElse(global)
			.orElse(DEFAULTS);
	}

	ConnectionPool connectionPool() {
		ContiguityProperties.Http http = this.properties.getHttp();
		check(isPositive(http.getMaxIdleTime()), "contiguity.http.max-idle-time", http.getMaxIdleTime(),
				"It must be positive.");
		return new ConnectionPool(http.getMaxConnections(), http.getPendingAcquireTimeout(), http.getMaxIdleTime());
	}

	void applyTo(ImessageTemplateBuilder builder, @Nullable LinePacer linePacer) {
		Duration timeout = this.properties.getTimeout();
		check(isPositive(timeout), "contiguity.timeout", timeout, "It must be positive.");
		if (timeout.compareTo(SHORT) < 0) {
			logger.warn(("'contiguity.timeout' is %s ms, which is too short for most calls. "
					+ "A number without a unit is in milliseconds. Write seconds as '5s'")
				.formatted(timeout.toMillis()));
		}
		builder.timeout(timeout)
			.authorizationScheme(this.properties.getAuthorizationScheme())
			.fastTrack(this.properties.getFastTrack())
			.fallback(fallback());
		applyLines(builder);
		applyRetry(builder);
		applyPacing(builder, linePacer);
		Duration settleTime = this.properties.getReconcile().getSettleTime();
		check(!settleTime.isNegative(), "contiguity.reconcile.settle-time", settleTime, "It must not be negative.");
		builder.settleTime(settleTime);
	}

	private @Nullable Fallback fallback() {
		ContiguityProperties.Fallback properties = this.properties.getFallback();
		String from = line("contiguity.fallback.from", properties.getFrom());
		if (properties.getWhen().isEmpty()) {
			if (from != null) {
				throw new InvalidPrivatePropertyException("contiguity.fallback.from", from,
						"It has no effect without 'contiguity.fallback.when'.");
			}
			return null;
		}
		return valid("contiguity.fallback.from", from, () -> Fallback.when(properties.getWhen()).from(from));
	}

	private void applyLines(ImessageTemplateBuilder builder) {
		String from = line("contiguity.from", this.properties.getFrom());
		List<String> lines = this.properties.getLines().stream().map(String::strip).toList();
		ContiguityProperties.LeasedLines leasedLines = this.properties.getLeasedLines();
		MutuallyExclusiveConfigurationPropertiesException.throwIfMultipleNonNullValuesIn((entries) -> {
			entries.put("contiguity.from", from);
			entries.put("contiguity.lines", (lines.isEmpty()) ? null : lines);
			entries.put("contiguity.leased-lines.enabled", (leasedLines.isEnabled()) ? true : null);
		});
		if (leasedLines.isEnabled()) {
			check(isPositive(leasedLines.getRefreshInterval()), "contiguity.leased-lines.refresh-interval",
					leasedLines.getRefreshInterval(), "It must be positive.");
			builder.leasedLines(leasedLines.getRefreshInterval());
		}
		if (from != null) {
			valid("contiguity.from", from, () -> builder.from(from));
		}
		if (!lines.isEmpty()) {
			for (int i = 0; i < lines.size(); i++) {
				String line = lines.get(i);
				valid("contiguity.lines[" + i + "]", line, () -> Require.line("lines", line));
			}
			builder.lines(lines);
		}
	}

	private void applyRetry(ImessageTemplateBuilder builder) {
		ContiguityProperties.Retry retry = this.properties.getRetry();
		check(retry.getMaxRetries() >= 0, "contiguity.retry.max-retries", retry.getMaxRetries(),
				"It must not be negative.");
		check(isPositive(retry.getInitialInterval()), "contiguity.retry.initial-interval", retry.getInitialInterval(),
				"It must be positive.");
		check(retry.getMultiplier() >= 1, "contiguity.retry.multiplier", retry.getMultiplier(),
				"It must be at least 1.");
		check(isPositive(retry.getMaxInterval()), "contiguity.retry.max-interval", retry.getMaxInterval(),
				"It must be positive.");
		builder
			.retryPolicy((retry.isEnabled()) ? new MaxAttemptsRetryPolicy(retry.getMaxRetries() + 1)
					: new NeverRetryPolicy())
			.backOffPolicy(new FullJitterBackOffPolicy(retry.getInitialInterval(), retry.getMultiplier(),
					retry.getMaxInterval()));
	}

	private static String whatIsMissing(ContiguityProperties.Pacing.Store store) {
		if (store != ContiguityProperties.Pacing.Store.REDIS) {
			return "It needs com.contiguity.spring:contiguity-spring-boot-starter-outbox and a DataSource with a PostgreSQL database.";
		}
		List<String> missing = REDIS_PACING.entrySet()
			.stream()
			.filter((dependency) -> !ClassUtils.isPresent(dependency.getValue(), null))
			.map(Map.Entry::getKey)
			.sorted()
			.toList();
		return (missing.isEmpty()) ? "It needs a LettuceConnectionFactory bean."
				: "It needs " + String.join(" and ", missing) + " on the class path.";
	}

	LinePacer linePacer() {
		ContiguityProperties.Pacing pacing = this.properties.getPacing();
		checkRate(pacing);
		return new TokenBucketLinePacer(pacing.getRate(), pacing.getBurst(), Schedulers.parallel());
	}

	private static void checkRate(ContiguityProperties.Pacing pacing) {
		check(pacing.getRate() > 0, "contiguity.pacing.rate", pacing.getRate(), "It must be positive.");
		check(pacing.getBurst() > 0, "contiguity.pacing.burst", pacing.getBurst(), "It must be positive.");
	}

	private void applyPacing(ImessageTemplateBuilder builder, @Nullable LinePacer linePacer) {
		ContiguityProperties.Pacing pacing = this.properties.getPacing();
		checkRate(pacing);
		check(!pacing.getMaxWait().isNegative(), "contiguity.pacing.max-wait", pacing.getMaxWait(),
				"It must not be negative.");
		boolean shared = pacing.getStore() != ContiguityProperties.Pacing.Store.LOCAL;
		check(!shared || !pacing.isEnabled() || linePacer != null, "contiguity.pacing.store", pacing.getStore(),
				whatIsMissing(pacing.getStore()));
		builder.maxWait(pacing.getMaxWait()).linePacer(linePacer);
	}

	private static @Nullable String line(String name, @Nullable String line) {
		if (line == null) {
			return null;
		}
		check(!line.isBlank(), name, "", "It must not be empty. Remove the property if there is none.");
		return line.strip();
	}

	private static boolean isPositive(Duration duration) {
		return !duration.isNegative() && !duration.isZero();
	}

	private static void check(boolean valid, String name, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(name, value, reason);
		}
	}

	private static <T> T valid(String name, @Nullable String number, Supplier<T> value) {
		try {
			return value.get();
		}
		catch (IllegalArgumentException ex) {
			String hint = (number != null && DIGITS.matcher(number).matches())
					? " It starts with a digit. In YAML, a number with '+' needs quotes, as in \"+1…\"." : "";
			throw new InvalidPrivatePropertyException(name, number, ex.getMessage() + "." + hint);
		}
	}

}
