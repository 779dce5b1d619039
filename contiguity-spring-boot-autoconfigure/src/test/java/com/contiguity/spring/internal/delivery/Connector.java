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

package com.contiguity.spring.internal.delivery;

import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;

/**
 * The transports supported by Spring Boot.
 */
enum Connector {

	REACTOR("Reactor Netty") {

		@Override
		ClientHttpConnectorBuilder<?> builder() {
			return ClientHttpConnectorBuilder.reactor();
		}

	},

	JDK("JDK") {

		@Override
		ClientHttpConnectorBuilder<?> builder() {
			return ClientHttpConnectorBuilder.jdk();
		}

	},

	JETTY("Jetty") {

		@Override
		ClientHttpConnectorBuilder<?> builder() {
			return ClientHttpConnectorBuilder.jetty();
		}

	},

	HTTP_COMPONENTS("HttpComponents") {

		@Override
		ClientHttpConnectorBuilder<?> builder() {
			return ClientHttpConnectorBuilder.httpComponents();
		}

	};

	private final String label;

	Connector(String label) {
		this.label = label;
	}

	String label() {
		return this.label;
	}

	abstract ClientHttpConnectorBuilder<?> builder();

}
