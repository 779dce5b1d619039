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

package com.contiguity.spring.line;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Always selects the same line for a recipient, in every instance of the application and
 * without state. It uses rendezvous hashing: each line has a weight for the recipient,
 * and the line with the highest weight is selected. If a line is removed, only the
 * recipients of that line move to other lines.
 *
 * @since 0.1.0
 */
public final class StickyLineSelector implements LineSelector {

	@Override
	public @Nullable String select(LineSelection selection) {
		List<Line> lines = selection.lines();
		if (lines.size() <= 1) {
			return (lines.isEmpty()) ? null : lines.get(0).number();
		}
		long recipientHash = hash(selection.recipient());
		String heaviest = lines.get(0).number();
		long weight = weight(recipientHash, heaviest);
		for (int i = 1; i < lines.size(); i++) {
			String line = lines.get(i).number();
			long lineWeight = weight(recipientHash, line);
			// for equal weights the number decides, so that the order of the pool does
			// not matter
			if (lineWeight > weight || (lineWeight == weight && line.compareTo(heaviest) > 0)) {
				heaviest = line;
				weight = lineWeight;
			}
		}
		return heaviest;
	}

	private static long weight(long recipientHash, String line) {
		return mix(recipientHash ^ mix(hash(line)));
	}

	// 64-bit FNV-1a, which is the same on every machine
	private static long hash(String value) {
		long hash = 0xcbf29ce484222325L;
		for (int i = 0; i < value.length(); i++) {
			hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
		}
		return hash;
	}

	// the finalizer of SplitMix64: every bit of the input affects half of the bits of the
	// output
	private static long mix(long value) {
		long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

}
