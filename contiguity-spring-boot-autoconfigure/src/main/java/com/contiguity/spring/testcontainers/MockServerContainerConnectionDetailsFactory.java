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

package com.contiguity.spring.testcontainers;

import com.contiguity.spring.autoconfigure.ContiguityConnectionDetails;
import org.jspecify.annotations.Nullable;
import org.testcontainers.mockserver.MockServerContainer;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.util.StringUtils;

/**
 * {@link ContainerConnectionDetailsFactory} to create {@link ContiguityConnectionDetails}
 * from a {@link ServiceConnection @ServiceConnection}-annotated
 * {@link MockServerContainer}.
 */
class MockServerContainerConnectionDetailsFactory
		extends ContainerConnectionDetailsFactory<MockServerContainer, ContiguityConnectionDetails> {

	@Override
	protected ContiguityConnectionDetails getContainerConnectionDetails(
			ContainerConnectionSource<MockServerContainer> source) {
		return new MockServerContainerConnectionDetails(source);
	}

	/**
	 * {@link ContiguityConnectionDetails} backed by a {@link ContainerConnectionSource}.
	 */
	private static final class MockServerContainerConnectionDetails
			extends ContainerConnectionDetails<MockServerContainer> implements ContiguityConnectionDetails {

		private static final String TOKEN = "contiguity_sk_mockserver";

		private MockServerContainerConnectionDetails(ContainerConnectionSource<MockServerContainer> source) {
			super(source);
		}

		@Override
		public String getBaseUrl() {
			MockServerContainer container = getContainer();
			return (getSslBundle() != null) ? container.getSecureEndpoint() : container.getEndpoint();
		}

		@Override
		public String getToken() {
			String token = getContainer().getEnvMap().get("CONTIGUITY_TOKEN");
			return (StringUtils.hasText(token)) ? token : TOKEN;
		}

		@Override
		public @Nullable SslBundle getSslBundle() {
			return super.getSslBundle();
		}

	}

}
