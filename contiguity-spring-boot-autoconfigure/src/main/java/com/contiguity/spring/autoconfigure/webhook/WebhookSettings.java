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

package com.contiguity.spring.autoconfigure.webhook;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.contiguity.spring.autoconfigure.ContiguityProperties;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The validated webhook properties of {@link ContiguityProperties}. An invalid value is
 * reported with the name of its property.
 */
class WebhookSettings {

	static final String SECRETS = "contiguity.webhook.secrets";

	private static final Log logger = LogFactory.getLog(WebhookSettings.class);

	private static final String SECRET_PREFIX = "whsec_";

	/** Upper limit of the maximum body size, because bodies are held in memory. */
	private static final DataSize MAX_MAX_SIZE = DataSize.ofGigabytes(1);

	private final ContiguityProperties.Webhook properties;

	WebhookSettings(ContiguityProperties properties) {
		this.properties = properties.getWebhook();
	}

	List<String> secrets() {
		List<String> secrets = new ArrayList<>();
		check(!this.properties.getSecrets().isEmpty(), SECRETS, "",
				"The secret of the webhook in Contiguity's console must not be empty.");
		for (int i = 0; i < this.properties.getSecrets().size(); i++) {
			String name = SECRETS + "[" + i + "]";
			String secret = this.properties.getSecrets().get(i);
			check(StringUtils.hasText(secret), name, "",
					"The secret of the webhook in Contiguity's console must not be empty.");
			secret = secret.strip();
			if (!secret.startsWith(SECRET_PREFIX)) {
				logger
					.warn("The value of '%s' does not start with '%s'. Check the value".formatted(name, SECRET_PREFIX));
			}
			secrets.add(secret);
		}
		return secrets;
	}

	String path() {
		String path = this.properties.getPath();
		check(path.matches("/[^\\s{}*?#;]+"), "contiguity.webhook.path", path,
				"It must be a path that starts with '/', without patterns.");
		return path;
	}

	Duration tolerance() {
		Duration tolerance = this.properties.getTolerance();
		check(tolerance.toSeconds() > 0, "contiguity.webhook.tolerance", tolerance, "It must be at least one second.");
		return tolerance;
	}

	int maxSize() {
		DataSize maxSize = this.properties.getMaxSize();
		check(!maxSize.isNegative() && maxSize.toBytes() > 0 && maxSize.compareTo(MAX_MAX_SIZE) <= 0,
				"contiguity.webhook.max-size", maxSize, "It must be positive, and at most 1GB.");
		return (int) maxSize.toBytes();
	}

	int queueCapacity() {
		int capacity = this.properties.getQueueCapacity();
		check(capacity > 0, "contiguity.webhook.queue-capacity", capacity, "It must be positive.");
		return capacity;
	}

	Duration eventWindow() {
		Duration window = this.properties.getEventWindow();
		// from the first time that a signature is valid to the last, in whole seconds
		check(window.compareTo(tolerance().multipliedBy(2).plusSeconds(1)) >= 0, "contiguity.webhook.event-window",
				window, "It must be at least one second more than twice 'contiguity.webhook.tolerance'. "
						+ "Otherwise, an event could be replayed.");
		return window;
	}

	void checkStoreIsLocal() {
		ContiguityProperties.Webhook.Store store = this.properties.getStore();
		check(store == ContiguityProperties.Webhook.Store.LOCAL, "contiguity.webhook.store", store,
				"It needs com.contiguity.spring:contiguity-spring-boot-starter-outbox and a DataSource.");
	}

	private static void check(boolean valid, String name, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(name, value, reason);
		}
	}

}
