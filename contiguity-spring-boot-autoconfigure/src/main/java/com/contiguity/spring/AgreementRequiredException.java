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

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an agreement must be accepted first (403), such as the Fast Track Terms.
 *
 * @since 0.1.0
 */
public class AgreementRequiredException extends ContiguityApiException {

	private final URI agreementUrl;

	/**
	 * Create an exception.
	 * @param operation the operation
	 * @param error the error message of the API, if there is one
	 * @param errorId the API's id of the error, if there is one
	 * @param agreementUrl where the agreement can be read and accepted
	 */
	public AgreementRequiredException(Operation operation, @Nullable String error, @Nullable String errorId,
			URI agreementUrl) {
		super(operation, error, errorId,
				". A person has to accept the terms at the address that agreementUrl() returns");
		this.agreementUrl = agreementUrl;
	}

	/**
	 * Return where the agreement can be read and accepted.
	 * @return the address of a page for a person to open
	 */
	public final URI agreementUrl() {
		return this.agreementUrl;
	}

}
