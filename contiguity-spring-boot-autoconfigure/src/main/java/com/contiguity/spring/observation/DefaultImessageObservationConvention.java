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
 * Default {@link ImessageObservationConvention}. No key tells a number, a text or a line.
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
		// in the order of their names, as Micrometer asks for
		return KeyValues.of(account(context), exception(context), operation(context), outcome(context),
				status(context));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(ImessageObservationContext context) {
		return KeyValues.of(attempts(context), messageId(context), requestId(context));
	}

	/**
	 * The account.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue account(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.ACCOUNT, context.getAccount());
	}

	/**
	 * The exception.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue exception(ImessageObservationContext context) {
		Throwable error = context.getError();
		return KeyValue.of(ContiguityKeyName.EXCEPTION,
				(error != null) ? error.getClass().getSimpleName() : KeyValue.NONE_VALUE);
	}

	/**
	 * The operation.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue operation(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.OPERATION, context.getOperation().toString());
	}

	/**
	 * The outcome.
	 * @param context the context
	 * @return the key and its value
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
	 * The status.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue status(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.STATUS, valueOf(context.getStatus()));
	}

	/**
	 * The number of attempts.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue attempts(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.ATTEMPTS, String.valueOf(context.getAttempts()));
	}

	/**
	 * The id of the message.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue messageId(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.MESSAGE_ID, valueOf(context.getMessageId()));
	}

	/**
	 * The id of the answer.
	 * @param context the context
	 * @return the key and its value
	 */
	protected KeyValue requestId(ImessageObservationContext context) {
		return KeyValue.of(ContiguityKeyName.REQUEST_ID, valueOf(context.getRequestId()));
	}

	private static String valueOf(@Nullable Object value) {
		return (value != null) ? value.toString() : KeyValue.NONE_VALUE;
	}

}
