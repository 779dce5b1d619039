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

import com.contiguity.spring.core.ImessageOperations;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells whether somebody can be reached by iMessage.
 */
@RestController
class AvailabilityController {

	private final ImessageOperations imessage;

	AvailabilityController(ImessageOperations imessage) {
		this.imessage = imessage;
	}

	@GetMapping("/availability/{to}")
	Reachability availability(@PathVariable String to) {
		return new Reachability(to, this.imessage.availability(to).available());
	}

	/**
	 * Whether somebody can be reached by iMessage.
	 *
	 * @param to who was asked about
	 * @param available whether iMessages can be received there
	 */
	record Reachability(String to, boolean available) {
	}

}
