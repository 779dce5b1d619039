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

package com.contiguity.spring.test;

import java.util.Locale;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the tests of the sandbox with locales that have other digits and letters.
 */
class LocaleTests {

	@ParameterizedTest
	@ValueSource(strings = { "ar-EG", "tr-TR" })
	void worksInOtherLocales(String languageTag) {
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(DiscoverySelectors.selectClass("com.contiguity.spring.core.ImessageTemplateTests"),
					DiscoverySelectors.selectClass(ContiguitySandboxConversationTests.class),
					DiscoverySelectors.selectClass(ContiguitySandboxSendTests.class),
					DiscoverySelectors.selectClass(ContiguitySandboxTests.class),
					DiscoverySelectors.selectClass(SandboxMessageTests.class))
			.filters(ClassNameFilter.includeClassNamePatterns(".*Tests"))
			.build();
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		Locale locale = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag(languageTag));
		try {
			LauncherFactory.create().execute(request, listener);
		}
		finally {
			Locale.setDefault(locale);
		}
		assertThat(listener.getSummary().getFailures())
			.extracting((failure) -> failure.getTestIdentifier().getUniqueId() + ": " + failure.getException())
			.isEmpty();
		assertThat(listener.getSummary().getTestsSucceededCount()).isGreaterThan(20);
	}

}
