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

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Default {@link WebhookObservationConvention}. Its keys never contain a phone number, a
 * text or a line.
 *
 * @since 0.1.0
 */
public class DefaultWebhookObservationConvention implements WebhookObservationConvention {

	/**
	 * The name of the observation.
	 */
	public static final String NAME = "contiguity.webhook";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(WebhookObservationContext context) {
		return "webhook " + context.getType();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(WebhookObservationContext context) {
		// sorted by name, as Micrometer requires
		return KeyValues.of(exception(context), type(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(WebhookObservationContext context) {
		return KeyValues.of(eventId(context));
	}

	/**
	 * Return the key value for the exception.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue exception(WebhookObservationContext context) {
		String exception = context.getException();
		return KeyValue.of(ContiguityKeyName.EXCEPTION, (exception != null) ? exception : KeyValue.NONE_VALUE);
	}

	/**
	 * Return the key value for the type of the event.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue type(WebhookObservationContext context) {
		return KeyValue.of(ContiguityKeyName.TYPE, context.getType());
	}

	/**
	 * Return the key value for the id of the event.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue eventId(WebhookObservationContext context) {
		return KeyValue.of(ContiguityKeyName.EVENT_ID, context.getEventId());
	}

}
