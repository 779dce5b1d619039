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

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Operation;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * Context of the observation of a call. It contains no private data.
 *
 * @since 0.1.0
 */
public class ImessageObservationContext extends Observation.Context {

	private final String account;

	private final Operation operation;

	private volatile boolean succeeded;

	private volatile int attempts;

	private volatile @Nullable Integer status;

	private volatile @Nullable String messageId;

	private volatile @Nullable String requestId;

	/**
	 * Create a context.
	 * @param account the name of the account
	 * @param operation the operation of the call
	 */
	public ImessageObservationContext(String account, Operation operation) {
		this.account = account;
		this.operation = operation;
	}

	/**
	 * Return the name of the account.
	 * @return the name, {@code default} unless the template has another name
	 */
	public String getAccount() {
		return this.account;
	}

	/**
	 * Return the operation of the call.
	 * @return the operation
	 */
	public Operation getOperation() {
		return this.operation;
	}

	/**
	 * Return whether the call has succeeded.
	 * @return whether it has; {@code false} while it is in progress
	 */
	public boolean isSucceeded() {
		return this.succeeded;
	}

	/**
	 * Mark the call as successful.
	 */
	public void setSucceeded() {
		this.succeeded = true;
	}

	/**
	 * Return the exception of a failed call.
	 * @return the exception, or {@code null} if there is none
	 */
	public @Nullable ContiguityException getException() {
		return (getError() instanceof ContiguityException exception) ? exception : null;
	}

	/**
	 * Return how many attempts were made.
	 * @return the number of attempts so far
	 */
	public int getAttempts() {
		return this.attempts;
	}

	/**
	 * Set how many attempts were made.
	 * @param attempts the number of attempts
	 */
	public void setAttempts(int attempts) {
		this.attempts = attempts;
	}

	/**
	 * Return the HTTP status of the last attempt's response.
	 * @return the status, or {@code null} if there is none
	 */
	public @Nullable Integer getStatus() {
		return this.status;
	}

	/**
	 * Set the HTTP status of the last attempt's response.
	 * @param status the status, or {@code null} if there is none
	 */
	public void setStatus(@Nullable Integer status) {
		this.status = status;
	}

	/**
	 * Return the id of the sent message. It is masked unless it has the format of an id.
	 * @return the id, or {@code null} if no message was sent
	 */
	public @Nullable String getMessageId() {
		return this.messageId;
	}

	/**
	 * Set the id of the sent message.
	 * @param messageId the id
	 */
	public void setMessageId(@Nullable String messageId) {
		this.messageId = messageId;
	}

	/**
	 * Return Contiguity's request id of the last attempt's response.
	 * @return the id, or {@code null} if there is none
	 */
	public @Nullable String getRequestId() {
		return this.requestId;
	}

	/**
	 * Set Contiguity's request id of the last attempt's response.
	 * @param requestId the id
	 */
	public void setRequestId(@Nullable String requestId) {
		this.requestId = requestId;
	}

}
