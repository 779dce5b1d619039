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

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the sandbox.
 *
 * @param port the port of the API
 * @param rateLimit whether a line sends one message a second, and five at once, at most
 * @param webhook where webhooks are posted
 */
@ConfigurationProperties("sandbox")
record SandboxProperties(@DefaultValue("1080") int port, @DefaultValue("true") boolean rateLimit,
		@DefaultValue Webhook webhook) {

	/**
	 * Where webhooks are posted.
	 *
	 * @param url the address of the receiver of the application
	 * @param secret the secret that they are signed with
	 */
	record Webhook(@DefaultValue("http://localhost:8080/contiguity/webhook") String url,
			@DefaultValue("whsec_sandbox") String secret) {
	}

}
