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

import com.contiguity.spring.testsupport.LogRecorder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the warning about templates without a line.
 */
class NoLineTests {

	private static final String WARNING = "No line is configured";

	@Test
	void warnsOnceIfContiguityChoosesTheLine() {
		try (LogRecorder log = new LogRecorder()) {
			builder().build();
			assertThat(log.lines()).filteredOn((line) -> line.contains(WARNING)).hasSize(1);
		}
	}

	@Test
	void doesNotWarnIfThereIsALineOrNoPacing() {
		try (LogRecorder log = new LogRecorder()) {
			builder().from("+15551112222").build();
			builder().linePacer(null).build();
			assertThat(log.lines()).noneMatch((line) -> line.contains(WARNING));
		}
	}

	private static ImessageTemplateBuilder builder() {
		return ImessageTemplate.builder().token("contiguity_sk_no_line");
	}

}
