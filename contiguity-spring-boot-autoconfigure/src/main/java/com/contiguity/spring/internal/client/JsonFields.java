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

package com.contiguity.spring.internal.client;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads fields leniently. A field that is {@code null} or of another type is treated as
 * absent.
 *
 * @since 0.1.0
 */
public final class JsonFields {

	/** Smaller numbers are seconds since the epoch, others are milliseconds. */
	private static final long FIRST_MILLISECONDS = 100_000_000_000L;

	/** A time with more digits cannot be represented. */
	private static final int MAX_MILLIS_LENGTH = 17;

	/** Longer numbers have no meaning and would take long to parse. */
	private static final int MAX_NUMBER_LENGTH = 40;

	/** Ids of the API have about 20 characters. */
	private static final int MAX_ID_LENGTH = 256;

	private JsonFields() {
	}

	/**
	 * Read a text.
	 * @param object the object
	 * @param field the name of the field
	 * @return the text, or {@code null} if there is none; a number is returned as text
	 */
	public static @Nullable String text(JsonNode object, String field) {
		JsonNode node = object.path(field);
		if (node.isString()) {
			return node.asString();
		}
		return (decimal(node) != null) ? node.asString() : null;
	}

	/**
	 * Read an id: at most 256 visible characters.
	 * @param object the object
	 * @param field the name of the field
	 * @return the id, or {@code null} if there is none
	 */
	public static @Nullable String id(JsonNode object, String field) {
		return id(text(object, field));
	}

	private static @Nullable String id(@Nullable String text) {
		return (text != null && !text.isEmpty() && text.length() <= MAX_ID_LENGTH && isVisible(text)) ? text : null;
	}

	private static boolean isVisible(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isISOControl(character) || Character.isWhitespace(character)
					|| Character.isSpaceChar(character)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Read a flag.
	 * @param object the object
	 * @param field the name of the field
	 * @return the flag, {@code false} if there is none
	 */
	public static boolean flag(JsonNode object, String field) {
		JsonNode node = object.path(field);
		return node.isBoolean() && node.booleanValue();
	}

	/**
	 * Read a whole number.
	 * @param object the object
	 * @param field the name of the field
	 * @return the number, zero if there is none
	 */
	public static long number(JsonNode object, String field) {
		BigDecimal number = decimal(object.path(field));
		return (number != null) ? number.longValue() : 0;
	}

	/**
	 * Read a whole number that may be absent.
	 * @param object the object
	 * @param field the name of the field
	 * @return the number, or {@code null} if there is none
	 */
	public static @Nullable Long wholeNumber(JsonNode object, String field) {
		BigDecimal number = decimal(object.path(field));
		return (number != null) ? number.longValue() : null;
	}

	/**
	 * Read a number.
	 * @param object the object
	 * @param field the name of the field
	 * @return the number, or {@code null} if there is none
	 */
	public static @Nullable Double fraction(JsonNode object, String field) {
		BigDecimal number = decimal(object.path(field));
		return (number != null) ? number.doubleValue() : null;
	}

	/**
	 * Read a point in time: seconds or milliseconds since the epoch, as a number or a
	 * string of digits, or ISO 8601.
	 * @param object the object
	 * @param field the name of the field
	 * @return the instant, or {@code null} if there is none or if it is zero
	 */
	public static @Nullable Instant instant(JsonNode object, String field) {
		JsonNode node = object.path(field);
		BigDecimal number = decimal(node);
		if (number != null) {
			return instant(number);
		}
		return (node.isString()) ? dateTime(node.asString()) : null;
	}

	private static @Nullable Instant dateTime(String text) {
		try {
			return (text.length() <= 2 * MAX_NUMBER_LENGTH) ? OffsetDateTime.parse(text.trim()).toInstant() : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static @Nullable Instant instant(BigDecimal number) {
		if (number.signum() <= 0 || (long) number.precision() - number.scale() > MAX_MILLIS_LENGTH) {
			return null;
		}
		BigDecimal millis = (number.compareTo(BigDecimal.valueOf(FIRST_MILLISECONDS)) < 0) ? number.movePointRight(3)
				: number;
		return Instant.ofEpochMilli(millis.longValue());
	}

	private static @Nullable Instant instant(long number) {
		if (number <= 0) {
			return null;
		}
		return Instant.ofEpochMilli((number < FIRST_MILLISECONDS) ? 1000 * number : number);
	}

	private static @Nullable BigDecimal decimal(JsonNode node) {
		if (!node.isNumber() && !node.isString()) {
			return null;
		}
		try {
			return decimal(node.asString());
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static @Nullable BigDecimal decimal(String text) {
		try {
			// a number with white space around it is accepted
			String digits = (text.length() <= 2 * MAX_NUMBER_LENGTH) ? text.trim() : text;
			return (!digits.isEmpty() && digits.length() <= MAX_NUMBER_LENGTH) ? new BigDecimal(digits) : null;
		}
		catch (ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Read the text at the parser's current position.
	 * @param parser the parser
	 * @return the text, or {@code null} if there is none; a number is returned as text
	 */
	static @Nullable String text(JsonParser parser) {
		if (parser.currentToken() == JsonToken.VALUE_STRING) {
			return parser.getString();
		}
		return (parser.currentToken().isNumeric() && parser.getStringLength() <= MAX_NUMBER_LENGTH) ? parser.getString()
				: null;
	}

	/**
	 * Read the id at the parser's current position: at most 256 visible characters.
	 * @param parser the parser
	 * @return the id, or {@code null} if there is none
	 */
	static @Nullable String id(JsonParser parser) {
		return (parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) ? id(text(parser)) : null;
	}

	/**
	 * Read the point in time at the parser's current position.
	 * @param parser the parser
	 * @return the instant, or {@code null} if there is none or if it is zero
	 */
	static @Nullable Instant instant(JsonParser parser) {
		if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getStringLength() <= MAX_MILLIS_LENGTH) {
			return instant(parser.getLongValue());
		}
		String text = text(parser);
		if (text == null) {
			return null;
		}
		BigDecimal number = decimal(text);
		return (number != null) ? instant(number) : dateTime(text);
	}

	/**
	 * Read an array of texts.
	 * @param object the object
	 * @param field the name of the field
	 * @return the elements that are texts
	 */
	public static List<String> texts(JsonNode object, String field) {
		List<String> texts = new ArrayList<>();
		for (JsonNode element : object.path(field)) {
			if (element.isString()) {
				texts.add(element.asString());
			}
		}
		return texts;
	}

	/**
	 * Read an array of objects.
	 * @param object the object
	 * @param field the name of the field
	 * @param reader reads an object
	 * @param <T> the type of the results
	 * @return the results for the elements that are objects
	 */
	public static <T> List<T> objects(JsonNode object, String field, Function<JsonNode, T> reader) {
		List<T> objects = new ArrayList<>();
		for (JsonNode element : object.path(field)) {
			if (element.isObject()) {
				objects.add(reader.apply(element));
			}
		}
		return objects;
	}

}
