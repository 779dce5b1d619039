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

package com.contiguity.spring;

/**
 * How a call ended.
 *
 * @since 0.1.0
 */
public enum Outcome {

	/**
	 * The API accepted the call. For a send, there is a message id.
	 */
	ACCEPTED,

	/**
	 * The API rejected the call. Repeating it does not help.
	 */
	REJECTED,

	/**
	 * The API did not accept the call. It is safe to repeat.
	 */
	NOT_SENT,

	/**
	 * The API may have accepted the message. Repeating the call may send the message
	 * twice.
	 */
	UNKNOWN

}
