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

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A request as received.
 *
 * @param head the request line and the headers, including the empty line
 * @param body the body
 */
public record RecordedRequest(String head, byte[] body) {

	/**
	 * Return the whole request, with the body decoded as UTF-8.
	 * @return the text
	 */
	public String text() {
		return this.head + bodyText();
	}

	public String bodyText() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	/**
	 * Return the method and the path.
	 * @return the first line up to the protocol
	 */
	public String methodAndPath() {
		return this.head.substring(0, this.head.indexOf(" HTTP/1.1\r\n"));
	}

	/**
	 * Return the value of a header.
	 * @param name its name
	 * @return the value, or {@code null} if there is none; several are joined by commas
	 */
	public String header(String name) {
		String prefix = name.toLowerCase(Locale.ROOT) + ":";
		return this.head.lines()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
			.map((line) -> line.substring(prefix.length()).trim())
			.reduce((one, other) -> one + "," + other)
			.orElse(null);
	}

}
