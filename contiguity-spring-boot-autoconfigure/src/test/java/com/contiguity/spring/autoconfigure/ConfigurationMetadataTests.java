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

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of properties and conditions.
 */
class ConfigurationMetadataTests {

	private static final String OWN = "META-INF/additional-spring-configuration-metadata.json";

	private static JsonNode json(String name) throws IOException {
		// there are several on the class path: use the one next to the code
		try (InputStream in = open(name)) {
			return JsonMapper.shared().readTree(in);
		}
	}

	private static InputStream open(String name) throws IOException {
		String root = ContiguityProperties.class.getProtectionDomain().getCodeSource().getLocation().toString();
		return URI.create(root + name).toURL().openStream();
	}

	private static Map<String, JsonNode> elements(JsonNode metadata, String kind) {
		Map<String, JsonNode> elements = new LinkedHashMap<>();
		metadata.path(kind).forEach((element) -> elements.put(element.path("name").asString(), element));
		return elements;
	}

	private static Map<String, JsonNode> properties() throws IOException {
		return elements(json("META-INF/spring-configuration-metadata.json"), "properties");
	}

	@Test
	void describesEveryProperty() throws IOException {
		Map<String, JsonNode> properties = properties();
		assertThat(properties.keySet()).contains("contiguity.token", "contiguity.api-key", "contiguity.base-url",
				"contiguity.authorization-scheme", "contiguity.from", "contiguity.lines", "contiguity.fallback.when",
				"contiguity.fallback.from", "contiguity.fast-track", "contiguity.timeout",
				"contiguity.http.connect-timeout", "contiguity.http.read-timeout", "contiguity.http.ssl.bundle",
				"contiguity.http.max-connections", "contiguity.http.pending-acquire-timeout",
				"contiguity.retry.enabled", "contiguity.retry.max-retries", "contiguity.retry.initial-interval",
				"contiguity.retry.multiplier", "contiguity.retry.max-interval", "contiguity.pacing.enabled",
				"contiguity.pacing.rate", "contiguity.pacing.burst", "contiguity.pacing.max-wait");
		assertThat(properties).allSatisfy((name, property) -> {
			assertThat(property.path("type").asString()).as(name).isNotEmpty();
			assertThat(property.path("description").asString()).as(name).isNotBlank().endsWith(".");
		});
		assertThat(properties.keySet())
			.allMatch((name) -> name.startsWith("contiguity.") || name.startsWith("management.health.contiguity.")
					|| name.startsWith("management.endpoint.contiguity."));
	}

	@Test
	void describesTheDefaults() throws IOException {
		Map<String, String> defaults = new LinkedHashMap<>();
		properties().forEach((name, property) -> {
			JsonNode value = property.path("defaultValue");
			if (!value.isMissingNode()) {
				defaults.put(name, (value.isValueNode()) ? value.asString() : value.toString());
			}
		});
		assertThat(defaults).containsEntry("contiguity.base-url", "https://api.contiguity.com")
			.containsEntry("contiguity.authorization-scheme", "token")
			.containsEntry("contiguity.timeout", "30s")
			.containsEntry("contiguity.http.connect-timeout", "2s")
			.containsEntry("contiguity.http.read-timeout", "20s")
			.containsEntry("contiguity.retry.enabled", "true")
			.containsEntry("contiguity.retry.max-retries", "2")
			.containsEntry("contiguity.retry.initial-interval", "200ms")
			.containsEntry("contiguity.retry.multiplier", "2")
			.containsEntry("contiguity.retry.max-interval", "10s")
			.containsEntry("contiguity.pacing.enabled", "true")
			.containsEntry("contiguity.pacing.rate", "1")
			.containsEntry("contiguity.pacing.burst", "5")
			.containsEntry("contiguity.pacing.max-wait", "10s")
			.doesNotContainKeys("contiguity.token", "contiguity.api-key", "contiguity.from");
	}

	@Test
	void givesValuesWhereThereIsAChoice() throws Exception {
		Map<String, JsonNode> hints = elements(json("META-INF/spring-configuration-metadata.json"), "hints");
		for (Map.Entry<String, JsonNode> property : properties().entrySet()) {
			String type = property.getValue().path("type").asString();
			if (type.startsWith("java.util.Set<") || type.startsWith("java.util.List<")) {
				String element = type.substring(type.indexOf('<') + 1, type.length() - 1);
				assertThat(
						element.equals("java.lang.String") || isEnum(element) || hints.containsKey(property.getKey()))
					.as(property.getKey())
					.isTrue();
			}
			else if (type.startsWith("com.contiguity")) {
				assertThat(isEnum(type)).as(property.getKey()).isTrue();
			}
		}
		assertThat(hints.get("contiguity.fallback.when").path("values").valueStream())
			.extracting((value) -> value.path("value").asString())
			.containsExactlyInAnyOrder("imessage-unsupported", "imessage-fails");
	}

	private static boolean isEnum(String type) throws ClassNotFoundException {
		return Class.forName(type).isEnum();
	}

	@Test
	void additionalMetadataIsSortedAndDescribed() throws IOException {
		JsonNode additional = json(OWN);
		for (String kind : List.of("groups", "properties", "hints")) {
			List<String> names = StreamSupport.stream(additional.path(kind).spliterator(), false)
				.map((element) -> element.path("name").asString())
				.toList();
			assertThat(names).as(kind).isSorted().doesNotHaveDuplicates();
		}
		additional.path("hints")
			.forEach((hint) -> hint.path("values")
				.forEach((value) -> assertThat(value.path("description").asString()).isNotBlank()));
	}

	@Test
	void springBootKnowsTheConditionsWithoutLoadingTheClass() throws IOException {
		Properties metadata = new Properties();
		try (InputStream in = open("META-INF/spring-autoconfigure-metadata.properties")) {
			metadata.load(in);
		}
		assertThat(metadata.getProperty(ContiguityAutoConfiguration.class.getName())).isNotNull();
		assertThat(metadata.getProperty(ContiguityAutoConfiguration.class.getName() + ".AutoConfigureAfter"))
			.contains("WebClientAutoConfiguration", "SslAutoConfiguration");
	}

}
