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

package com.contiguity.spring.docs.testing;

// tag::recipe[]
import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.core.ImessageTemplate;
import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The recipe for manual experiments.
 */
class ByHandRecipeTests {

	@Test
	void requiresAcceptedTerms() {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			ImessageTemplate template = ImessageTemplate.builder()
				.baseUrl(sandbox.baseUrl())
				.token(sandbox::token)
				.build();
			assertThatExceptionOfType(AgreementRequiredException.class)
				.isThrownBy(() -> template.send("+15005550008", "Hello"));
		}
	}

}
// end::recipe[]
