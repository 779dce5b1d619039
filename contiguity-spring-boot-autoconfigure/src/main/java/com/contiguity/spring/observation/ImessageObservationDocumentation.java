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

package com.contiguity.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observation of calls.
 *
 * @since 0.1.0
 */
public enum ImessageObservationDocumentation implements ObservationDocumentation {

	/**
	 * A call: from the use of an operation to its outcome, with all waits and attempts.
	 * The exchanges are children of it.
	 */
	CALL {

		@Override
		public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
			return DefaultImessageObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityKeyNames.values();
		}

		@Override
		public String getPrefix() {
			return "";
		}

	};

	/**
	 * Keys of meters and spans. All are always there.
	 */
	public enum LowCardinalityKeyNames implements KeyName {

		/**
		 * Simple name of the exception that the call ended with, or {@code none}.
		 */
		EXCEPTION("exception", "Simple name of the exception that the call ended with, or `none`."),

		/**
		 * Operation of the call.
		 */
		OPERATION("operation",
				"Operation: `send`, `typing`, `react`, `read`, `get`, `history`, `availability` or `lines`."),

		/**
		 * Outcome of the call.
		 */
		OUTCOME("outcome",
				"Outcome: `accepted` for a send, `success` for anything else, `rejected`, `not_sent` or "
						+ "`unknown`; `none` while the call lasts."),

		/**
		 * HTTP status of the last answer, or {@code none}.
		 */
		STATUS("status", "HTTP status of the last attempt's answer, or `none`.");

		private final String key;

		private final String description;

		LowCardinalityKeyNames(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * Return what the key tells.
		 * @return a sentence, in Markdown
		 */
		public String description() {
			return this.description;
		}

	}

	/**
	 * Keys of spans alone.
	 */
	public enum HighCardinalityKeyNames implements KeyName {

		/**
		 * Number of attempts.
		 */
		ATTEMPTS("attempts", "Number of attempts."),

		/**
		 * Id of the message that was sent, or {@code none}.
		 */
		MESSAGE_ID("message.id", "Id of the message that was sent, or `none`."),

		/**
		 * Contiguity's id of the last answer, or {@code none}.
		 */
		REQUEST_ID("request.id", "Contiguity's id of the last attempt's answer (`req_…` or `err_…`), or `none`.");

		private final String key;

		private final String description;

		HighCardinalityKeyNames(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * Return what the key tells.
		 * @return a sentence, in Markdown
		 */
		public String description() {
			return this.description;
		}

	}

}
