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

package com.contiguity.spring.test.slice;

import com.contiguity.spring.test.ContiguitySandbox;
import com.contiguity.spring.test.ContiguityTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the filters of {@link ContiguityTest @ContiguityTest}.
 */
@Import(SliceConfiguration.class)
@ContiguityTest(includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Reminders.class))
class ContiguityTestFilterTests {

	@Test
	void hasTheBeansOfAConfigurationThatIsImported(@Autowired ApplicationContext context) {
		assertThat(context.containsBean("beanOfAConfiguration")).isTrue();
	}

	@Test
	void includesComponentsOnRequest(@Autowired Reminders reminders, @Autowired ContiguitySandbox sandbox) {
		reminders.remind("+15551234567");
		assertThat(sandbox.messages()).singleElement()
			.satisfies((message) -> assertThat(message.from()).isEqualTo("+15550001001"));
	}

}
