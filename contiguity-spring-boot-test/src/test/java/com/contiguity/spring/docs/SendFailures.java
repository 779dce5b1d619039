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

package com.contiguity.spring.docs;

// tag::advice[]
import java.time.Duration;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.Outcome;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Turns sends that are not accepted into responses.
 */
@RestControllerAdvice
class SendFailures {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> failed(ContiguityException ex) {
		HttpStatus status = switch (ex.outcome()) {
			case NOT_SENT -> HttpStatus.SERVICE_UNAVAILABLE;
			case UNKNOWN -> HttpStatus.GATEWAY_TIMEOUT;
			default -> HttpStatus.BAD_GATEWAY;
		};
		ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
		Duration retryAfter = ex.retryAfter();
		if (ex.outcome() == Outcome.NOT_SENT && retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter.plusMillis(999).toSeconds()));
		}
		return response.body(ProblemDetail.forStatusAndDetail(status, ex.getMessage()));
	}

}
// end::advice[]
