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

import com.contiguity.spring.Operation;
import com.contiguity.spring.internal.line.LinePool;
import com.contiguity.spring.internal.observation.GuardedObservation;
import com.contiguity.spring.internal.observation.Measurement;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.observation.ContiguityMeters;
import com.contiguity.spring.observation.ContiguityObservationDocumentation;
import com.contiguity.spring.observation.DefaultImessageObservationConvention;
import com.contiguity.spring.observation.ImessageObservationContext;
import com.contiguity.spring.observation.ImessageObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Records calls in the observation, the meters and the statistics. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CallMonitor {

	private static final ImessageObservationConvention DEFAULT_CONVENTION = new DefaultImessageObservationConvention();

	private final String account;

	private final ObservationRegistry observationRegistry;

	private final @Nullable ImessageObservationConvention observationConvention;

	private final ContiguityMeters meters;

	private final LinePool linePool;

	private final CallStatistics statistics;

	/** Number of aliases whose meters are registered. */
	private volatile int linesWatched;

	/**
	 * Create a monitor.
	 * @param account the name of the account
	 * @param observationRegistry the registry for observations of calls
	 * @param observationConvention the convention, or {@code null} for the default
	 * @param meters the meters that complement the observations
	 * @param linePool provides the aliases of lines
	 * @param accountStatus determines from calls whether the account works
	 */
	public CallMonitor(String account, ObservationRegistry observationRegistry,
			@Nullable ImessageObservationConvention observationConvention, ContiguityMeters meters, LinePool linePool,
			AccountStatus accountStatus) {
		this.account = account;
		this.observationRegistry = observationRegistry;
		this.observationConvention = observationConvention;
		this.meters = meters;
		this.linePool = linePool;
		this.statistics = new CallStatistics(accountStatus);
	}

	String account() {
		return this.account;
	}

	CallStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Start an observation. Its parent is that of the subscriber or, if there is none, of
	 * the thread.
	 * @param context the context of the observation
	 * @param subscriber the context of the subscriber
	 * @return the observation
	 */
	GuardedObservation start(ImessageObservationContext context, ContextView subscriber) {
		Observation parent = subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		return GuardedObservation.start(this.observationRegistry, parent, () -> ContiguityObservationDocumentation.CALL
			.observation(this.observationConvention, DEFAULT_CONVENTION, () -> context, this.observationRegistry));
	}

	/**
	 * Stop an observation.
	 * @param observation the observation
	 * @param context its context, which contains the outcome of the call
	 */
	void stop(GuardedObservation observation, ImessageObservationContext context) {
		if (this.observationConvention != null) {
			observation.evaluateConvention(this.observationConvention, context, DEFAULT_CONVENTION);
		}
		observation.stop(context.getError());
		Measurement.attempt(() -> this.meters.callEnded(this.account, context.getOperation(), context.getAttempts()));
	}

	/**
	 * Make an observation the parent of upstream operations, under the key that WebClient
	 * uses.
	 * @param context the context
	 * @param observation the observation
	 * @return the context with the observation
	 */
	static Context parent(Context context, GuardedObservation observation) {
		Observation current = observation.current();
		return (current != null) ? context.put(ObservationThreadLocalAccessor.KEY, current) : context;
	}

	Context inTraceOfThread(Context context) {
		Observation current = this.observationRegistry.getCurrentObservation();
		return (current == null || context.hasKey(ObservationThreadLocalAccessor.KEY)) ? context
				: context.put(ObservationThreadLocalAccessor.KEY, current);
	}

	void lineWaited(LinePacer pacer, String line, Duration wait) {
		if (this.meters != ContiguityMeters.NONE) {
			Measurement.attempt(() -> this.meters.lineWaited(this.account, this.linePool.alias(line), wait));
			watchLines(pacer);
		}
	}

	/**
	 * Register the meters for how many messages each line of the pool can send.
	 * @param pacer provides the load of lines
	 */
	void watchLines(LinePacer pacer) {
		int aliases = this.linePool.aliases();
		if (this.meters != ContiguityMeters.NONE && aliases > this.linesWatched) {
			for (int place = this.linesWatched + 1; place <= aliases; place++) {
				int current = place;
				Measurement.attempt(() -> this.meters.lineAvailable(this.account, LinePool.alias(current),
						() -> available(pacer, current)));
			}
			this.linesWatched = aliases;
		}
	}

	// NaN rather than zero, so that a line that is not leased any more triggers no alert
	private double available(LinePacer pacer, int place) {
		String line = this.linePool.number(place);
		LinePacer.Load load = (line != null) ? pacer.load(line) : null;
		return (load != null) ? load.available() : Double.NaN;
	}

	void retried(Operation operation, String reason) {
		Measurement.attempt(() -> this.meters.retried(this.account, operation, reason));
	}

}
