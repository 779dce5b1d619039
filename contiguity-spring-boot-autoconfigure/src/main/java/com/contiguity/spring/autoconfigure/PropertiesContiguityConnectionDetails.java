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

import java.net.URI;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.internal.validation.Require;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Adapts {@link ContiguityProperties} to {@link ContiguityConnectionDetails}.
 */
class PropertiesContiguityConnectionDetails implements ContiguityConnectionDetails {

	private static final Log logger = LogFactory.getLog(PropertiesContiguityConnectionDetails.class);

	private static final String TOKEN_PREFIX = "contiguity_sk_";

	private final ContiguityProperties properties;

	private final String token;

	private final String baseUrl;

	private final @Nullable SslBundles sslBundles;

	PropertiesContiguityConnectionDetails(ContiguityProperties properties, @Nullable SslBundles sslBundles) {
		this.properties = properties;
		this.token = token(properties);
		this.sslBundles = sslBundles;
		this.baseUrl = baseUrl(properties);
	}

	private static String token(ContiguityProperties properties) {
		String name = (properties.getApiKey() != null) ? "contiguity.api-key" : "contiguity.token";
		String token = (properties.getApiKey() != null) ? properties.getApiKey() : properties.getToken();
		if (!StringUtils.hasText(token)) {
			throw new InvalidConfigurationPropertyValueException(name, "",
					"The token of the Contiguity account must not be empty.");
		}
		try {
			token = Require.token("token", token);
		}
		catch (InvalidRequestException ex) {
			throw new InvalidConfigurationPropertyValueException(name, "•••••",
					"It contains white space or other invalid characters.");
		}
		if (token.startsWith("whsec_")) {
			throw new InvalidConfigurationPropertyValueException(name, "•••••",
					"It is the secret of a webhook, which belongs to 'contiguity.webhook.secrets'. "
							+ "The token starts with '" + TOKEN_PREFIX + "'.");
		}
		if (!token.startsWith(TOKEN_PREFIX)) {
			logger.warn("The value of '%s' does not start with '%s'. Check the value".formatted(name, TOKEN_PREFIX));
		}
		return token;
	}

	private static String baseUrl(ContiguityProperties properties) {
		String baseUrl;
		try {
			baseUrl = Require.baseUrl("base-url", properties.getBaseUrl());
		}
		catch (InvalidRequestException ex) {
			throw new InvalidConfigurationPropertyValueException("contiguity.base-url", properties.getBaseUrl(),
					String.valueOf(ex.getMessage()).replace("'base-url'", "It") + ".");
		}
		URI uri = URI.create(baseUrl);
		if ("http".equalsIgnoreCase(uri.getScheme()) && !isThisMachine(uri.getHost())) {
			logger.warn("'contiguity.base-url' uses plain 'http' to another machine. "
					+ "The token and all messages are sent unencrypted");
		}
		return baseUrl;
	}

	private static boolean isThisMachine(String host) {
		return host.equals("localhost") || host.endsWith(".localhost") || host.startsWith("127.")
				|| host.equals("[::1]");
	}

	@Override
	public String getBaseUrl() {
		return this.baseUrl;
	}

	@Override
	public String getToken() {
		return this.token;
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		String bundle = this.properties.getHttp().getSsl().getBundle();
		if (!StringUtils.hasText(bundle)) {
			return null;
		}
		if (this.sslBundles == null) {
			throw new InvalidConfigurationPropertyValueException("contiguity.http.ssl.bundle", bundle,
					"There are no SSL bundles in this application.");
		}
		return this.sslBundles.getBundle(bundle);
	}

}
