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

package com.contiguity.spring.core;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;

/**
 * A program that sends a message.
 */
public final class SendAndReturn {

	private SendAndReturn() {
	}

	/**
	 * Send a message without closing anything.
	 * @param args the transport, and the base URL
	 */
	public static void main(String[] args) {
		ClientHttpConnectorBuilder<?> transport = switch (args[0]) {
			case "reactor" -> ClientHttpConnectorBuilder.reactor();
			case "jetty" -> ClientHttpConnectorBuilder.jetty();
			default -> ClientHttpConnectorBuilder.jdk();
		};
		ImessageTemplate.builder()
			.baseUrl(args[1])
			.token("contiguity_sk_main")
			.transport(transport, HttpClientSettings.defaults())
			.build()
			.send("+15557654321", "Hello");
	}

}
