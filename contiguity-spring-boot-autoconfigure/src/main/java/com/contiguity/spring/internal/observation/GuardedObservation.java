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

package com.contiguity.spring.internal.observation;

import java.util.function.Supplier;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * An observation that does not affect the observed operation, even if its handlers or its
 * convention fail. As thread-safe as they are.
 *
 * @since 0.1.0
 */
public final class GuardedObservation {

	/**
	 * An observation that does nothing.
	 */
	public static final GuardedObservation NOOP = new GuardedObservation(ObservationRegistry.NOOP, Observation.NOOP,
			null);

	private final ObservationRegistry registry;

	private final Observation observation;

	private final @Nullable Observation current;

	private GuardedObservation(ObservationRegistry registry, Observation observation, @Nullable Observation current) {
		this.registry = registry;
		this.observation = observation;
		this.current = current;
	}

	/**
	 * Start an observation.
	 * @param registry the registry of the observation
	 * @param parent its parent, or {@code null} for that of the thread
	 * @param observation creates the observation
	 * @return the observation; if it failed or is disabled, one that represents its
	 * parent
	 */
	public static GuardedObservation start(ObservationRegistry registry, @Nullable Observation parent,
			Supplier<Observation> observation) {
		if (registry.isNoop()) {
			return NOOP;
		}
		Observation created = Observation.NOOP;
		try {
			created = observation.get();
			if (!created.isNoop()) {
				if (parent != null) {
					created.parentObservation(parent);
				}
				return new GuardedObservation(registry, created.start(), created);
			}
		}
		catch (Throwable ex) {
			Measurement.failed(ex);
			// handlers before the one that failed have been started
			Measurement.attempt(created::stop);
		}
		return new GuardedObservation(registry, Observation.NOOP,
				(parent != null) ? parent : registry.getCurrentObservation());
	}

	/**
	 * Return the parent for nested observations.
	 * @return the observation, or {@code null} if there is none
	 */
	public @Nullable Observation current() {
		return this.current;
	}

	/**
	 * Run a task in the scope of the observation, so that its calls and logs belong to
	 * the same trace.
	 * @param task the task; its exceptions are thrown
	 */
	public void scoped(Runnable task) {
		if (this.current == null) {
			task.run();
			return;
		}
		Observation.Scope before = this.registry.getCurrentObservationScope();
		Observation.Scope scope = openScope(this.current);
		try {
			task.run();
		}
		finally {
			if (scope != null) {
				Measurement.attempt(scope::close);
			}
			// also if a handler failed and left the scope half open or half closed
			if (this.registry.getCurrentObservationScope() != before) {
				this.registry.setCurrentObservationScope(before);
			}
		}
	}

	private static Observation.@Nullable Scope openScope(Observation observation) {
		try {
			return observation.openScope();
		}
		catch (Throwable ex) {
			Measurement.failed(ex);
			return null;
		}
	}

	/**
	 * Evaluate the convention once, before the end. An observation evaluates its
	 * convention while it stops. If that failed, its handlers would not be notified of
	 * the end and would leave resources open.
	 * @param <C> the type of the context
	 * @param convention the convention
	 * @param context the context, with the outcome
	 * @param fallback the convention to use if the other one fails
	 */
	public <C extends Observation.Context> void evaluateConvention(ObservationConvention<C> convention, C context,
			ObservationConvention<C> fallback) {
		this.observation.observationConvention(evaluate(convention, context, fallback));
	}

	private static <C extends Observation.Context> ObservationConvention<?> evaluate(
			ObservationConvention<C> convention, C context, ObservationConvention<C> fallback) {
		try {
			return new EvaluatedConvention(convention.getContextualName(context),
					convention.getLowCardinalityKeyValues(context), convention.getHighCardinalityKeyValues(context));
		}
		catch (Throwable ex) {
			Measurement.failed(ex);
			return fallback;
		}
	}

	/**
	 * Stop the observation.
	 * @param error the error of the observed operation, or {@code null} if it succeeded
	 */
	public void stop(@Nullable Throwable error) {
		if (error != null) {
			Measurement.attempt(() -> this.observation.error(error));
		}
		Measurement.attempt(this.observation::stop);
	}

	/**
	 * The result of a convention.
	 */
	private record EvaluatedConvention(@Nullable String contextualName, KeyValues lowCardinality,
			KeyValues highCardinality) implements ObservationConvention<Observation.Context> {

		@Override
		public @Nullable String getContextualName(Observation.Context context) {
			return this.contextualName;
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(Observation.Context context) {
			return this.lowCardinality;
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(Observation.Context context) {
			return this.highCardinality;
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
