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

import java.text.Normalizer;

/**
 * Texts as real histories show them, which differ from the texts as they were sent.
 */
final class SandboxTexts {

	/** Represents an attachment. */
	private static final String OBJECT_REPLACEMENT = "\uFFFC";

	private SandboxTexts() {
	}

	static String changed(String text, boolean attachments) {
		String changed = text.replace("\r\n", "\n").replace('\'', '\u2019');
		StringBuilder quoted = new StringBuilder(changed.length());
		boolean open = false;
		for (int i = 0; i < changed.length(); i++) {
			char character = changed.charAt(i);
			if (character == '"') {
				open = !open;
				character = (open) ? '\u201C' : '\u201D';
			}
			quoted.append(character);
		}
		Normalizer.Form other = (Normalizer.isNormalized(text, Normalizer.Form.NFC)) ? Normalizer.Form.NFD
				: Normalizer.Form.NFC;
		return ((attachments) ? OBJECT_REPLACEMENT : "") + Normalizer.normalize(quoted, other);
	}

}
