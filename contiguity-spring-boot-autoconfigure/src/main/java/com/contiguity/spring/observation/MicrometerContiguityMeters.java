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

package com.contiguity.spring.observation;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

import com.contiguity.spring.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * {@link ContiguityMeters} that records to a Micrometer registry. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MicrometerContiguityMeters implements ContiguityMeters {

	private final MeterRegistry registry;

	private final Map<Key, DistributionSummary> attempts = new ConcurrentHashMap<>();

	private final Map<Key, Timer> waits = new ConcurrentHashMap<>();

	private final Map<Key, DoubleSupplier> available = new ConcurrentHashMap<>();

	/**
	 * Create meters.
	 * @param registry the registry of the meters
	 */
	public MicrometerContiguityMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void callEnded(String account, Operation operation, int attempts) {
		this.attempts
			.computeIfAbsent(new Key(account, operation.toString()),
					(key) -> DistributionSummary.builder(ContiguityMeterDocumentation.ATTEMPTS.getName())
						.description(ContiguityMeterDocumentation.ATTEMPTS.getDescription())
						.tag(ContiguityKeyName.ACCOUNT.asString(), key.account())
						.tag(ContiguityKeyName.OPERATION.asString(), key.value())
						.register(this.registry))
			.record(attempts);
	}

	@Override
	public void retried(String account, Operation operation, String reason) {
		Counter.builder(ContiguityMeterDocumentation.RETRIES.getName())
			.description(ContiguityMeterDocumentation.RETRIES.getDescription())
			.tag(ContiguityKeyName.ACCOUNT.asString(), account)
			.tag(ContiguityKeyName.OPERATION.asString(), operation.toString())
			.tag(ContiguityKeyName.REASON.asString(), reason)
			.register(this.registry)
			.increment();
	}

	@Override
	public void lineWaited(String account, String alias, Duration wait) {
		this.waits
			.computeIfAbsent(new Key(account, alias),
					(key) -> Timer.builder(ContiguityMeterDocumentation.LINE_WAIT.getName())
						.description(ContiguityMeterDocumentation.LINE_WAIT.getDescription())
						.tag(ContiguityKeyName.ACCOUNT.asString(), key.account())
						.tag(ContiguityKeyName.LINE.asString(), key.value())
						.register(this.registry))
			.record(wait);
	}

	@Override
	public void lineAvailable(String account, String alias, DoubleSupplier available) {
		this.available.computeIfAbsent(new Key(account, alias), (key) -> {
			Gauge.builder(ContiguityMeterDocumentation.LINE_AVAILABLE.getName(), available, DoubleSupplier::getAsDouble)
				.description(ContiguityMeterDocumentation.LINE_AVAILABLE.getDescription())
				.tag(ContiguityKeyName.ACCOUNT.asString(), key.account())
				.tag(ContiguityKeyName.LINE.asString(), key.value())
				.register(this.registry);
			// the gauge holds only a weak reference
			return available;
		});
	}

	@Override
	public void webhookReceived(String type, String result) {
		Counter.builder(ContiguityMeterDocumentation.WEBHOOK_EVENTS.getName())
			.description(ContiguityMeterDocumentation.WEBHOOK_EVENTS.getDescription())
			.tag(ContiguityKeyName.RESULT.asString(), result)
			.tag(ContiguityKeyName.TYPE.asString(), type)
			.register(this.registry)
			.increment();
	}

	/**
	 * Distinguishes meters of the same name.
	 *
	 * @param account the name of the account
	 * @param value the operation, or the alias of the line
	 */
	private record Key(String account, String value) {
	}

}
