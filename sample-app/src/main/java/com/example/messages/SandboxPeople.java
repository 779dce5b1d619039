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

import java.net.URI;

import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.test.ContiguitySandbox;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The people on the other side of the sandbox: lets them write to this application, which
 * learns of it by a webhook, as it would from Contiguity.
 */
@RestController
@RequestMapping("/sandbox/messages")
@Profile("sandbox")
class SandboxPeople {

	private static final Log logger = LogFactory.getLog(SandboxPeople.class);

	private final ContiguitySandbox sandbox;

	private final String line;

	private final String path;

	private final String secret;

	SandboxPeople(ContiguitySandbox sandbox, ContiguityProperties properties) {
		this.sandbox = sandbox;
		this.line = String.valueOf(properties.getFrom());
		this.path = properties.getWebhook().getPath();
		this.secret = properties.getWebhook().getSecrets().get(0);
	}

	@EventListener
	void subscribe(ApplicationReadyEvent event) {
		String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
		if (port != null) {
			String address = "http://localhost:" + port;
			this.sandbox.webhooks(address + this.path, this.secret);
			logger.info("Let somebody write to it: curl -H 'Content-Type: application/json' "
					+ "-d '{\"from\": \"+15555550123\", \"message\": \"Hello\"}' " + address + "/sandbox/messages");
		}
	}

	@PostMapping
	ResponseEntity<Void> write(@RequestBody IncomingMessage message) {
		String from = required("from", message.from());
		this.sandbox.receive(from, this.line, required("message", message.message()));
		return ResponseEntity.accepted().location(URI.create("/conversations/" + from)).build();
	}

	private static String required(String field, @Nullable String value) {
		if (!StringUtils.hasText(value)) {
			throw new InvalidRequestException(field, "'" + field + "' must not be empty");
		}
		return value;
	}

	/**
	 * What somebody writes.
	 *
	 * @param from the number of who writes
	 * @param message the text
	 */
	record IncomingMessage(@Nullable String from, @Nullable String message) {
	}

}
