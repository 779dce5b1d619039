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
 * The observation of webhooks.
 *
 * @since 0.1.0
 */
public enum WebhookObservationDocumentation implements ObservationDocumentation {

	/**
	 * The handling of an event: all of its listeners. A child of the request that brought
	 * it, which is answered before.
	 */
	HANDLING {

		@Override
		public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
			return DefaultWebhookObservationConvention.class;
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
		 * Simple name of the exception that a listener failed with, or {@code none}.
		 */
		EXCEPTION("exception", "Simple name of the exception that a listener failed with, or `none`."),

		/**
		 * Type of the event.
		 */
		TYPE("type", "Type of the event, such as `imessage.incoming`, or `unknown`.");

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
		 * Id of the event.
		 */
		EVENT_ID("event.id", "Id of the event.");

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
