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

package com.contiguity.spring.line;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.testsupport.Canaries;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Line} and {@link LineSelection}.
 */
class LineTests {

	private static final Line LINE = new Line(Canaries.LINE, "line-1", "active " + Canaries.LINE, 0.5,
			Set.of(Canaries.LINE));

	static Stream<Object> printsNothingPrivate() {
		return Stream.of(LINE, new LineSelection(Canaries.RECIPIENT,
				SendRequest.to(Canaries.RECIPIENT).message(Canaries.TEXT).build(), List.of(LINE)));
	}

	@ParameterizedTest
	@MethodSource
	void printsNothingPrivate(Object value) {
		assertThat(value.toString()).contains("line-1", "active").doesNotContain(Canaries.traces());
	}

}
