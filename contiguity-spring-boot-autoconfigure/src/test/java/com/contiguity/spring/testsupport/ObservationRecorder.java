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

package com.contiguity.spring.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;

/**
 * Records all observations.
 */
public final class ObservationRecorder implements ObservationHandler<Observation.Context> {

	private final List<Observation.Context> started = new CopyOnWriteArrayList<>();

	private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	/**
	 * Create a registry that uses this recorder.
	 * @return the registry
	 */
	public ObservationRegistry registry() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(this);
		return registry;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStart(Observation.Context context) {
		this.started.add(context);
	}

	@Override
	public void onStop(Observation.Context context) {
		this.stopped.add(context);
	}

	/**
	 * Return the observations of a name that were started.
	 * @param name the name
	 * @return the observations, in the order of their start
	 */
	public List<Observation.Context> started(String name) {
		return this.started.stream().filter((context) -> name.equals(context.getName())).toList();
	}

	/**
	 * Return the observations of a name that were stopped.
	 * @param name the name
	 * @return the observations, in the order of their end
	 */
	public List<Observation.Context> stopped(String name) {
		return this.stopped.stream().filter((context) -> name.equals(context.getName())).toList();
	}

	/**
	 * Return everything that the observations show.
	 * @return names, keys and values, and the contexts' own descriptions
	 */
	public List<String> shown() {
		List<String> shown = new ArrayList<>();
		for (Observation.Context context : this.started) {
			shown.add(context.getName() + " " + context.getContextualName());
			for (KeyValue keyValue : context.getAllKeyValues()) {
				shown.add(keyValue.getKey() + "=" + keyValue.getValue());
			}
			if (context.getError() != null) {
				shown.add(LogRecorder.print(context.getError()));
			}
		}
		return shown;
	}

	/**
	 * Return the name of an observation's parent.
	 * @param context the observation
	 * @return the name, or {@code null} if it has no parent
	 */
	public static String parentOf(Observation.ContextView context) {
		ObservationView parent = context.getParentObservation();
		return (parent != null) ? parent.getContextView().getName() : null;
	}

}
