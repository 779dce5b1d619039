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
 * An observation that changes nothing for what is observed, even where its handlers or
 * its convention fail. Thread-safe as far as they are.
 *
 * @since 0.1.0
 */
public final class GuardedObservation {

	/**
	 * Observes nothing.
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
	 * @param registry the registry that it is made with
	 * @param parent its parent, or {@code null} for that of the thread
	 * @param observation makes it
	 * @return the observation; if it failed or is switched off, one that stands for its
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
			// handlers before the one that failed have started something
			Measurement.attempt(created::stop);
		}
		return new GuardedObservation(registry, Observation.NOOP,
				(parent != null) ? parent : registry.getCurrentObservation());
	}

	/**
	 * Return the parent of what belongs to the observed.
	 * @return the observation, or {@code null} if there is none
	 */
	public @Nullable Observation current() {
		return this.current;
	}

	/**
	 * Run something within the scope of the observation, so that what it calls and logs
	 * belongs to its trace.
	 * @param task what to run; what it throws is thrown
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
			// also where a handler failed, with the scope half open or half closed
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
	 * Evaluate the convention before the end, once. An observation evaluates it while it
	 * stops: if that failed, its handlers would not be told of the end, and what they
	 * have started would stay open.
	 * @param <C> the type of the context
	 * @param convention the convention
	 * @param context the context, with all that is known in the end
	 * @param fallback the convention that is used if the other fails
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
	 * @param error what the observed ended with, or {@code null} if with success
	 */
	public void stop(@Nullable Throwable error) {
		if (error != null) {
			Measurement.attempt(() -> this.observation.error(error));
		}
		Measurement.attempt(this.observation::stop);
	}

	/**
	 * What a convention said.
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
