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

package com.contiguity.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Details required to connect to Contiguity. They take precedence over all properties of
 * the connection.
 *
 * @since 0.1.0
 */
public interface ContiguityConnectionDetails extends ConnectionDetails {

	/**
	 * Return the base URL of the API.
	 * @return the base URL
	 */
	String getBaseUrl();

	/**
	 * Return the token. This method is called before each attempt, so the token can
	 * change while the application runs. It must not block.
	 * @return the token
	 */
	String getToken();

	/**
	 * Return the SSL bundle to use.
	 * @return the bundle, or {@code null} to use the JDK's defaults
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
