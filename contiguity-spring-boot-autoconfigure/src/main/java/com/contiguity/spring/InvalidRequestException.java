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

package com.contiguity.spring;

/**
 * Thrown when a request is invalid. Nothing is sent. The message names the field and what
 * is wrong with it, and never repeats the value.
 *
 * @since 0.1.0
 */
public class InvalidRequestException extends IllegalArgumentException {

	private final String field;

	/**
	 * Create an exception.
	 * @param field the field as the API names it, such as {@code attachments[1]}
	 * @param message what is wrong with the field
	 */
	public InvalidRequestException(String field, String message) {
		super(message);
		this.field = field;
	}

	/**
	 * Return the field that is wrong.
	 * @return the field as the API names it, such as {@code attachments[1]}
	 */
	public String field() {
		return this.field;
	}

}
