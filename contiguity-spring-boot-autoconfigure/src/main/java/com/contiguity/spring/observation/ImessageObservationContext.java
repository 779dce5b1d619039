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
 * What is known of a call, for those who observe it. There is nothing private in it.
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
	 * Return the name of the account that the call is made with.
	 * @return the name, {@code default} unless the template was given one
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
	 * Return whether the call ended with success.
	 * @return whether it did; {@code false} while it lasts
	 */
	public boolean isSucceeded() {
		return this.succeeded;
	}

	/**
	 * The call ended with success.
	 */
	public void setSucceeded() {
		this.succeeded = true;
	}

	/**
	 * Return what the call ended with, if not with success.
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
	 * Return the HTTP status of the last attempt's answer.
	 * @return the status, or {@code null} if there is none
	 */
	public @Nullable Integer getStatus() {
		return this.status;
	}

	/**
	 * Set the HTTP status of the last attempt's answer.
	 * @param status the status, or {@code null} if there is none
	 */
	public void setStatus(@Nullable Integer status) {
		this.status = status;
	}

	/**
	 * Return the id of the message that was sent, masked unless it looks like one.
	 * @return the id, or {@code null} if none was
	 */
	public @Nullable String getMessageId() {
		return this.messageId;
	}

	/**
	 * Set the id of the message that was sent.
	 * @param messageId the id
	 */
	public void setMessageId(@Nullable String messageId) {
		this.messageId = messageId;
	}

	/**
	 * Return Contiguity's id of the last attempt's answer.
	 * @return the id, or {@code null} if there is none
	 */
	public @Nullable String getRequestId() {
		return this.requestId;
	}

	/**
	 * Set Contiguity's id of the last attempt's answer.
	 * @param requestId the id
	 */
	public void setRequestId(@Nullable String requestId) {
		this.requestId = requestId;
	}

}
