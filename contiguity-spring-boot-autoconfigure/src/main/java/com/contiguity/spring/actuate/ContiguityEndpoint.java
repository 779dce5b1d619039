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

package com.contiguity.spring.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.contiguity.spring.Masking;
import com.contiguity.spring.core.ReactiveImessageTemplate;
import com.contiguity.spring.delivery.CallStatistics.Failure;
import com.contiguity.spring.delivery.CallStatistics.UnknownSend;
import com.contiguity.spring.line.LinePacer;
import com.contiguity.spring.line.LinePool;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that tells how sending is doing: lines, calls, the retry
 * budget, the last failures and what is still unknown. Numbers are masked.
 *
 * @since 0.1.0
 */
@Endpoint(id = "contiguity")
public class ContiguityEndpoint {

	private final ReactiveImessageTemplate template;

	/**
	 * Create an endpoint.
	 * @param template what to tell of
	 */
	public ContiguityEndpoint(ReactiveImessageTemplate template) {
		this.template = template;
	}

	/**
	 * Tell how sending is doing.
	 * @return a description
	 */
	@ReadOperation
	public ContiguityDescriptor contiguity() {
		return new ContiguityDescriptor(lines(), this.template.delivery().statistics().calls(),
				this.template.delivery().retryBudget(), this.template.delivery().statistics().failures(),
				this.template.delivery().statistics().unknownSends());
	}

	private List<LineDescriptor> lines() {
		LinePool pool = this.template.linePool();
		List<String> numbers = pool.lines();
		List<LineDescriptor> lines = new ArrayList<>();
		for (int place = 0; place < numbers.size(); place++) {
			LinePacer.Load load = this.template.delivery().load(numbers.get(place));
			lines.add(new LineDescriptor(pool.alias(place), Masking.number(numbers.get(place)),
					(load != null) ? load.available() : null, (load != null) ? load.waiting() : null));
		}
		return lines;
	}

	/**
	 * Description of how sending is doing.
	 *
	 * @param lines the lines of the pool
	 * @param calls the number of calls since the start, by operation and outcome
	 * @param retryBudget the tokens of the retry budget, from 0 to 500; a retry costs 5
	 * @param lastFailures the last failures, at most 20, the latest last
	 * @param unknownSends the sends of unknown outcome that no reconciliation has
	 * settled, at most 100, the latest last
	 */
	public record ContiguityDescriptor(List<LineDescriptor> lines, Map<String, Map<String, Long>> calls,
			int retryBudget, List<Failure> lastFailures, List<UnknownSend> unknownSends) {
	}

	/**
	 * Description of a line.
	 *
	 * @param alias its place in the pool
	 * @param number its number, masked
	 * @param available how many messages it can take at once, or {@code null} if that is
	 * not known
	 * @param waiting how many messages wait for it, or {@code null} if that is not known
	 */
	public record LineDescriptor(String alias, String number, @Nullable Long available, @Nullable Integer waiting) {
	}

}
