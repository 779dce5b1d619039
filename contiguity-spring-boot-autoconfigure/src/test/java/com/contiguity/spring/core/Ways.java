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

package com.contiguity.spring.core;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.Canaries;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.junit.jupiter.api.Assumptions;
import reactor.core.publisher.Flux;

/**
 * All ways to send a message, within an observation of the caller.
 */
final class Ways {

	static final SendRequest REQUEST = SendRequest.to(Canaries.RECIPIENT).message(Canaries.TEXT).build();

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String VIRTUAL = "blocking on a virtual thread";

	private static final Map<String, Way> ALL = new LinkedHashMap<>();

	static {
		ALL.put("blocking", (reactive, outer) -> outer.scoped(() -> new ImessageTemplate(reactive).send(REQUEST)));
		ALL.put(VIRTUAL, (reactive, outer) -> {
			Runnable send = () -> outer.scoped(() -> new ImessageTemplate(reactive).send(REQUEST));
			((Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, send)).join();
		});
		ALL.put("async", (reactive, outer) -> outer
			.scopedChecked(() -> new ImessageTemplate(reactive).sendAsync(REQUEST).get(30, TimeUnit.SECONDS)));
		ALL.put("reactive",
				(reactive, outer) -> reactive.send(REQUEST)
					.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, outer))
					.block(TIMEOUT));
		ALL.put("bulk",
				(reactive, outer) -> outer.scoped(() -> new ImessageTemplate(reactive).sendAll(List.of(REQUEST))));
		ALL.put("reactive bulk",
				(reactive, outer) -> reactive.sendAll(Flux.just(REQUEST))
					.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, outer))
					.blockLast(TIMEOUT));
	}

	private Ways() {
	}

	/**
	 * Return the names of the ways.
	 * @return the names, for {@link #send}
	 */
	static List<String> all() {
		return List.copyOf(ALL.keySet());
	}

	static void send(String way, ReactiveImessageTemplate reactive, Observation outer) throws Throwable {
		Assumptions.assumeTrue(!way.equals(VIRTUAL) || Runtime.version().feature() >= 21,
				"Virtual threads need JDK 21");
		ALL.get(way).send(reactive, outer);
	}

	private interface Way {

		void send(ReactiveImessageTemplate reactive, Observation outer) throws Throwable;

	}

}
