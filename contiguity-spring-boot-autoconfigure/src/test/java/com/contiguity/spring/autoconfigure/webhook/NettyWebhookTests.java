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

package com.contiguity.spring.autoconfigure.webhook;

import java.util.List;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CsrfWebFilter;
import org.springframework.security.web.server.util.matcher.AndServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the receiver on Netty.
 */
class NettyWebhookTests extends AbstractWebhookServerTests {

	@Override
	ConfigurableApplicationContext createContext() {
		return new AnnotationConfigReactiveWebServerApplicationContext();
	}

	@Override
	List<Class<?>> server() {
		return List.of(NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				WebFluxAutoConfiguration.class, CodecsAutoConfiguration.class);
	}

	@Override
	Class<?> catchAll() {
		return CatchAll.class;
	}

	@Override
	String contextPathProperty() {
		return "spring.webflux.base-path";
	}

	@Override
	List<String> serverLoggers() {
		return List.of("io.netty", "reactor.netty");
	}

	@Test
	void worksBesideSpringSecurityAsDocumented() throws Exception {
		Listener listener = start(List.of(Secured.class, ReactiveWebSecurityAutoConfiguration.class));
		byte[] body = incoming("evt_1");
		assertThat(post(body, signature(body))).isEqualTo(200);
		assertThat(post("/other", body, signature(body))).isEqualTo(403);
		assertThat(listener.next().id()).isEqualTo("evt_1");
	}

	@RestController
	static class CatchAll {

		@RequestMapping("/**")
		@ResponseStatus(HttpStatus.GONE)
		Mono<Void> all() {
			return Mono.empty();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebFluxSecurity
	static class Secured {

		@Bean
		SecurityWebFilterChain securityFilterChain(ServerHttpSecurity http) {
			http.authorizeExchange((exchanges) -> exchanges.pathMatchers(HttpMethod.POST, "/contiguity/webhook")
				.permitAll()
				.anyExchange()
				.authenticated());
			http.csrf((csrf) -> csrf.requireCsrfProtectionMatcher(new AndServerWebExchangeMatcher(
					CsrfWebFilter.DEFAULT_CSRF_MATCHER, new NegatedServerWebExchangeMatcher(
							ServerWebExchangeMatchers.pathMatchers("/contiguity/webhook")))));
			return http.build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(User.withUsername("user").password("{noop}p").roles("X").build());
		}

	}

}
