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

package com.example.sandbox;

import java.time.Instant;

import com.contiguity.spring.test.ContiguitySandbox;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Phone}.
 */
class PhoneTests {

	@Test
	void keepsTheNewestOfWhatIsWritten() {
		try (ContiguitySandbox sandbox = ContiguitySandbox.start()) {
			Phone phone = new Phone(sandbox);
			for (int i = 0; i < Phone.MAX_WRITTEN + 10; i++) {
				phone.keep(new Phone.Written("+1555765" + (1000 + i), "Hello", Instant.now()));
			}
			assertThat(phone.screens()).hasSize(Phone.MAX_PHONES);
			assertThat(phone.screen("+15557651009").messages()).isEmpty();
			assertThat(phone.screen("+15557651010").messages()).hasSize(1);
		}
	}

}
