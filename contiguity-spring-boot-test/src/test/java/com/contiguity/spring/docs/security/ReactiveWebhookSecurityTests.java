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

package com.contiguity.spring.docs.security;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.WebFilterChainProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the WebFlux example of docs/webhooks.md permits webhooks only.
 */
class ReactiveWebhookSecurityTests {

	@Test
	void webhooksPass() {
		assertThat(status(HttpMethod.POST, "/contiguity/webhook")).isEqualTo(HttpStatus.OK);
	}

	@Test
	void everythingElseNeedsAUser() {
		assertThat(status(HttpMethod.GET, "/contiguity/webhook")).isEqualTo(HttpStatus.UNAUTHORIZED);
		assertThat(status(HttpMethod.GET, "/messages")).isEqualTo(HttpStatus.UNAUTHORIZED);
		// without a CSRF token
		assertThat(status(HttpMethod.POST, "/messages")).isEqualTo(HttpStatus.FORBIDDEN);
	}

	private HttpStatusCode status(HttpMethod method, String path) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Application.class,
				ReactiveWebhookSecurity.class)) {
			MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.method(method, path));
			context.getBean(WebFilterChainProxy.class).filter(exchange, (passed) -> {
				passed.getResponse().setStatusCode(HttpStatus.OK);
				return Mono.empty();
			}).block();
			return exchange.getResponse().getStatusCode();
		}
	}

	@EnableWebFluxSecurity
	static class Application {

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}p").roles("X").build());
		}

	}

}
