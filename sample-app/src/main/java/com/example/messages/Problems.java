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

package com.example.messages;

import java.time.Duration;
import java.util.stream.Collectors;

import com.contiguity.spring.AgreementRequiredException;
import com.contiguity.spring.ContiguityApiException;
import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Turns everything that goes wrong into a problem detail (RFC 9457). What a caller may do
 * next depends on the status:
 * <ul>
 * <li>400: the request could never be valid; {@code field} says why</li>
 * <li>404: Contiguity does not know what was asked for</li>
 * <li>502: Contiguity refused; the same again cannot help</li>
 * <li>503: certainly not done; trying again, after {@code Retry-After}, can help</li>
 * <li>504: a message that may have been sent; trying again may send it twice</li>
 * </ul>
 * No detail repeats a number or a text of the request.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> contiguity(ContiguityException ex) {
		// the starter's messages are fit to be logged
		this.logger.warn(ex.getMessage());
		ContiguityApiException answer = answer(ex);
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status(ex), detail(ex));
		problem.setProperty("outcome", ex.outcome());
		if (answer != null) {
			problem.setProperty("contiguityStatus", answer.status());
			problem.setProperty("errorId", answer.errorId());
		}
		if (answer instanceof AgreementRequiredException agreement) {
			problem.setProperty("agreementUrl", agreement.agreementUrl());
		}
		ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.getStatus());
		// after any other outcome, a repeated request could send the message twice
		Duration retryAfter = (ex.outcome() == Outcome.NOT_SENT) ? ex.retryAfter() : null;
		if (retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter.plusMillis(999).toSeconds()));
		}
		return response.body(problem);
	}

	private static HttpStatus status(ContiguityException ex) {
		return switch (ex.outcome()) {
			case REJECTED -> (ex instanceof ContiguityApiException answer && answer.status() == 404)
					? HttpStatus.NOT_FOUND : HttpStatus.BAD_GATEWAY;
			case NOT_SENT -> HttpStatus.SERVICE_UNAVAILABLE;
			case UNKNOWN -> HttpStatus.GATEWAY_TIMEOUT;
			case ACCEPTED -> throw new IllegalArgumentException("No exception has the outcome ACCEPTED", ex);
		};
	}

	private static String detail(ContiguityException ex) {
		return switch (ex.outcome()) {
			case REJECTED -> ex.getMessage() + ". Repeating it does not help.";
			case NOT_SENT -> "Nothing was done. It is safe to try again.";
			case UNKNOWN, ACCEPTED -> "The message may have been sent. Look at the conversation before trying again.";
		};
	}

	/**
	 * Return Contiguity's id of an error.
	 * @param ex the exception
	 * @return the id, or {@code null} if there is none
	 */
	static @Nullable String errorId(ContiguityException ex) {
		ContiguityApiException answer = answer(ex);
		return (answer != null) ? answer.errorId() : null;
	}

	// of a send whose outcome is unknown, the answer is the cause
	private static @Nullable ContiguityApiException answer(ContiguityException ex) {
		if (ex instanceof ContiguityApiException answer) {
			return answer;
		}
		return (ex.getCause() instanceof ContiguityApiException answer) ? answer : null;
	}

	@ExceptionHandler
	ProblemDetail invalid(InvalidRequestException ex) {
		return badRequest(ex.field(), ex.getMessage());
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> unexpected(Exception ex) {
		this.logger.error("Unexpected", ex);
		return ResponseEntity.of(ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR)).build();
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		String field = (ex.getCause() instanceof JacksonException json) ? path(json) : "";
		ProblemDetail problem = (!field.isEmpty()) ? badRequest(field, "'" + field + "' is not known or cannot be read")
				: ProblemDetail.forStatusAndDetail(status, "The body must be a JSON object");
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	private static String path(JacksonException ex) {
		return ex.getPath()
			.stream()
			.map(JacksonException.Reference::getPropertyName)
			.filter((name) -> name != null)
			.collect(Collectors.joining("."));
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		String field = String.valueOf(ex.getPropertyName());
		return handleExceptionInternal(ex, badRequest(field, "'" + field + "' cannot be read"), headers, status,
				request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(NoResourceFoundException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		// the usual detail repeats the path, which may have a number
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, "There is nothing at this address");
		return handleExceptionInternal(ex, problem, headers, status, request);
	}

	private static ProblemDetail badRequest(String field, @Nullable String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
		problem.setProperty("field", field);
		return problem;
	}

}
