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

package com.contiguity.spring.testsupport;

/**
 * Private values that must never be visible, and that are easy to find.
 */
public final class Canaries {

	/**
	 * A token.
	 */
	public static final String TOKEN = "contiguity_sk_canary0token";

	/**
	 * A recipient.
	 */
	public static final String RECIPIENT = "+15550198273";

	/**
	 * A line.
	 */
	public static final String LINE = "+15550164738";

	/**
	 * A text.
	 */
	public static final String TEXT = "canarytext sings at dawn";

	/**
	 * The URL of an attachment.
	 */
	public static final String ATTACHMENT = "https://files.example.com/canaryattachment.png";

	private Canaries() {
	}

	/**
	 * Return the parts that reveal the private values in any notation.
	 * @return parts of the values: digits without the plus sign, words
	 */
	public static String[] traces() {
		return new String[] { "canary0token", "canary0secret", RECIPIENT.substring(1), LINE.substring(1), "canarytext",
				"canaryattachment" };
	}

}
