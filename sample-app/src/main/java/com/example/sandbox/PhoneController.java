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

package com.example.sandbox;

import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The buttons of the phones.
 */
@RestController
@RequestMapping("/phone")
public class PhoneController {

	private final Phone phone;

	PhoneController(Phone phone) {
		this.phone = phone;
	}

	@PostMapping("/messages")
	Map<String, String> write(@RequestParam String from, @RequestParam(defaultValue = "") String text) {
		int status = this.phone.write(from, text);
		return (HttpStatusCode.valueOf(status).is2xxSuccessful()) ? Map.of()
				: Map.of("message", "The application answered the webhook with " + status + ".");
	}

	@PostMapping("/read")
	Map<String, String> read(@RequestParam String from) {
		this.phone.read(from);
		return Map.of("message", "Marked as read. The history of the conversation shows it.");
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> invalid(IllegalArgumentException ex) {
		return answer(HttpStatus.BAD_REQUEST, ex);
	}

	// the history has the message all the same
	@ExceptionHandler
	ResponseEntity<Map<String, String>> nobodyAnswers(IllegalStateException ex) {
		return answer(HttpStatus.BAD_GATEWAY, ex);
	}

	private static ResponseEntity<Map<String, String>> answer(HttpStatus status, Exception ex) {
		return ResponseEntity.status(status).body(Map.of("message", String.valueOf(ex.getMessage())));
	}

}
