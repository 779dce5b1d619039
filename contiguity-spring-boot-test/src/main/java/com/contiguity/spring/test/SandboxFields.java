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

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, which are validated when they are read. For an invalid
 * field, a {@link SandboxRefusal} that names it is thrown.
 */
final class SandboxFields {

	private static final Pattern E164 = Pattern.compile("\\+[1-9]\\d{1,14}");

	private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

	private static final Pattern FILE_WITH_EXTENSION = Pattern.compile(".*/[^/]+\\.[A-Za-z0-9]{1,10}");

	private final String path;

	private final JsonNode json;

	SandboxFields(String path, JsonNode json, String... known) {
		this.path = path;
		this.json = json;
		for (String name : json.propertyNames()) {
			if (!List.of(known).contains(name)) {
				throw refuse(name, "is not a known field");
			}
		}
	}

	/**
	 * Return a required text.
	 * @param name the name of the field
	 * @return the text, not blank
	 */
	String text(String name) {
		String text = optionalText(name);
		if (text == null || text.isBlank()) {
			throw refuse(name, "is required");
		}
		return text;
	}

	/**
	 * Return an optional text, which must not be {@code null}.
	 * @param name the name of the field
	 * @return the text, or {@code null}
	 */
	@Nullable String optionalText(String name) {
		JsonNode value = this.json.get(name);
		if (value != null && !value.isString()) {
			throw refuse(name, "must be a string");
		}
		return (value != null) ? value.stringValue() : null;
	}

	String recipient(String name) {
		return checkRecipient(this.path + name, text(name));
	}

	/**
	 * Return an optional line's number, which may be {@code null}.
	 * @param name the name of the field
	 * @return the number, or {@code null}
	 */
	@Nullable String optionalNumber(String name) {
		return (isSet(name)) ? number(name) : null;
	}

	String number(String name) {
		return checkNumber(this.path + name, text(name));
	}

	String oneOf(String name, List<String> values) {
		String text = text(name);
		if (!values.contains(text)) {
			throw refuse(name, "must be one of " + values);
		}
		return text;
	}

	boolean flag(String name) {
		JsonNode value = this.json.get(name);
		if (value != null && !value.isBoolean()) {
			throw refuse(name, "must be true or false");
		}
		return value != null && value.booleanValue();
	}

	/**
	 * Return an optional list of texts, which may be {@code null}.
	 * @param name the name of the field
	 * @return the texts, empty if there are none
	 */
	List<String> texts(String name) {
		if (!isSet(name)) {
			return Collections.emptyList();
		}
		JsonNode values = this.json.get(name);
		if (!values.isArray()) {
			throw refuse(name, "must be an array");
		}
		List<String> texts = new ArrayList<>();
		for (JsonNode value : values) {
			if (!value.isString()) {
				throw refuse(name + "[" + texts.size() + "]", "must be a string");
			}
			texts.add(value.stringValue());
		}
		return texts;
	}

	List<String> attachments(String name, int max) {
		List<String> attachments = texts(name);
		if (attachments.size() > max) {
			throw refuse(name, "must not be more than " + max);
		}
		for (int i = 0; i < attachments.size(); i++) {
			if (!isHttpsFile(attachments.get(i))) {
				throw refuse(name + "[" + i + "]",
						"must be an https URL whose path ends in a file name with an extension");
			}
		}
		return attachments;
	}

	/**
	 * Return an optional object, which may be {@code null}.
	 * @param name the name of the field
	 * @param known the names of the fields that the object may have
	 * @return the object's fields, or {@code null}
	 */
	@Nullable SandboxFields object(String name, String... known) {
		if (!isSet(name)) {
			return null;
		}
		JsonNode value = this.json.get(name);
		if (!value.isObject()) {
			throw refuse(name, "must be an object");
		}
		return new SandboxFields(this.path + name + ".", value, known);
	}

	SandboxRefusal refuse(String name, String requirement) {
		return SandboxRefusal.field(this.path + name, requirement);
	}

	private boolean isSet(String name) {
		JsonNode value = this.json.get(name);
		return value != null && !value.isNull();
	}

	static String checkRecipient(String field, String value) {
		if (!E164.matcher(value).matches() && !EMAIL.matcher(value).matches()) {
			throw SandboxRefusal.field(field, "must be in E.164 format, or an e-mail address");
		}
		return value;
	}

	static String checkNumber(String field, String value) {
		if (!E164.matcher(value).matches()) {
			throw SandboxRefusal.field(field, "must be in E.164 format");
		}
		return value;
	}

	private static boolean isHttpsFile(String value) {
		try {
			URI uri = new URI(value);
			return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null
					&& FILE_WITH_EXTENSION.matcher(uri.getPath()).matches();
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

}
