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

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.util.StringUtils;

/**
 * {@link DockerComposeConnectionDetailsFactory} to create
 * {@link ContiguityConnectionDetails} for a service that simulates Contiguity. The
 * service either has the label {@code org.springframework.boot.service-connection} with
 * the value {@code contiguity}, or it uses the MockServer image and its name contains
 * {@code
 * contiguity}, because a MockServer can simulate any API.
 */
class MockServerDockerComposeConnectionDetailsFactory
		extends DockerComposeConnectionDetailsFactory<ContiguityConnectionDetails> {

	private static final String LABEL = "org.springframework.boot.service-connection";

	private static final String NAME = "contiguity";

	private static final String IMAGE = "mockserver/mockserver";

	private static final int PORT = 1080;

	private static final String TOKEN = "contiguity_sk_mockserver";

	MockServerDockerComposeConnectionDetailsFactory() {
		super(MockServerDockerComposeConnectionDetailsFactory::isContiguity);
	}

	private static boolean isContiguity(DockerComposeConnectionSource source) {
		RunningService service = source.getRunningService();
		String label = service.labels().get(LABEL);
		if (label != null) {
			return label.equals(NAME);
		}
		return service.image().getName().equals(IMAGE) && service.name().contains(NAME);
	}

	@Override
	protected ContiguityConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
		return new MockServerDockerComposeConnectionDetails(source.getRunningService());
	}

	/**
	 * {@link ContiguityConnectionDetails} backed by a {@code mockserver}
	 * {@link RunningService}.
	 */
	private static final class MockServerDockerComposeConnectionDetails extends DockerComposeConnectionDetails
			implements ContiguityConnectionDetails {

		private final String baseUrl;

		private final String token;

		private MockServerDockerComposeConnectionDetails(RunningService service) {
			super(service);
			this.baseUrl = "http://%s:%s".formatted(service.host(), service.ports().get(PORT));
			String token = service.env().get("CONTIGUITY_TOKEN");
			this.token = (StringUtils.hasText(token)) ? token : TOKEN;
		}

		@Override
		public String getBaseUrl() {
			return this.baseUrl;
		}

		@Override
		public String getToken() {
			return this.token;
		}

	}

}
