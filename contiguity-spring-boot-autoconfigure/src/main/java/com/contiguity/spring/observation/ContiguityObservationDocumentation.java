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
 * The observations. Each observation always has all of its keys.
 *
 * @since 0.1.0
 */
public enum ContiguityObservationDocumentation implements ObservationDocumentation {

	/**
	 * A call to the API, including all waits and attempts. The HTTP exchanges are its
	 * children.
	 */
	CALL(DefaultImessageObservationConvention.class,
			keys(ContiguityKeyName.ACCOUNT, ContiguityKeyName.EXCEPTION, ContiguityKeyName.OPERATION,
					ContiguityKeyName.OUTCOME, ContiguityKeyName.STATUS),
			keys(ContiguityKeyName.ATTEMPTS, ContiguityKeyName.MESSAGE_ID, ContiguityKeyName.REQUEST_ID)),

	/**
	 * The handling of a webhook event by all of its listeners. It is a child of the HTTP
	 * request that delivered the event, which has already been answered.
	 */
	WEBHOOK(DefaultWebhookObservationConvention.class, keys(ContiguityKeyName.EXCEPTION, ContiguityKeyName.TYPE),
			keys(ContiguityKeyName.EVENT_ID));

	private final Class<? extends ObservationConvention<? extends Context>> defaultConvention;

	private final KeyName[] lowCardinalityKeyNames;

	private final KeyName[] highCardinalityKeyNames;

	ContiguityObservationDocumentation(Class<? extends ObservationConvention<? extends Context>> defaultConvention,
			KeyName[] lowCardinalityKeyNames, KeyName[] highCardinalityKeyNames) {
		this.defaultConvention = defaultConvention;
		this.lowCardinalityKeyNames = lowCardinalityKeyNames;
		this.highCardinalityKeyNames = highCardinalityKeyNames;
	}

	private static KeyName[] keys(KeyName... keys) {
		return keys;
	}

	@Override
	public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
		return this.defaultConvention;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return this.lowCardinalityKeyNames.clone();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return this.highCardinalityKeyNames.clone();
	}

	@Override
	public String getPrefix() {
		return "";
	}

}
