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

package com.contiguity.spring.docker.compose;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import org.junit.jupiter.api.Test;

import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MockServerDockerComposeConnectionDetailsFactory}.
 */
class MockServerDockerComposeConnectionDetailsFactoryTests {

	private static final String LABEL = "org.springframework.boot.service-connection";

	@Test
	void connectsToAMockServerWhoseNameSaysSo() {
		ContiguityConnectionDetails details = connect("mockserver/mockserver:6.1.0", Collections.emptyMap(),
				Collections.emptyMap());
		assertThat(details).isNotNull();
		assertThat(details.getBaseUrl()).isEqualTo("http://compose.host:32768");
		assertThat(details.getToken()).isEqualTo("contiguity_sk_mockserver");
		assertThat(details.getSslBundle()).isNull();
	}

	@Test
	void connectsToWhatIsLabelled() {
		ContiguityConnectionDetails details = connect("example.com/own/image:1", Map.of(LABEL, "contiguity"),
				Map.of("CONTIGUITY_TOKEN", "contiguity_sk_compose"));
		assertThat(details).isNotNull();
		assertThat(details.getToken()).isEqualTo("contiguity_sk_compose");
	}

	@Test
	void variableWithoutAValueIsNoToken() {
		ContiguityConnectionDetails details = connect("mockserver/mockserver", Collections.emptyMap(),
				Map.of("CONTIGUITY_TOKEN", ""));
		assertThat(details).isNotNull();
		assertThat(details.getToken()).isEqualTo("contiguity_sk_mockserver");
	}

	@Test
	void connectsToNothingElse() {
		assertThat(connect("postgres:18", Collections.emptyMap(), Collections.emptyMap())).isNull();
		assertThat(connect("mockserver/mockserver", Map.of(LABEL, "redis"), Collections.emptyMap())).isNull();
		assertThat(connect("app-payments-1", "mockserver/mockserver", Collections.emptyMap(), Collections.emptyMap()))
			.isNull();
	}

	@Test
	void writesTheUrlInTheDigitsOfUrlsWhateverTheLocale() {
		Locale locale = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag("ar-EG"));
		try {
			assertThat(connect("mockserver/mockserver", Collections.emptyMap(), Collections.emptyMap()).getBaseUrl())
				.isEqualTo("http://compose.host:32768");
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	private static ContiguityConnectionDetails connect(String image, Map<String, String> labels,
			Map<String, String> env) {
		return connect("app-contiguity-1", image, labels, env);
	}

	private static ContiguityConnectionDetails connect(String name, String image, Map<String, String> labels,
			Map<String, String> env) {
		ConnectionPorts ports = mock();
		given(ports.get(1080)).willReturn(32768);
		RunningService service = mock();
		given(service.name()).willReturn(name);
		given(service.image()).willReturn(ImageReference.of(image));
		given(service.labels()).willReturn(labels);
		given(service.env()).willReturn(env);
		given(service.host()).willReturn("compose.host");
		given(service.ports()).willReturn(ports);
		DockerComposeConnectionSource source = mock();
		given(source.getRunningService()).willReturn(service);
		return new MockServerDockerComposeConnectionDetailsFactory().getConnectionDetails(source);
	}

}
