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

import java.util.Locale;

import com.contiguity.spring.Operation;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/**
 * Default {@link ImessageObservationConvention}. Its keys never contain a phone number, a
 * text or a line.
 *
 * @since 0.1.0
 */
public class DefaultImessageObservationConvention implements ImessageObservationConvention {

	/**
	 * The name of the observation.
	 */
	public static final String NAME = "contiguity.imessage";

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(ImessageObservationContext context) {
		return "imessage " + context.getOperation();
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(ImessageObservationContext context) {
		// sorted by name, as Micrometer requires
		return KeyValues.of(account(context), exception(context), operation(context), outcome(context),
				status(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ImessageObservationContext context) {
		return KeyValues.of(attempts(context), messageId(context), requestId(context));
	}

	/**
	 * Return the key value for the account.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue account(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.ACCOUNT, context.getAccount());
	}

	/**
	 * Return the key value for the exception.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue exception(ImessageObservationContext context) {
		Throwable error = context.getError();
		return KeyValue.of(ContiguityKeyName.EXCEPTION,
				(error != null) ? error.getClass().getSimpleName() : KeyValue.NONE_VALUE);
	}

	/**
	 * Return the key value for the operation.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue operation(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.OPERATION, context.getOperation().toString());
	}

	/**
	 * Return the key value for the outcome.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue outcome(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.OUTCOME, outcomeOf(context));
	}

	private static String outcomeOf(ImessageObservationContext context) {
		if (context.isSucceeded()) {
			return (context.getOperation() == Operation.SEND) ? "accepted" : "success";
		}
		return (context.getException() != null) ? context.getException().outcome().name().toLowerCase(Locale.ROOT)
				: KeyValue.NONE_VALUE;
	}

	/**
	 * Return the key value for the HTTP status.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue status(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.STATUS, valueOf(context.getStatus()));
	}

	/**
	 * Return the key value for the number of attempts.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue attempts(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.ATTEMPTS, String.valueOf(context.getAttempts()));
	}

	/**
	 * Return the key value for the id of the message.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue messageId(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.MESSAGE_ID, valueOf(context.getMessageId()));
	}

	/**
	 * Return the key value for the request id.
	 * @param context the context
	 * @return the key value
	 */
	protected KeyValue requestId(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.REQUEST_ID, valueOf(context.getRequestId()));
	}

	private static String valueOf(@Nullable Object value) {
		return (value != null) ? value.toString() : KeyValue.NONE_VALUE;
	}

}
